# Sourced by the other scripts: where things lie, how a long step shows progress, how a failing one says what to do.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
VAR=${GEO_IOC_VAR:-var}
[[ $VAR = /* ]] || VAR=$ROOT/$VAR
mkdir -p "$VAR/log"
# shellcheck disable=SC2034  # used by the scripts that source this one
PYTHON=$ROOT/.venv/bin/python
export PATH=$ROOT/.venv/bin:$PATH
# A bare machine has no locale; Vietnamese letters need one.
export LC_ALL=C.UTF-8
# Python's lines are shown while it works, not when it ends.
export PYTHONUNBUFFERED=1
# A foreign PROJ database breaks the geo wheels.
unset PROJ_LIB PROJ_DATA GDAL_DATA

if [ -t 2 ]; then BOLD=$'\033[1m' FAINT=$'\033[2m' PLAIN=$'\033[0m' CLEAR=$'\r\033[K'; else BOLD='' FAINT='' PLAIN='' CLEAR=''; fi

say() { printf '%s•%s %s\n' "$BOLD" "$PLAIN" "$*" >&2; }

fail() { # fail "what is wrong" "how to mend it"
    printf '%s✗ %s%s\n  to mend it: %s\n' "$BOLD" "$1" "$PLAIN" "$2" >&2
    exit 1
}

# step "title" "how to mend it" command…: shows the seconds and the last line of output while the command works.
step() {
    local title=$1 mend=$2 log started ticker status=0
    shift 2
    log=$VAR/log/setup-$(printf %s "$title" | tr -cs 'A-Za-z0-9' '-' | cut -c1-40).log
    started=$SECONDS
    : >"$log"
    tick "$title" "$log" &
    ticker=$!
    "$@" >"$log" 2>&1 </dev/null || status=$?
    kill "$ticker" 2>/dev/null || true
    wait "$ticker" 2>/dev/null || true
    printf '%s' "$CLEAR" >&2
    if [ "$status" != 0 ]; then
        tail -15 "$log" | sed 's/^/    /' >&2
        fail "$title: failed after $((SECONDS - started)) s" "$mend (whole output: ${log#"$ROOT"/})"
    fi
    say "$title: done in $((SECONDS - started)) s"
}

tick() { # a changing line on a terminal, a line every 15 s elsewhere
    local title=$1 log=$2 started=$SECONDS last
    trap 'exit 0' TERM
    trap '' INT
    while sleep 1; do
        last=$(tail -c 300 "$log" | tr '\r' '\n' | grep -a . | tail -1 | sed 's/[[:cntrl:]]//g' || true)
        last=${last:0:70}
        if [ -t 2 ]; then
            printf '%s%s•%s %s… %s s  %s%s%s' "$CLEAR" "$BOLD" "$PLAIN" "$title" $((SECONDS - started)) "$FAINT" "$last" "$PLAIN" >&2
        elif [ $(((SECONDS - started) % 15)) = 0 ]; then
            say "$title… $((SECONDS - started)) s: $last"
        fi
    done
}

# A number that changes when any of the files does.
fingerprint() { sha256sum "$@" | sha256sum | cut -c1-16; }

unchanged() { [ "$(cat "$1" 2>/dev/null)" = "$2" ]; } # unchanged MARK NUMBER

# Demo mode, unless told otherwise; kept, so that manage.py in another shell means the same.
record_demo() {
    export GEO_IOC_DEMO=${GEO_IOC_DEMO:-1}
    echo "$GEO_IOC_DEMO" >"$VAR/demo"
}

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
