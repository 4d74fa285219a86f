# Every recipe is one script; `scripts/common.sh` says which settings they share.
.DEFAULT_GOAL := help
.PHONY: help demo test test-slow bench bench-media bench-load check build install-tools

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Build, make a library of generated photographs in ./demo-data (DEMO_DIR), and serve it
	@scripts/demo.sh

test: ## Everything CI runs: format, lints, documentation, licences, tests on both databases, conformance
	@scripts/test.sh

test-slow: ## What takes too long for every run: damaged files, kills and failing disks, a large import
	@scripts/test-slow.sh

bench: ## Run the benchmarks, each of which prints a table
	@scripts/bench.sh

bench-media: ## Pictures per second beside sharp and Pillow, which it installs
	@scripts/bench-media.sh

bench-load: ## 64 clients on a library of a million assets for five minutes, on both databases
	@scripts/bench-load.sh

check: ## Format, lints, documentation and licences only
	@scripts/install-tools.sh build
	@scripts/check.sh

build: ## Build the release binaries
	@scripts/install-tools.sh build
	@scripts/build.sh

install-tools: ## Install what the other targets need, through apt-get
	@scripts/install-tools.sh build demo test
