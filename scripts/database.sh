#!/usr/bin/env bash
# The private PostGIS of a checkout: start, stop, is-running, url, reset. Works as root and as an ordinary user.
# With DATABASE_URL set nothing is started: only the needed extensions are checked.
set -euo pipefail
# shellcheck source=scripts/steps.sh
source "$(dirname "$0")/steps.sh"
cd "$ROOT"

FIRST_PORT=54320

find_programs() {
    # shellcheck disable=SC2012  # sorted by version, names without spaces
    BIN=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true)
    [ -n "$BIN" ] || fail "PostgreSQL is not installed" "run scripts/packages.sh run, or set DATABASE_URL to a PostGIS you have"
}

# postgres refuses to run as root and cannot enter root's home: then the data lies outside and var/db is a link to it.
find_data() {
    if [ "$(id -u)" = 0 ]; then
        DATA=/var/lib/geo_ioc/$(realpath "$VAR" | sha256sum | cut -c1-12)
        as_owner() { (cd / && runuser -u postgres -- "$@"); }
    else
        DATA=$(realpath "$VAR")/db
        as_owner() { "$@"; }
    fi
}

free_port() {
    local port
    for port in $(seq "$FIRST_PORT" $((FIRST_PORT + 100))); do
        if port_is_free "$port"; then echo "$port"; return; fi
    done
    fail "no free port between $FIRST_PORT and $((FIRST_PORT + 100))" "stop an older copy with 'make stop' in its folder"
}

# A quarter of the memory, at least 128 MB, at most 1 GB.
shared_buffers_mb() { awk '/MemTotal/ {mb = int($2 / 4096); print (mb < 128 ? 128 : mb > 1024 ? 1024 : mb)}' /proc/meminfo; }

settings() {
    cat <<CONF

# geo_ioc
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
dynamic_shared_memory_type = mmap
max_connections = 100
shared_buffers = $(shared_buffers_mb)MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_min_duration_statement = 2000
CONF
}

create() {
    local password password_file
    say "Database: making a new cluster (once, about 4 s)"
    if [ "$(id -u)" = 0 ]; then
        install -d -m 755 /var/lib/geo_ioc
        install -d -o postgres -g postgres -m 700 "$DATA"
        ln -sfn "$DATA" "$VAR/db"
    else
        install -d -m 700 "$DATA"
    fi
    password=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
    password_file=$(as_owner mktemp)
    printf '%s\n' "$password" | as_owner tee "$password_file" >/dev/null
    as_owner "$BIN/initdb" -D "$DATA" -U geo_ioc --pwfile="$password_file" --auth=scram-sha-256 --encoding=UTF8 \
        --locale=C.UTF-8 --locale-provider=icu --icu-locale=vi --data-checksums --no-instructions >"$VAR/initdb.log" 2>&1 ||
        fail "initdb failed: $(tail -1 "$VAR/initdb.log")" "read $VAR/initdb.log"
    as_owner rm -f "$password_file"
    settings | as_owner tee -a "$DATA/postgresql.conf" >/dev/null
    (umask 077 && printf '%s\n' "$password" >"$VAR/database_password")
}

is_running() { as_owner "$BIN/pg_ctl" -D "$DATA" status >/dev/null 2>&1; }

running_port() { as_owner sed -n 4p "$DATA/postmaster.pid"; }

connect() { PGPASSWORD=$(cat "$VAR/database_password") "$BIN/psql" -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$1" -U geo_ioc -d "${2:-postgres}" "${@:3}"; }

# The port is written where Python finds it: env.py reads var/database_url when DATABASE_URL is not set.
record() {
    (umask 077 && printf 'postgres://geo_ioc:%s@127.0.0.1:%s/geo_ioc\n' "$(cat "$VAR/database_password")" "$1" >"$VAR/database_url.new")
    mv "$VAR/database_url.new" "$VAR/database_url"
}

last_port() { sed -n 's|.*@127.0.0.1:\([0-9]*\)/.*|\1|p' "$VAR/database_url" 2>/dev/null || true; }

start() {
    find_programs
    find_data
    as_owner test -f "$DATA/PG_VERSION" || create
    [ -f "$VAR/database_password" ] || fail "$VAR/db is there but its password is not" "'make reset' drops it and starts anew"
    local version program
    version=$(as_owner cat "$DATA/PG_VERSION")
    program=$("$BIN/postgres" --version | grep -oE '[0-9]+' | head -1)
    if [ "$version" != "$program" ] && [ -x "/usr/lib/postgresql/$version/bin/postgres" ]; then BIN=/usr/lib/postgresql/$version/bin; fi
    if ! is_running; then
        local port
        port=$(last_port)
        { [ -n "$port" ] && port_is_free "$port"; } || port=$(free_port)
        as_owner "$BIN/pg_ctl" -D "$DATA" -w -t 60 -l "$DATA/server.log" -o "-p $port" start >/dev/null ||
            fail "PostgreSQL did not start: $(as_owner tail -1 "$DATA/server.log")" "read $VAR/db/server.log"
    fi
    local port
    port=$(running_port)
    record "$port"
    connect "$port" postgres -tAc "SELECT 1 FROM pg_database WHERE datname = 'geo_ioc'" | grep -q 1 || connect "$port" postgres -c 'CREATE DATABASE geo_ioc'
    say "Database: PostgreSQL answers on 127.0.0.1:$port"
}

stop() {
    find_programs
    find_data
    if is_running; then
        as_owner "$BIN/pg_ctl" -D "$DATA" -w -m fast stop >/dev/null
        say "Database: stopped"
    fi
}

# Drops the data. Only ever this checkout's own cluster.
reset() {
    stop
    rm -rf -- "$DATA" "$VAR/db" "$VAR/database_url" "$VAR/database_password"
    say "Database: its data is dropped"
}

# Exit status 0 while there is a server that was not started by the caller: an outside one, or one already running.
is_ready() {
    [ -z "${DATABASE_URL:-}" ] || return 0
    find_programs
    find_data
    is_running
}

case "${1:-}" in
start) if [ -n "${DATABASE_URL:-}" ]; then exec "$PYTHON" scripts/check_server.py; else start; fi ;;
is-running) is_ready ;;
stop) if [ -z "${DATABASE_URL:-}" ]; then stop; fi ;;
url) if [ -n "${DATABASE_URL:-}" ]; then echo "$DATABASE_URL"; else cat "$VAR/database_url"; fi ;;
reset) if [ -n "${DATABASE_URL:-}" ]; then fail "DATABASE_URL names a server that is not ours to drop" "drop its database there"; else reset; fi ;;
*) fail "unknown command '${1:-}'" "use scripts/database.sh start|stop|is-running|url|reset" ;;
esac
