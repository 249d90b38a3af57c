#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# run-gui.sh FOLDER TEST.py [ARGUMENT...]: starts GIMP with a throw-away profile on a virtual screen
# of 1280x900 (another: SCREEN), with the plug-in of FOLDER (a build folder, or one that holds
# ebru/ebru), a picture of 480x360 open (another: IMAGE) and the lines of GIMPRC among its settings,
# and runs the test against it; the test drives it with gimpgui.py. GIMP and the plug-in use THREADS
# processors, if that is set.
# What it writes is in $WORK (default: a new folder under /tmp): in.png, gimp.log, screenshots.
# Exit code: the test's; 124: it took longer than TIMEOUT seconds.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/profile.sh"
plugins=$(plugins_of "$1")
shift
export WORK=${WORK:-$(mktemp -d "${TMPDIR:-/tmp}/ebru-gui.XXXXXX")}
mkdir -p "$WORK"
WORK=$(readlink -f "$WORK")
rm -rf "$WORK/home" "$WORK/profile" "$WORK/run" "$WORK/display"
profile "$plugins" "$WORK"
[ -z "${THREADS:-}" ] || echo "(num-processors $THREADS)" >> "$GIMP3_DIRECTORY/gimprc"
[ -z "${GIMPRC:-}" ] || echo "$GIMPRC" >> "$GIMP3_DIRECTORY/gimprc"
export GTK_MODULES=gail:atk-bridge NO_AT_BRIDGE=0 GDK_BACKEND=x11
[ -n "${IMAGE:-}" ] || LC_ALL=C convert -size 480x360 gradient:navy-orange -strip -depth 8 "PNG24:$WORK/in.png"
export IMAGE=${IMAGE:-$WORK/in.png}

exec 9> "$WORK/display"
Xvfb -displayfd 9 -screen 0 "${SCREEN:-1280x900}x24" -nolisten tcp 2> "$WORK/xvfb.log" &
xvfb=$!
trap 'kill $xvfb 2> /dev/null' EXIT
for _ in $(seq 200); do
    [ -s "$WORK/display" ] && break
    sleep 0.1
done
exec 9>&-
DISPLAY=:$(cat "$WORK/display")
export DISPLAY

rc=0
timeout -k 10 "${TIMEOUT:-500}" dbus-run-session -- bash -c '
    openbox > /dev/null 2>&1 &
    wm=$!
    gimp-3 --no-splash "$IMAGE" > "$WORK/gimp.log" 2>&1 &
    gimp=$!
    python3 "$@" 2>&1
    rc=$?
    kill $gimp $wm
    for _ in $(seq 50); do # its handler of SIGTERM has been seen to hang
        kill -0 $gimp 2> /dev/null || break
        sleep 0.1
    done
    kill -KILL $gimp 2> /dev/null
    wait
    exit $rc' gui "$@" 2> "$WORK/dbus.log" < /dev/null || rc=$?
echo "run-gui: exit $rc, files in $WORK"
[ $rc = 0 ] || tail -20 "$WORK/gimp.log"
exit $rc
