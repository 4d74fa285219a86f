#!/usr/bin/env bash
# The tests that take too long for every run.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
scripts/install-tools.sh build test
need_cargo

heading "damaged files"
POISON_FILES=${POISON_FILES:-5000} cargo test --locked -p heliograph-app --test poison -- --nocapture
