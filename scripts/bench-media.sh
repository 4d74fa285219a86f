#!/usr/bin/env bash
# Photographs per second and core beside sharp and Pillow, in one run, and the still of a minute of 4K.
#
# sharp comes from npm, pillow-simd from PyPI; where that does not build, Pillow stands in for it, and
# the output says so.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
scripts/install-tools.sh build bench
need_cargo

export BENCH_SHARP=$HELIOGRAPH_CACHE/bench-sharp
export BENCH_PYTHON=$HELIOGRAPH_CACHE/bench-pillow/bin/python
export BENCH_CLIP=$HELIOGRAPH_CACHE/bench-4k.mp4

if [[ ! -d $BENCH_SHARP/node_modules/sharp ]]; then
    mkdir -p "$BENCH_SHARP"
    npm install --silent --no-fund --no-audit --prefix "$BENCH_SHARP" sharp
fi
if ! "$BENCH_PYTHON" -c 'import PIL' 2>/dev/null; then
    python3 -m venv "${BENCH_PYTHON%/bin/python}"
    "$BENCH_PYTHON" -m pip install --quiet pillow-simd 2>/dev/null \
        || "$BENCH_PYTHON" -m pip install --quiet pillow
fi
heading "versions"
node -p "'sharp ' + require('$BENCH_SHARP/node_modules/sharp/package.json').version"
"$BENCH_PYTHON" -m pip list 2>/dev/null | grep -i '^pillow'

heading "beside others"
cargo bench --locked -p heliograph-media --bench media -- "$@"
