#!/usr/bin/env bash
# Everything a checkout needs, short of data: `setup.sh run` or `setup.sh test`. A second time it costs about a second.
set -euo pipefail
# shellcheck source=scripts/steps.sh
source "$(dirname "$0")/steps.sh"

case "${1:-run}" in
run) "$ROOT/scripts/packages.sh" run && "$ROOT/scripts/python.sh" run && "$ROOT/scripts/encoder.sh" ;;
test) "$ROOT/scripts/packages.sh" test && "$ROOT/scripts/python.sh" dev && "$ROOT/scripts/encoder.sh" ;;
*) fail "unknown group $1" "use run or test" ;;
esac
