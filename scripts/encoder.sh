#!/usr/bin/env bash
# The tile encoder as machine code, beside its sources. Skipped while they are unchanged.
set -euo pipefail
# shellcheck source=scripts/steps.sh
source "$(dirname "$0")/steps.sh"
cd "$ROOT"

mark=$VAR/encoder-compiled
number=$( (cat tile_server/encode/*.py; "$PYTHON" -V; grep -i numba constraints.txt; uname -m) | sha256sum | cut -c1-16)
if unchanged "$mark" "$number"; then exit 0; fi
step "Tile encoder (once, about 30 s)" "see the message above" "$PYTHON" -c "from tile_server.encode import compile_encoder; compile_encoder()"
echo "$number" >"$mark"
