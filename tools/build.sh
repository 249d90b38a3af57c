# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by demo.sh and gimp.sh: builds the plug-in and the command line into $build.
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
build=${EBRU_BUILD:-_build/system}/demo

build_demo() {
    mkdir -p "$build"
    (
        flock 5
        if [ ! -f "$build/build.ninja" ]; then
            meson setup "$build" -Dgimp=enabled -Dtests=disabled --buildtype=release
        fi
        meson compile -C "$build"
    ) 5> "$build/lock" > "$build/log" 2>&1 || {
        tail -50 "$build/log" >&2
        echo 'the build failed: see above' >&2
        exit 1
    }
}
