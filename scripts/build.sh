#!/usr/bin/env bash
# Builds the release binaries `heliograph` and `specimen`.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
need_cargo

cargo build --release --locked -p heliograph-server -p heliograph-specimen
printf 'built %s\n' "$CARGO_TARGET_DIR"/release/{heliograph,specimen}
