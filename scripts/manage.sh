#!/usr/bin/env bash
# manage.py with everything it needs in place: environment and a running database (left as it was found).
set -euo pipefail
# shellcheck source=scripts/steps.sh
source "$(dirname "$0")/steps.sh"
cd "$ROOT"

scripts/setup.sh run
scripts/database.sh is-running || trap 'scripts/database.sh stop' EXIT
scripts/database.sh start
if [ "$1" = seed ]; then
    record_demo
    "$PYTHON" manage.py prepare --without-data
fi
"$PYTHON" manage.py "$@"
