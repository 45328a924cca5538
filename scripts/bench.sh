#!/usr/bin/env bash
# `make bench`: benchmarks beside the peers; options go to them (`scripts/bench.sh --help`). Peers that cannot be
# installed are left out, and the report says so.
set -euo pipefail
# shellcheck source=scripts/steps.sh
source "$(dirname "$0")/steps.sh"
cd "$ROOT"

wanted=tests/benchmarks/peers-requirements.txt
peers=$VAR/bench/peers

install_peers() {
    "$PYTHON" -m venv --clear "$peers"
    "$peers/bin/python" -m pip install --disable-pip-version-check --no-input --progress-bar off -r "$wanted"
    fingerprint "$wanted" >"$peers/installed"
}

scripts/setup.sh run
(scripts/packages.sh bench) || say "nginx is left out"
if ! unchanged "$peers/installed" "$(fingerprint "$wanted")"; then
    (step "The peers (once, about 1 min)" "check the network; the benchmark runs without them" install_peers) || say "the peers are left out"
fi
scripts/database.sh is-running || trap 'scripts/database.sh stop' EXIT
scripts/database.sh start
step "Tables" "read the lines above" "$PYTHON" manage.py prepare --without-data
scripts/frontend.sh || say "the viewer is left out"
"$PYTHON" -m tests.benchmarks "$@"
