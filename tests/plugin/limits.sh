#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# limits.sh BUILD: test_limits.py as on a processor without AVX2, with 60 MB of memory for the engine.
set -euo pipefail
export EBRU_ISA=c EBRU_MEMORY=60e6
exec "$(dirname "$(readlink -f "$0")")/gui.sh" "$1" "$(dirname "$(readlink -f "$0")")/test_limits.py"
