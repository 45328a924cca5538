#!/usr/bin/env bash
# `make test`: the whole suite, browser included; arguments go to pytest. The last line is pytest's summary.
set -euo pipefail
# shellcheck source=scripts/steps.sh
source "$(dirname "$0")/steps.sh"
cd "$ROOT"

scripts/setup.sh test
scripts/frontend.sh
scripts/database.sh is-running || trap 'scripts/database.sh stop >/dev/null 2>&1' EXIT
scripts/database.sh start
"$PYTHON" -m pytest "$@"
