#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# demo.sh [MODEL [PROMPT]]: builds Ebru and makes a picture inside GIMP, without a display, in out/.
# ./bootstrap demo calls it where all it needs is.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/build.sh"
model=${1:-} prompt=${2:-a lighthouse at dusk, oil on canvas}

echo '--- building'
build_demo
if [ -z "$model" ]; then
    echo '--- a model of random numbers'
    random_model
    model=$models/random
    random=yes
fi
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
if [ -n "${random:-}" ]; then
    echo 'It is noise: the model is random numbers, made on the spot to show that all parts work.'
    echo 'With a Stable Diffusion 1 or 2 file: ./bootstrap demo --model FILE --prompt "..."'
fi
