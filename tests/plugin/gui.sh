#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# gui.sh BUILD TEST.py [ARGUMENT...]: runs a test against GIMP on a virtual screen, with a small
# random model as the only one, or the models of MODELS. WORK, IMAGE and TIMEOUT as in run-gui.sh.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
build=$(readlink -f "$1")
shift
models=$(mktemp -d "${TMPDIR:-/tmp}/ebru-models.XXXXXX")
trap 'rm -rf "$models"' EXIT
export EBRU_CLI=$build/engine/cli/ebru
"$EBRU_CLI" make-random "$models/random" > /dev/null
export EBRU_MODEL_PATH=${MODELS:-$models}
"$here/run-gui.sh" "$build" "$@"
