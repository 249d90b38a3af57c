#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# gimp.sh [FILE...]: GIMP with the plug-in, on the present display, with a profile of its own that
# lasts. ./bootstrap gimp calls it where all it needs is.
set -euo pipefail
files=()
for file in "$@"; do files+=("$(readlink -f "$file")"); done
. "$(dirname "$(readlink -f "$0")")/build.sh"
. tests/plugin/profile.sh

echo '--- building'
build_demo
mkdir -p "$build/ebru/models"
ln -sfn "$(readlink -f data/starter)" "$build/ebru/models/starter"
plugins=$(plugins_of "$build")
export GIMP3_DIRECTORY=$plugins/../gimp
export EBRU_MODEL_PATH=${EBRU_MODEL_PATH:+$EBRU_MODEL_PATH:}$(readlink -f "$build")/ebru/models
[ -d "$GIMP3_DIRECTORY" ] || gimp_profile "$plugins" "$GIMP3_DIRECTORY"
echo '--- GIMP: Filters > Generate > Generate...'
exec gimp-3 --no-splash "${files[@]}"
