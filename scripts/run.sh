#!/usr/bin/env bash
# `make run`: sets up what is missing, then database, data, viewer and processes, in the foreground until Ctrl-C.
set -euo pipefail
# shellcheck source=scripts/steps.sh
source "$(dirname "$0")/steps.sh"
cd "$ROOT"

port=${GEO_IOC_PORT:-8000}
run=$VAR/run
own_database=""
supervisor=""
viewer=""

is_run() { [ -r "/proc/$1/cmdline" ] && tr '\0' ' ' <"/proc/$1/cmdline" | grep -q 'scripts/run.sh'; }

cleanup() {
    trap '' INT TERM
    trap - EXIT
    if [ -n "$viewer" ]; then
        kill -TERM -- "-$viewer" 2>/dev/null || true
        wait "$viewer" 2>/dev/null || true
    fi
    if [ -n "$supervisor" ]; then
        kill -TERM "$supervisor" 2>/dev/null || true
        wait "$supervisor" 2>/dev/null || true
    fi
    [ -z "$own_database" ] || scripts/database.sh stop >/dev/null 2>&1 || true
    if [ "$(cat "$run/pid" 2>/dev/null)" = $$ ]; then rm -f "$run/pid"; fi
    say "geo_ioc is stopped"
}

refuse_a_second_run() {
    local pid
    pid=$(cat "$run/pid" 2>/dev/null || true)
    if [ -n "$pid" ] && [ "$pid" != $$ ] && is_run "$pid"; then fail "geo_ioc already runs from this folder (process $pid)" "stop it with 'make stop'"; fi
    port_is_free "$port" || fail "port $port is taken by another program" "choose another: GEO_IOC_PORT=8001 make run"
}

record_broker_port() { # the last one while it is free, so that devices find the broker again
    [ -z "${GEO_IOC_MQTT_PORT:-}" ] || return 0
    local candidate
    for candidate in $(cat "$VAR/mqtt_port" 2>/dev/null || true) $(seq 8883 8983); do
        if port_is_free "$candidate"; then
            echo "$candidate" >"$VAR/mqtt_port"
            return
        fi
    done
}

build_viewer() { # beside the database: in a process group of its own, so that Ctrl-C can end it
    set -m
    scripts/frontend.sh &
    viewer=$!
    set +m
}

await_viewer() {
    wait "$viewer" || { viewer=""; exit 1; }
    viewer=""
}

answers() { # the status line of /readyz says 200
    local status
    { exec 3<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null || return 1
    printf 'GET /readyz HTTP/1.0\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$port" >&3
    read -r -t 10 status <&3 || return 1
    exec 3>&-
    [[ $status == *" 200 "* ]]
}

await_ready() {
    local deadline=$((SECONDS + 90))
    until answers; do
        kill -0 "$supervisor" 2>/dev/null || fail "the processes ended" "read var/log/supervisord.log and var/log/web.log"
        [ $SECONDS -lt $deadline ] || fail "the server is not ready after 90 s" "open http://127.0.0.1:$port/readyz: it names what is missing; then read var/log/"
        sleep 0.2
    done
}

mkdir -p "$run"
refuse_a_second_run
echo $$ >"$run/pid"
trap cleanup EXIT
trap 'exit 0' INT
trap 'exit 0' TERM

scripts/setup.sh run
record_demo
build_viewer
scripts/database.sh is-running || own_database=1
scripts/database.sh start
record_broker_port
step "Tables and data" "read the lines above; 'make reset' starts anew" "$PYTHON" manage.py prepare
await_viewer

"$PYTHON" manage.py supervise &
supervisor=$!
await_ready
say "logs: var/log/ · stop: Ctrl-C, or 'make stop' in another shell"
printf 'geo_ioc is ready at http://127.0.0.1:%s\n' "$port"
wait "$supervisor"
