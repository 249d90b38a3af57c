#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# languages.sh BUILD [LANGUAGE...]: test_languages.py in a GIMP in each language of po/LINGUAS.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
build=$1
shift
[ $# != 0 ] || read -r -d '' -a known < <(grep -v '^#' "$here/../../po/LINGUAS"; printf '\0')
for language in "$@" "${known[@]:-}"; do
    [ -n "$language" ] || continue
    locale=$(locale -a | grep -m 1 -i "^${language}_${language}\.utf") || {
        echo "no locale for $language" >&2
        exit 1
    }
    LANGUAGE=$language LANG=$locale LC_ALL=$locale SCREEN=1280x1400 \
        "$here/gui.sh" "$build" "$here/test_languages.py" "$language" "$(readlink -f "$build")"
done
