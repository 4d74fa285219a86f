#!/usr/bin/env bash
# The tests that take too long for every run: about two hours on two cores.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
scripts/install-tools.sh build test
need_cargo

heading "damaged files"
POISON_FILES=${POISON_FILES:-5000} cargo test --locked --workspace --test poison -- --nocapture

heading "a large import in little memory"
scripts/build.sh
IMPORT=${IMPORT:-20000} CONFORMANCE_GENERATIONS=newest \
    HELIOGRAPH_BIN=$CARGO_TARGET_DIR/release/heliograph SPECIMEN_BIN=$CARGO_TARGET_DIR/release/specimen \
    scripts/conformance.sh -s tests/test_import.py

heading "kills, failing and full disks"
cargo build --workspace --bins --locked
export KILLS=${KILLS:-200} SMALL_DISK=1 CONFORMANCE_GENERATIONS=newest
deadly=(-s tests/test_kills.py tests/test_backup_kills.py tests/test_faults.py tests/test_full_disk.py)
scripts/conformance.sh "${deadly[@]}"
scripts/with-postgres.sh bash -c \
    'CONFORMANCE_POSTGRES_URL=$TEST_POSTGRES_URL scripts/conformance.sh --engine postgres "$@"' - "${deadly[@]}"
