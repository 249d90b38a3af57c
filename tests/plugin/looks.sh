#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# looks.sh BUILD FOLDER [LOOK...]: the windows in both themes, with fonts of twice the size, on a screen
# that has room for all, and on a small one: nothing is cut (looks.py), and the pictures go into
# FOLDER, to be looked at.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
build=$1
folder=$(readlink -f "$2")
shift 2
look() {
    local name=$1
    shift
    [ "${#chosen[@]}" = 0 ] || [[ " ${chosen[*]} " == *" $name "* ]] || return 0
    env SHOTS="$folder/$name" "$@" "$here/gui.sh" "$build" "$here/looks.py"
}
chosen=("$@")
look dark GIMPRC='(theme-color-scheme dark)'
look light GIMPRC='(theme-color-scheme light)'
look large GDK_DPI_SCALE=2 SCREEN=1600x1200
look tall SCREEN=1280x1500
look small SCREEN=1366x768
look low SCREEN=1024x768
look both GDK_DPI_SCALE=2 SCREEN=1366x768
