#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# batch.sh BUILD: the procedures in gimp-console, through Python and Script-Fu, with a small random
# model. Exit code 0: all is as it should be.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
build=$(readlink -f "$1")
work=$(mktemp -d "${TMPDIR:-/tmp}/ebru-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/models"
"$build/engine/cli/ebru" make-random "$work/models/random" > /dev/null
export EBRU_MODEL_PATH=$work/models
failures=0

# expect CODE SCRIPT [ARGUMENT...]: runs a script in $work, with GIMP's exit code as expected
expect() {
    local want=$1 rc=0
    shift
    (cd "$work" && "$here/run-batch.sh" "$build" "$@") > "$work/log" 2>&1 || rc=$?
    grep -a '^test_' "$work/log" || :
    [ $rc = "$want" ] && return
    echo "$(basename "$1"): exit code $rc, not $want"
    grep -av 'WARNING\|^$' "$work/log" | tail -40
    failures=$((failures + 1))
}

EBRU_QUIET=1 expect 0 "$here/test_batch.py" "$work/models/random" "$work"
grep -aq '^ebru: step' "$work/log" && { echo 'EBRU_QUIET=1 is not quiet'; failures=$((failures + 1)); }

convert -size 480x360 gradient:navy-orange -strip -depth 8 "PNG24:$work/in.png"
expect 0 "$here/fill.scm"
[ -s "$work/out.xcf" ] || { echo 'fill.scm: no out.xcf'; failures=$((failures + 1)); }
[ "$(grep -ac '^ebru: step' "$work/log")" -ge 2 ] ||
    { echo 'fill.scm: no line for each of 2 steps on stderr'; failures=$((failures + 1)); }
expect 70 "$here/fail.scm"
grep -aq 'Nothing is selected' "$work/log" ||
    { echo 'fail.scm: no message'; failures=$((failures + 1)); }
expect 64 "$here/fail.py"
grep -aq 'status calling-error' "$work/log" && grep -aq 'Nothing is selected' "$work/log" ||
    { echo 'fail.py: not refused as a bad call'; failures=$((failures + 1)); }
exit $((failures > 0))
