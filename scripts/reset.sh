#!/usr/bin/env bash
# `make reset`: drops the data of this folder's private database, and uploads, after asking (FORCE=1 does not ask).
set -euo pipefail
# shellcheck source=scripts/steps.sh
source "$(dirname "$0")/steps.sh"

[ -z "${DATABASE_URL:-}" ] || fail "DATABASE_URL names a server that is not ours to drop" "drop and create its database there"
if [ "${FORCE:-}" != 1 ]; then
    [ -t 0 ] || fail "this drops all data of $VAR and needs a yes" "repeat with FORCE=1"
    read -r -p "Drop all data of $VAR (database, uploads)? Write yes: " answer
    [ "$answer" = yes ] || fail "nothing was dropped" "write yes"
fi
"$ROOT/scripts/stop.sh"
"$ROOT/scripts/database.sh" reset
# As root the broker's files lie outside and var/broker is a link.
rm -rf -- "$(realpath -m "${VAR:?}/broker")" "$VAR/broker" "$VAR/mqtt_url" "$VAR/mqtt_port"
rm -rf "${VAR:?}/media" "${VAR:?}/demo"
