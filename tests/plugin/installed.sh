#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# installed.sh BUILD: what `meson install` leaves is enough. Its plug-in, copied as a user would into a GIMP
# profile that is empty, fills a selection with the starter model, in German where that is spoken.
# The data lie where they were built for, by a mount that only this process sees.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
build=$(readlink -f "$1")
work=$(mktemp -d "${TMPDIR:-/tmp}/ebru-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
DESTDIR=$work/root meson install -C "$build" --no-rebuild --quiet > "$work/log" 2>&1 || {
    cat "$work/log"
    exit 1
}

# installed FILE: where the build folder or the sources have it, and then where it was put.
installed() {
    python3 -c 'import json, sys
for source, place in json.load(open(sys.argv[1])).items():
    if source.endswith(sys.argv[2]):
        print(place)' "$build/meson-info/intro-installed.json" "$1"
}
plugin=$(dirname "$(installed /plugin/ebru)")
share=$(dirname "$(dirname "$(dirname "$(installed /data/starter)")")")
namespace=(unshare -m)
"${namespace[@]}" true 2> /dev/null || namespace=(unshare -rm)
if [ "$share" = /usr/share ] || [ ! -d "$share" ] || ! "${namespace[@]}" true; then
    echo "skipped: nothing can be mounted over $share here, where the model would be"
    exit 77
fi

mkdir -p "$work/home" "$work/run" "$work/gimp/plug-ins"
cp -r "$work/root$plugin" "$work/gimp/plug-ins/ebru"
LC_ALL=C convert -size 300x280 gradient:navy-orange -strip -depth 8 "PNG24:$work/in.png"
cat > "$work/fill.scm" << 'END'
(script-fu-use-v3)
(let* ((img (gimp-file-load RUN-NONINTERACTIVE "in.png")))
  (gimp-image-select-ellipse img CHANNEL-OP-REPLACE 100 80 120 90)
  (plug-in-ebru-fill #:run-mode RUN-NONINTERACTIVE #:image img #:prompt "clouds" #:seed 42 #:steps 2)
  (gimp-file-save RUN-NONINTERACTIVE img "out.xcf" -1))
END
locale=$(locale -a | grep -m 1 -i '^de_de\.utf' || :)
unset EBRU_MODEL_PATH XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME
rc=0
cd "$work"
HOME=$work/home XDG_RUNTIME_DIR=$work/run GIMP3_DIRECTORY=$work/gimp LC_ALL=${locale:-C.UTF-8} LANGUAGE=de \
    "${namespace[@]}" bash -c 'mount --bind "$1" "$2" && exec timeout -k 10 300 gimp-console-3 -idf \
    --batch-interpreter=plug-in-script-fu-eval -b "(load \"fill.scm\")" --quit' mounted "$work/root$share" "$share" \
    > "$work/log" 2>&1 < /dev/null || rc=$?
[ $rc = 0 ] || { echo "gimp-console: exit code $rc"; grep -av 'WARNING\|^$' "$work/log" | tail -40; exit 1; }
python3 "$here/test_installed.py" "$work" "${locale:+de}"
