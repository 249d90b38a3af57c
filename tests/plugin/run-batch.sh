#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# run-batch.sh FOLDER SCRIPT.{scm,py} [ARGUMENT...]: runs the script in gimp-console with the plug-in
# of FOLDER (a build folder, or one that holds ebru/ebru) and a throw-away profile. A Python script
# finds the arguments in sys.argv[1:], a Script-Fu script reads the environment itself. The current
# directory and the environment (EBRU_MODEL_PATH, LANG) are the caller's; TIMEOUT is in seconds.
# Exit code: GIMP's own: 0 fine, 64 a Python exception, 70 a Script-Fu error; 124 it took too long.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/profile.sh"
plugins=$(plugins_of "$1") script=$(readlink -f "$2")
shift 2
work=$(mktemp -d "${TMPDIR:-/tmp}/ebru-batch.XXXXXX")
trap 'rm -rf "$work"' EXIT
profile "$plugins" "$work"

case $script in
*.scm)
    interpreter=plug-in-script-fu-eval
    command="(load \"$script\")" # read from stdin, Script-Fu errors would not reach the exit code
    ;;
*)
    interpreter=python-fu-eval
    # GIMP hands no arguments on; the script is compiled under its own name for tracebacks
    export EBRU_SCRIPT=$script EBRU_ARGUMENTS
    EBRU_ARGUMENTS=$(printf '%s\n' "$@")
    command='
import os, sys
sys.argv = [os.environ["EBRU_SCRIPT"]] + os.environ["EBRU_ARGUMENTS"].splitlines()
sys.path.insert(0, os.path.dirname(sys.argv[0]))
__file__ = sys.argv[0]
exec(compile(open(__file__).read(), __file__, "exec"))'
    ;;
esac
timeout -k 10 "${TIMEOUT:-300}" \
    gimp-console-3 -idf --batch-interpreter=$interpreter -b "$command" --quit < /dev/null
