# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by run-batch.sh and run-gui.sh: where the plug-in is, and a private GIMP profile that
# knows it. Nothing here reads or writes the profile, the models or the caches of the user.

# plugins_of FOLDER: prints a folder P that holds P/ebru/ebru. FOLDER is such a folder, or a build
# folder of meson: there the plug-in and its catalogs are copied to plug-ins/ when they are newer.
plugins_of() {
    local build
    build=$(readlink -f "$1")
    if [ ! -f "$build/build.ninja" ]; then
        echo "$build"
        return
    fi
    local dir=$build/plug-ins/ebru mo language
    (
        flock 8
        [ -x "$build/plugin/ebru" ] || { echo "$build has no plug-in in it" >&2; exit 1; }
        install -D -C "$build/plugin/ebru" "$dir/ebru"
        for mo in "$build"/po/*/LC_MESSAGES/ebru.mo; do
            [ -f "$mo" ] || continue
            language=${mo#"$build/po/"}
            install -D -C -m 644 "$mo" "$dir/locale/$language"
        done
    ) 8> "$build/plug-ins.lock" || return
    echo "$build/plug-ins"
}

# gimprc PLUGINS: the settings of every profile. The last four lines keep dialogs away.
gimprc() {
    cat << END
(plug-in-path "\${gimp_plug_in_dir}/plug-ins:$1")
(config-version "99.0.0")
(show-welcome-dialog no)
(check-updates no)
(save-session-info no)
(color-profile-policy keep)
END
}

# profile PLUGINS NEW: makes the folder NEW and in it a GIMP profile and a home, and points the
# environment there.
profile() {
    mkdir -p "$2/home"
    mkdir -p -m 700 "$2/run"
    export HOME=$2/home GIMP3_DIRECTORY=$2/profile XDG_RUNTIME_DIR=$2/run
    unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME
    gimp_profile "$1" "$GIMP3_DIRECTORY"
}

# gimp_profile PLUGINS NEW: makes the GIMP profile NEW. GIMP's first start asks all plug-ins what they
# do, which takes 10 s; so that one is done once, on a seed beside PLUGINS, and copied. GIMP itself
# asks a plug-in again whose binary has changed.
gimp_profile() {
    local plugins=$1 new=$2 seed gimp want
    seed=$(dirname "$plugins")/gimp-profile
    mkdir -p "$new"
    gimp=$(readlink -f "$(command -v gimp-console-3)")
    want=$(gimprc "$plugins"; stat -c '%n %s %Y' "$gimp")
    if [ -w "$(dirname "$plugins")" ]; then
        (
            flock 8
            [ "$(cat "$seed/made-for" 2> /dev/null)" = "$want" ] || seed_profile "$plugins" "$seed" "$want"
        ) 8> "$seed.lock" || return
        cp -a "$seed/." "$new/"
    else
        gimprc "$plugins" > "$new/gimprc"
    fi
}

seed_profile() {
    local plugins=$1 seed=$2 want=$3 rc
    rm -rf "$seed" "$seed.part"
    mkdir "$seed.part"
    gimprc "$plugins" > "$seed.part/gimprc"
    GIMP3_DIRECTORY=$seed.part timeout -k 10 300 gimp-console-3 -idf \
        --batch-interpreter=plug-in-script-fu-eval -b '(gimp-version)' --quit \
        > "$seed.log" 2>&1 8>&- < /dev/null || { rc=$?; cat "$seed.log" >&2; return $rc; }
    echo "$want" > "$seed.part/made-for"
    mv "$seed.part" "$seed"
}
