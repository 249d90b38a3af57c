#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# german.sh BUILD: test_german.py in a GIMP in German.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8 exec "$here/gui.sh" "$1" "$here/test_german.py"
