#!/usr/bin/env bash
# `make check`: format, lint, types, import rules, generated files. Runs all of them, then says which failed.
set -uo pipefail
# shellcheck source=scripts/steps.sh
source "$(dirname "$0")/steps.sh"
cd "$ROOT" || exit 1

scripts/setup.sh test && scripts/frontend.sh packages || exit 1
failed=()
check() { # check "name" command…
    local output
    if output=$("${@:2}" 2>&1); then say "$1: good"; else
        printf '%s\n' "$output"
        failed+=("$1")
    fi
}

check "format" ruff format --check .
check "lint" ruff check .
check "shell scripts" shellcheck -x scripts/*.sh .ci/run docker/db.sh
check "types" mypy
check "import rules" lint-imports
check "generated files" "$PYTHON" manage.py generate --check
check "viewer" npm --prefix frontend run check
check "viewer unit tests" npm --prefix frontend test
[ ${#failed[@]} = 0 ] || fail "not good: $(IFS=,; echo "${failed[*]}")" "the output above names file and line; 'ruff format .' and 'make docs schema' mend most"
