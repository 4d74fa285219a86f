#!/usr/bin/env bash
# with-s3.sh COMMAND...: runs it with TEST_S3_URL set, and the credentials for it.
#
# Without a TEST_S3_URL of the caller, that is a server of its own (s3s-fs) over a temporary folder,
# gone when the command ends. The server is compiled once and kept in HELIOGRAPH_CACHE.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

if [[ -n ${TEST_S3_URL:-} ]]; then
    exec "$@"
fi

version=0.14.1
installed=$HELIOGRAPH_CACHE/s3s-fs-$version
if [[ ! -x $installed/bin/s3s-fs ]]; then
    need_cargo
    heading "installing s3s-fs $version, once"
    # A target folder of its own: it shares no code with this workspace.
    CARGO_TARGET_DIR=$installed/target cargo install s3s-fs --quiet --locked --version "$version" \
        --features binary --debug --root "$installed" </dev/null
    rm -rf "$installed/target"
fi

folder=$(mktemp -d)
server=
stop() {
    if [[ -n $server ]]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$folder"
}
trap stop EXIT

random() {
    od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}
AWS_ACCESS_KEY_ID=$(random)
AWS_SECRET_ACCESS_KEY=$(random)
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
export AWS_REGION=us-east-1
unset AWS_SESSION_TOKEN AWS_ENDPOINT_URL

mkdir -p "$folder/buckets/heliograph"
# starts PORT: whether the server listens there and is ours.
starts() {
    RUST_LOG=error "$installed/bin/s3s-fs" --host 127.0.0.1 --port "$1" \
        --access-key "$AWS_ACCESS_KEY_ID" --secret-key "$AWS_SECRET_ACCESS_KEY" "$folder/buckets" \
        >"$folder/log" 2>&1 </dev/null &
    server=$!
    for _ in {1..100}; do
        if ! kill -0 "$server" 2>/dev/null; then
            server=
            return 1
        fi
        if ! is_free "$1"; then
            return 0
        fi
        sleep 0.1
    done
    return 1
}
started=no
for _ in {1..10}; do
    port=$((20000 + RANDOM % 12000))
    if is_free "$port" && starts "$port"; then
        started=yes
        break
    fi
done
[[ $started == yes ]] || fail "the S3 server does not start: $(<"$folder/log")"

TEST_S3_URL="s3://heliograph?endpoint=http://127.0.0.1:$port&region=$AWS_REGION" "$@"
