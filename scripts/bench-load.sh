#!/usr/bin/env bash
# bench-load.sh [ASSETS [SECONDS]]: 64 clients on a large library, on SQLite and on a PostgreSQL of
# its own, which keeps what it is told as one that is in use does.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
scripts/install-tools.sh build test
need_cargo

heading "SQLite"
load=(cargo bench --locked -p heliograph-api --bench load -- "${1:-1000000}" "${2:-300}")
"${load[@]}"
heading "PostgreSQL"
export TEST_POSTGRES_DURABLE=1
# shellcheck disable=SC2016
scripts/with-postgres.sh bash -c '"$@" "$TEST_POSTGRES_URL"' - "${load[@]}"
