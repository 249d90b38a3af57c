#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# screenshots.sh BUILD [SCENE...]: makes the pictures of docs/guide.md in docs/images again, with the starter
# model. It uses TMPDIR/ebru-guide, which is seen in some of them.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
images=$(readlink -f "$here/../../docs/images")
work=${TMPDIR:-/tmp}/ebru-guide
rm -rf "$work"
trap 'rm -rf "$work"' EXIT
models=$work/ebru/models
mkdir -p "$models"
cp -r "$here/../../data/starter" "$models/starter"
"$1/engine/cli/ebru" generate --model "$models/starter" --prompt 'hills with trees by day' --seed 3 --steps 20 \
    --width 256 --height 256 -o "$work/meadow.png" 2> "$work/meadow.log"
MODELS=$models WORK=$work/gui IMAGE=$work/meadow.png SCREEN=1600x1960 "$here/gui.sh" "$1" \
    "$here/screenshots.py" "$images" "${@:2}"
