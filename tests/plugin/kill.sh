#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# kill.sh BUILD [KILLS]: test_kill.py with a small random model.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
build=$(readlink -f "$1")
work=$(mktemp -d "${TMPDIR:-/tmp}/ebru-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
"$build/engine/cli/ebru" make-random "$work/random" > /dev/null
export TMPDIR=$work EBRU_QUIET=1
"$here/run-batch.sh" "$build" "$here/test_kill.py" "$work/random" "$work" "${2:-20}" \
    > "$work/log" 2>&1 || { tail -40 "$work/log"; exit 1; }
grep -a '^test_kill' "$work/log"
