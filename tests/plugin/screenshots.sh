#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# screenshots.sh BUILD: makes the pictures of the dialog in docs/images again. With EBRU_MODEL_PATH
# set, with the first model there; else the picture is noise.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
mkdir -p "$here/../../docs/images"
work=$(mktemp -d "${TMPDIR:-/tmp}/ebru-shots.XXXXXX")
trap 'rm -rf "$work"' EXIT
convert -size 480x210 'gradient:#26416e-#f0a868' \( -size 480x150 'gradient:#8a6a62-#16233a' \) -append \
    -fill '#fff1c9' -draw 'circle 380,150 380,128' -blur 0x1 -strip -depth 8 "PNG24:$work/dusk.png"
MODELS=${EBRU_MODEL_PATH:-} WORK=$work/gui IMAGE=$work/dusk.png "$here/gui.sh" "$1" "$here/screenshots.py" \
    "$(readlink -f "$here/../../docs/images")"
