#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# demo.sh [MODEL [PROMPT]]: builds Ebru and makes a picture inside GIMP, without a display, in out/.
# ./bootstrap demo calls it where all it needs is.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/build.sh"
model=${1:-data/starter}
[ "$model" = data/starter ] && usual='clouds in a blue sky' || usual='a lighthouse at dusk, oil on canvas'
prompt=${2:-$usual}

echo '--- building'
build_demo
mkdir -p out
rm -f out/ebru.png out/ebru.xcf

echo "--- GIMP makes a picture of: $prompt"
log=$build/demo.log
tests/plugin/run-batch.sh "$build" tools/demo.py "$(readlink -f "$model")" "$prompt" out > "$log" 2>&1 || {
    tail -30 "$log" >&2
    echo 'GIMP could not make the picture: see above' >&2
    exit 1
}
grep '^demo: ' "$log" || :
echo "the picture is out/ebru.png, with its layers out/ebru.xcf, in $EBRU_HERE"
if [ "$model" = data/starter ]; then
    echo 'The model is the small one that comes with Ebru: colours, textures and skies, no things or people.'
    echo 'With a Stable Diffusion 1 or 2 file: ./bootstrap demo --model FILE --prompt "..."'
fi
