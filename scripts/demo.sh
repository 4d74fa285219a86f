#!/usr/bin/env bash
# Builds, fills a library with generated photographs, and serves it until Ctrl-C.
#
# DEMO_DIR            where photographs and library are kept (default ./demo-data)
# DEMO_COUNT          how many photographs (default 300)
# HELIOGRAPH_LISTEN   address and port (default: the first free port of 127.0.0.1 from 8000)
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

demo_dir=$(realpath -m "${DEMO_DIR:-demo-data}")
photos=$demo_dir/photos
log=$demo_dir/server.log
export HELIOGRAPH_DATA_DIR=$demo_dir/library
key_file=$HELIOGRAPH_DATA_DIR/secrets/owner-api-key

scripts/install-tools.sh build demo
heading "building (the first time takes some minutes)"
scripts/build.sh
mkdir -p "$demo_dir"

if [[ ! -e $photos/index.jsonl ]]; then
    heading "painting photographs"
    "$CARGO_TARGET_DIR/release/specimen" demo --count "${DEMO_COUNT:-300}" --seed 1 --into "$photos"
fi

if [[ -z ${HELIOGRAPH_LISTEN:-} ]]; then
    port=8000
    until is_free "$port"; do
        port=$((port + 1))
    done
    HELIOGRAPH_LISTEN=127.0.0.1:$port
fi
export HELIOGRAPH_LISTEN
url=http://$HELIOGRAPH_LISTEN

heading "starting the server"
# Out of reach of the terminal, so that Ctrl-C comes to it once: as the signal sent below.
# The cache of the scripts is no setting of the server.
setsid env -u HELIOGRAPH_CACHE "$CARGO_TARGET_DIR/release/heliograph" serve >>"$log" 2>&1 </dev/null &
server=$!
stop() {
    if kill -TERM "$server" 2>/dev/null; then
        printf '\nstopping\n'
        wait "$server" || true
    fi
}
trap stop EXIT
trap 'exit 0' INT
trap 'exit 143' TERM HUP

for _ in {1..240}; do
    kill -0 "$server" 2>/dev/null || fail "The server ended: $(tail -n 20 "$log")"
    if curl -fs -o /dev/null "$url/readyz"; then
        break
    fi
    sleep 0.25
done

heading "uploading"
asset=$("$CARGO_TARGET_DIR/release/specimen" upload --server "$url" --key-file "$key_file" "$photos")

cat <<END

Heliograph is running.

  Server     $url
  Reference  $url/docs
  API key    $key_file
  Log        $log

Edit a photograph:

curl -sS -X PATCH '$url/api/assets/$asset' \\
  -H "Authorization: Bearer \$(cat '$key_file')" -H 'Content-Type: application/json' \\
  -d '{"description": "Top of the world", "latitude": 27.9881, "longitude": 86.9250}'

Read it back; the names of the new place are there as well:

curl -sS '$url/api/assets/$asset?include=metadata' \\
  -H "Authorization: Bearer \$(cat '$key_file')"

Ctrl-C stops the server; make demo starts it again with the same library and key.
END
wait "$server"
