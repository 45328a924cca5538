#!/usr/bin/env bash
# The viewer: its packages and its build in frontend/dist. Skipped while nothing it is made of has changed.
set -euo pipefail
# shellcheck source=scripts/steps.sh
source "$(dirname "$0")/steps.sh"
cd "$ROOT/frontend"

lock=$(fingerprint package.json package-lock.json .npmrc)
if ! unchanged node_modules/.installed "$lock"; then
    step "Viewer packages (about 20 s)" "check the network, then repeat" npm ci --no-audit --no-fund
    echo "$lock" >node_modules/.installed
fi
case "${1:-}" in
packages) exit 0 ;;
types) exec npm run schema ;; # src/api/generated.ts from schema/openapi.json
esac

sources=$(find . \( -path ./node_modules -o -path ./dist \) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)
if [ -f dist/index.html ] && unchanged "$VAR/viewer-built" "$sources"; then exit 0; fi
step "Viewer build (about 10 s)" "run 'npm run check' in frontend/" npm run build
step "Viewer compression" "free some space" "$PYTHON" -m whitenoise.compress --quiet --no-brotli dist
echo "$sources" >"$VAR/viewer-built"
