#!/usr/bin/env bash
# with-postgres.sh COMMAND...: runs it with TEST_POSTGRES_URL set.
#
# Without a TEST_POSTGRES_URL of the caller, that is a cluster of its own in a temporary folder,
# gone when the command ends. It gives up durability for speed, since nothing in it is worth keeping;
# with TEST_POSTGRES_DURABLE set it does not.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

if [[ -n ${TEST_POSTGRES_URL:-} ]]; then
    exec "$@"
fi

bin=$(dirname "$(command -v pg_ctl || compgen -G '/usr/lib/postgresql/*/bin/pg_ctl' | sort -V | tail -n 1)")
[[ -x $bin/initdb ]] || fail "PostgreSQL is missing: run make install-tools"

folder=$(mktemp -d)
as_owner=()
if ((EUID == 0)); then
    # PostgreSQL refuses to run as root.
    owner=nobody
    if id postgres >/dev/null 2>&1; then
        owner=postgres
    fi
    chown "$owner" "$folder"
    as_owner=(runuser -u "$owner" --)
fi

stop() {
    "${as_owner[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT

# start PORT: fails when somebody was faster to listen there.
start() {
    local options="-p $1 -k '$folder' -c listen_addresses=127.0.0.1 -c max_connections=300"
    if [[ -z ${TEST_POSTGRES_DURABLE:-} ]]; then
        options+=" -c fsync=off -c full_page_writes=off -c shared_buffers=64MB"
    fi
    "${as_owner[@]}" "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -o "$options" -w start \
        >/dev/null </dev/null
}

cd "$folder"
"${as_owner[@]}" "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C --no-sync \
    >"$folder/initdb.log" 2>&1 || fail "initdb: $(<"$folder/initdb.log")"
started=no
for _ in {1..10}; do
    port=$((20000 + RANDOM % 12000))
    if is_free "$port" && start "$port"; then
        started=yes
        break
    fi
done
[[ $started == yes ]] || fail "PostgreSQL does not start: $(<"$folder/log")"
cd "$OLDPWD"

TEST_POSTGRES_URL="postgres://postgres@127.0.0.1:$port/postgres" "$@"
