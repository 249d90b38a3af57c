#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# undo.sh BUILD: random selections on random images, 20 of them, or 200 where EBRU_LONG is set.
here=$(dirname "$(readlink -f "$0")")
TIMEOUT=$([ -n "${EBRU_LONG:-}" ] && echo 3500 || echo 580) exec "$here/gui.sh" "$1" "$here/test_undo.py"
