#!/usr/bin/env bash
# Runs the conformance suite against the server in HELIOGRAPH_BIN (default: the debug build).
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

export HELIOGRAPH_BIN=${HELIOGRAPH_BIN:-$CARGO_TARGET_DIR/debug/heliograph}
export SPECIMEN_BIN=${SPECIMEN_BIN:-$CARGO_TARGET_DIR/debug/specimen}
[[ -x $HELIOGRAPH_BIN ]] || fail "$HELIOGRAPH_BIN is missing: run cargo build first"
exec conformance/run "$@"
