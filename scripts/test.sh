#!/usr/bin/env bash
# Everything CI runs, one stage after the other, up to the first that fails.
#
# The last line says how many tests passed over all suites.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

logs=$(mktemp -d)
current=
summary=()
finish() {
    local status=$?
    rm -rf "$logs"
    if ((status != 0)); then
        printf '\nfailed: %s\n' "$current" >&2
    fi
}
trap finish EXIT

# stage TITLE COMMAND...: runs it under a heading and notes its time.
stage() {
    current=$1
    shift
    heading "$current"
    local start=$SECONDS
    "$@"
    summary+=("$(printf '%-16s %5d s' "$current" $((SECONDS - start)))")
    printf -- '-- %s: %d s\n' "$current" $((SECONDS - start))
}

cargo_tests() {
    REQUIRE_POSTGRES=1 REQUIRE_S3=1 scripts/with-postgres.sh scripts/with-s3.sh \
        cargo test --workspace --locked 2>&1 | tee "$logs/cargo"
}

# With the features of all crates together, as the tests are built: one compilation serves both.
binaries() {
    cargo build --workspace --bins --locked
}

conformance() {
    scripts/conformance.sh 2>&1 | tee "$logs/pytest"
}

# The engine behind the API does not show in it, so one client generation is enough.
conformance_on_postgres() {
    # shellcheck disable=SC2016
    CONFORMANCE_GENERATIONS=newest scripts/with-postgres.sh \
        bash -c 'CONFORMANCE_POSTGRES_URL=$TEST_POSTGRES_URL scripts/conformance.sh --engine postgres' \
        2>&1 | tee "$logs/pytest-postgres"
}

# What moves bytes, and several processes that share all they have, with the objects in a bucket.
conformance_on_s3() {
    # shellcheck disable=SC2016
    CONFORMANCE_GENERATIONS=newest scripts/with-postgres.sh scripts/with-s3.sh bash -c '
        CONFORMANCE_POSTGRES_URL=$TEST_POSTGRES_URL CONFORMANCE_S3_URL=$TEST_S3_URL \
            scripts/conformance.sh --engine postgres tests/test_upload.py tests/test_variants.py \
            tests/test_versions.py tests/test_crash.py tests/test_asset_urls.py tests/test_nodes.py' \
        2>&1 | tee "$logs/pytest-s3"
}

# Sums `12 passed` over the result lines of cargo (`test result: …`) and pytest (`… in 3.2s`).
passed() {
    awk '
        { gsub(/\033\[[0-9;]*m/, "") }
        /^test result:/ || / in [0-9.]+s/ {
            for (field = 2; field <= NF; field++)
                if ($field ~ /^passed[;,]?$/) total += $(field - 1)
        }
        END { print total + 0 }
    ' "$@"
}

# How often the server is killed; `make test-slow` does so more often.
export KILLS=${KILLS:-15}

need_cargo
stage "tools" scripts/install-tools.sh build test
stage "format" scripts/check.sh format
stage "licences" scripts/check.sh licences
stage "deployment" scripts/check.sh deployment
stage "lints" scripts/check.sh lints
stage "documentation" scripts/check.sh documentation
stage "tests" cargo_tests
stage "binaries" binaries
stage "conformance" conformance
stage "on PostgreSQL" conformance_on_postgres
stage "on S3" conformance_on_s3

heading "summary"
printf '%s\n' "${summary[@]}"
printf 'cargo: %d passed, conformance: %d passed\n' "$(passed "$logs/cargo")" \
    "$(passed "$logs"/pytest*)"
printf '%d passed, 0 failed\n' "$(passed "$logs/cargo" "$logs"/pytest*)"
