#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# console.sh BUILD TEST.py [ARGUMENT...]: a test in gimp-console with a small random model; its
# arguments are the model, a folder that is empty, and those given.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
build=$(readlink -f "$1")
test=$(readlink -f "$2")
shift 2
work=$(mktemp -d "${TMPDIR:-/tmp}/ebru-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/models" "$work/out"
"$build/engine/cli/ebru" make-random "$work/models/random" > /dev/null
export EBRU_MODEL_PATH=$work/models EBRU_QUIET=1 TIMEOUT=${TIMEOUT:-1500}
: > "$work/read-only" && chmod 400 "$work/read-only"
as=()
# for root no folder is read-only; without this privilege root is like anybody
[ ! -w "$work/read-only" ] ||
    as=(setpriv --bounding-set=-dac_override,-dac_read_search --inh-caps=-dac_override,-dac_read_search)
rc=0
"${as[@]}" "$here/run-batch.sh" "$build" "$test" "$work/models/random" "$work/out" "$@" > "$work/log" 2>&1 || rc=$?
grep -a '^test_' "$work/log" || :
[ $rc = 0 ] || { echo "exit code $rc"; grep -av 'WARNING\|^$' "$work/log" | tail -40; }
exit $rc
