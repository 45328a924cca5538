#!/usr/bin/env bash
# `make stop`: ends a run that was started from this folder in another shell, with all it started.
set -euo pipefail
# shellcheck source=scripts/steps.sh
source "$(dirname "$0")/steps.sh"

pid=$(cat "$VAR/run/pid" 2>/dev/null || true)
if [ -z "$pid" ] || ! [ -r "/proc/$pid/cmdline" ] || ! tr '\0' ' ' <"/proc/$pid/cmdline" | grep -q 'scripts/run.sh'; then
    say "geo_ioc does not run from this folder"
    exit 0
fi
kill -TERM "$pid"
for _ in $(seq 300); do
    [ -d "/proc/$pid" ] || exit 0
    sleep 0.1
done
fail "process $pid has not ended after 30 s" "look at it: ps -fp $pid"
