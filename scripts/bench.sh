#!/usr/bin/env bash
# bench.sh [NAME]...: runs the benchmarks of all crates, or those named; each prints a table.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
scripts/install-tools.sh build
need_cargo

shopt -s nullglob
found=no
for file in crates/*/benches/*.rs; do
    crate=$(basename "$(dirname "$(dirname "$file")")")
    name=$(basename "$file" .rs)
    if (($# > 0)) && [[ " $* " != *" $name "* ]]; then
        continue
    fi
    found=yes
    heading "$crate: $name"
    cargo bench --locked -p "heliograph-$crate" --bench "$name"
done
[[ $found == yes ]] || fail "no benchmark found"
