#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# Runs a static Linux x86-64 program on an emulated Sapphire Rapids (AVX-512, AMX) or another CPU model.
# See README.md beside this file.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
cache=${EMU_CACHE:-$HOME/.cache/ebru-emulator}
suite=${EMU_SUITE:-forky}

usage() {
    cat <<'U'
usage: run-on-spr.sh [options] PROGRAM [ARGS...]
  --cpu MODEL     spr (default), icl, skx, hsw or any Bochs model name (--list-cpus)
  --memory MB     memory of the emulated machine (default 512)
  --smp N         emulated CPUs (default 1; more did not boot yet)
  --timeout S     seconds of host time before it is given up (default 600; exit code 124)
  --file F[:G]    also put the file F into the emulated machine, as G (default: /tmp/<name of F>)
  --stdin F       the program's standard input (default: empty)
  --env K=V       add to the program's environment (may be repeated)
  --ips N         emulated instructions per emulated second (default 100000000)
  --keep          keep the work folder (serial.log: the kernel's messages; bochs.log) and name it
  --verbose       kernel messages to serial.log; implies --keep
  --append TEXT   add to the kernel command line
  --kernel F      another kernel image (bzImage)
  --setup         only download and unpack what is needed
  --list-cpus     the CPU models
Exit code: the program's (128 + signal when a signal ended it), 124 timeout, 125 the harness failed.
U
}
die() { echo "run-on-spr: $*" >&2; exit 125; }

cpu=spr memory=512 smp=1 timeout=600 stdin='' ips=100000000 keep=0 verbose=0 append='' setuponly=0 list=0 kernel=''
files=() envs=()
while [ $# -gt 0 ]; do
    case $1 in
        --cpu) cpu=$2; shift 2;;
        --memory) memory=$2; shift 2;;
        --smp) smp=$2; shift 2;;
        --timeout) timeout=$2; shift 2;;
        --file) files+=("$2"); shift 2;;
        --stdin) stdin=$2; shift 2;;
        --env) envs+=("$2"); shift 2;;
        --ips) ips=$2; shift 2;;
        --append) append=$2; shift 2;;
        --kernel) kernel=$2; shift 2;;
        --keep) keep=1; shift;;
        --verbose) verbose=1 keep=1; shift;;
        --setup) setuponly=1; shift;;
        --list-cpus) list=1; shift;;
        -h|--help) usage; exit 0;;
        --) shift; break;;
        -*) usage >&2; die "unknown option $1";;
        *) break;;
    esac
done
case $cpu in
    spr) cpu=sapphire_rapids;;
    icl) cpu=corei7_icelake_u;;
    skx) cpu=corei7_skylake_x;;
    hsw) cpu=corei7_haswell_4770;;
esac

# --- what it needs: Bochs >= 3.1 with its libraries, a kernel >= 6.15, isolinux, xorriso, cpio.
# All of it comes as Debian packages, which are only unpacked (no root needed, nothing is installed).
# A fresh root has no lists yet, so the sources themselves are asked as well.
mirror() {
    {
        apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null || :
        sed -n -E 's/^deb (\[[^]]*\] )?(http[^ ]*) .*/\2/p; s/^URIs: *(http[^ ]*).*/\1/p' \
            /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || :
    } | grep -m 1 -E '/debian/?$' || :
}
apt_private() { APT_CONFIG=$cache/apt/apt.conf "$@"; }
setup() {
    local uri keyring deb a=$cache/apt
    for p in apt-get dpkg-deb flock timeout sed awk readelf objcopy "${CC:-gcc}"; do
        command -v "$p" >/dev/null || die "needs $p"
    done
    [ "$(dpkg --print-architecture)" = amd64 ] || die "needs an amd64 Debian"
    uri=${EMU_MIRROR:-$(mirror)}
    [ -n "$uri" ] || die "no Debian mirror in the apt sources (set EMU_MIRROR)"
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    [ -e $keyring ] || die "needs the package debian-archive-keyring"
    mkdir -p "$a"/lists/partial "$a"/cache/archives/partial "$a"/prefs.d
    : >"$a/status"
    echo "deb [signed-by=$keyring] $uri $suite main" >"$a/sources.list"
    cat >"$a/apt.conf" <<C
Dir::State "$a";
Dir::State::lists "$a/lists";
Dir::State::status "$a/status";
Dir::Cache "$a/cache";
Dir::Etc::sourcelist "$a/sources.list";
Dir::Etc::sourceparts "-";
Dir::Etc::preferences "-";
Dir::Etc::preferencesparts "$a/prefs.d";
APT::Architecture "amd64";
APT::Architectures { "amd64"; };
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false"; // an old copy of a suite will do
Acquire::Check-Date "false";
APT::Sandbox::User "$(id -un)";
Debug::NoLocking "true";
C
    echo "run-on-spr: setting up in $cache (once; about 100 MB of packages)" >&2
    apt_private apt-get -q update >"$cache/setup.log" 2>&1 || die "apt-get update failed, see $cache/setup.log"
    apt_private apt-get -q -y --download-only install bochs bochs-term xorriso isolinux syslinux-common cpio \
        >>"$cache/setup.log" 2>&1 || die "download failed, see $cache/setup.log"
    # the kernel: the newest cloud kernel's image package (split into several packages since Debian 14)
    kernel=$(apt_private apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \
        --no-replaces --no-enhances linux-image-cloud-amd64 |
        grep -E '^linux-(binary|image)-[0-9].*cloud-amd64$' | sort -u)
    [ -n "$kernel" ] || die "no cloud kernel in $suite"
    # shellcheck disable=SC2086
    (cd "$a/cache/archives" && apt_private apt-get -q download $kernel) >>"$cache/setup.log" 2>&1 ||
        die "kernel download failed, see $cache/setup.log"
    rm -rf "$cache/root.new"
    mkdir "$cache/root.new"
    for deb in "$a"/cache/archives/*.deb; do
        dpkg-deb -x "$deb" "$cache/root.new" || die "cannot unpack $deb"
    done
    rm -rf "$cache/root.new/usr/share/doc" "$cache/root.new/usr/share/locale" "$cache/root.new/usr/share/icons"
    kernel=$(find "$cache/root.new" -name 'vmlinuz*' -type f | sort | tail -n 1)
    [ -n "$kernel" ] || die "the kernel packages hold no vmlinuz"
    cp "$kernel" "$cache/root.new/vmlinuz"
    fix_division "$cache/root.new/usr/bin/bochs-bin"
    rm -rf "$cache/root"
    mv "$cache/root.new" "$cache/root"
    rm -rf "$a/cache/archives"
    touch "$cache/root/.ready"
}
# Overwrites the miscompiled long_idiv of Debian's bochs 3.1 (see fixdiv.S; harmless for a right one).
fix_division() {
    local addr size off=0 o v s
    read -r addr size < <(readelf -W --dyn-syms "$1" | awk '$8 ~ /^_Z9long_idivP7Bit128sPlPKS_l/ { print $2, $3; exit }')
    [ -n "${addr:-}" ] || { echo "run-on-spr: no long_idiv in bochs-bin, left as it is" >&2; return 0; }
    "${CC:-gcc}" -c -o "$cache/fixdiv.o" "$here/fixdiv.S"
    objcopy -O binary -j .text "$cache/fixdiv.o" "$cache/fixdiv.bin"
    [ "$(wc -c <"$cache/fixdiv.bin")" -le "$size" ] || die "long_idiv is too small to replace"
    # file offset of the address: through the LOAD segment that holds it
    while read -r o v s; do
        if [ $((0x$addr)) -ge $((v)) ] && [ $((0x$addr)) -lt $((v + s)) ]; then off=$((0x$addr - v + o)); fi
    done < <(readelf -lW "$1" | awk '$1 == "LOAD" { print $2, $3, $5 }')
    [ "$off" -gt 0 ] || die "cannot find long_idiv in the file"
    dd if="$cache/fixdiv.bin" of="$1" bs=1 seek="$off" conv=notrunc status=none
}
mkdir -p "$cache"
root=$cache/root
if [ ! -e "$root/.ready" ]; then
    exec 8>"$cache/setup.lock"
    flock 8
    [ -e "$root/.ready" ] || setup
    exec 8>&-
fi
libs=$root/usr/lib/x86_64-linux-gnu:$root/usr/lib/x86_64-linux-gnu/pulseaudio
tool() { "$root/usr/lib64/ld-linux-x86-64.so.2" --library-path "$libs" "$root/usr/bin/$1" "${@:2}"; }
export BXSHARE=$root/usr/share/bochs LTDL_LIBRARY_PATH=$root/usr/lib/x86_64-linux-gnu/bochs/plugins
if [ $list = 1 ]; then
    tool bochs-bin --help cpu 2>&1 | sed -n '/^Supported/,/^0/p' | grep -E '^[a-z]'
    exit 0
fi
init=$cache/init-$(cksum <"$here/init.c" | tr ' ' -)
if [ ! -e "$init" ]; then
    "${CC:-gcc}" -O2 -static -o "$init.$$" "$here/init.c" || die "cannot compile init.c statically"
    mv "$init.$$" "$init"
fi
[ $setuponly = 0 ] || exit 0
[ $# -ge 1 ] || { usage >&2; exit 125; }
[ -f "$1" ] || die "no file $1"

# --- the boot medium
work=$(mktemp -d "${TMPDIR:-/tmp}/run-on-spr.XXXXXX")
bochs='' relay=''
cleanup() {
    [ -z "$bochs" ] || kill "$bochs" 2>/dev/null || true
    [ -z "$relay" ] || kill "$relay" 2>/dev/null || true
    if [ $keep = 1 ]; then echo "run-on-spr: kept $work" >&2; else rm -rf "$work"; fi
}
trap cleanup EXIT
trap 'exit 130' INT TERM
mkdir -p "$work/iso" "$work/initrd/tmp"
cp "$init" "$work/initrd/init"
cp "$1" "$work/initrd/test"
chmod +x "$work/initrd/test"
printf '%s\0' "$@" >"$work/initrd/args"
[ ${#envs[@]} = 0 ] || printf '%s\0' "${envs[@]}" >"$work/initrd/env"
[ -z "$stdin" ] || cp "$stdin" "$work/initrd/stdin"
for f in "${files[@]}"; do
    g=${f#*:}; [ "$g" != "$f" ] || g=/tmp/$(basename "$f")
    mkdir -p "$work/initrd/$(dirname "$g")"
    cp -r "${f%%:*}" "$work/initrd/$g"
done
(cd "$work/initrd" && find . | LC_ALL=C sort | tool cpio -o -H newc --quiet -R 0:0 >"$work/iso/initrd")
rm -rf "$work/initrd"
cp "${kernel:-$root/vmlinuz}" "$work/iso/vmlinuz"
cp "$root/usr/lib/ISOLINUX/isolinux.bin" "$root/usr/lib/syslinux/modules/bios/ldlinux.c32" "$work/iso/"
# setcpuid=324 is XFD: Bochs has none, and without it Linux does not switch AMX on (see README.md)
args="initrd=initrd rdinit=/init console=ttyS0,115200 nokaslr mitigations=off nopti acpi=off pci=off"
args="$args lpj=$((ips / 250)) notsc tsc=unstable tsc_early_khz=$((ips / 1000)) no_timer_check random.trust_cpu=on"
args="$args audit=0 apparmor=0 selinux=0 cgroup_disable=memory ipv6.disable=1 cryptomgr.notests init_on_alloc=0"
args="$args i8042.nokbd i8042.noaux i8042.nopnp 8250.nr_uarts=1 panic=-1 reboot=t nowatchdog rcupdate.rcu_expedited=1"
[ $smp -gt 1 ] || args="$args nosmp"
cpuextra=${EMU_CPU_OPTIONS:-}
if [ "$cpu" = sapphire_rapids ]; then
    args="$args setcpuid=324"
    cpuextra=${cpuextra:-'exclude_features="xsaves, xsavec"'}
fi
[ $verbose = 1 ] || args="$args quiet loglevel=1"
cat >"$work/iso/isolinux.cfg" <<C
DEFAULT l
PROMPT 0
LABEL l
 KERNEL vmlinuz
 APPEND $args $append
C
[ "$(wc -c <"$work/iso/isolinux.cfg")" -lt 2000 ] || die "kernel command line too long"
tool xorriso -as mkisofs -quiet -o "$work/boot.iso" -b isolinux.bin -c boot.cat -no-emul-boot -boot-load-size 4 \
    -boot-info-table "$work/iso" >"$work/xorriso.log" 2>&1 || { cat "$work/xorriso.log" >&2; die "cannot make the boot medium"; }
rm -rf "$work/iso"

# --- run it
sed -e "s|@ROOT@|$root|g; s|@WORK@|$work|g; s|@CPU@|$cpu|; s|@SMP@|$smp|; s|@IPS@|$ips|; s|@MEMORY@|$memory|g" \
    -e "s|@CPUEXTRA@|${cpuextra:+, $cpuextra}|" "$here/bochsrc.in" >"$work/bochsrc"
mkfifo "$work/out"
exec 7<>"$work/out"
sed -un -e '1,/^@@EMU-BEGIN@@$/d' -e "/^@@EMU-EXIT /{w $work/exit" -e 'q}' -e p <"$work/out" 7>&- &
relay=$!
start=$(date +%s.%N)
TERM=vt100 timeout -s KILL "$timeout" "$root/usr/lib64/ld-linux-x86-64.so.2" --library-path "$libs" \
    "$root/usr/bin/bochs-bin" -q -unlock -f "$work/bochsrc" </dev/null >"$work/screen.log" 2>&1 7>&- &
bochs=$!
rc=0
while kill -0 $bochs 2>/dev/null; do        # a crashed kernel halts for good: do not wait for the timeout
    sleep 1
    if tail -n 3 "$work/bochs.log" 2>/dev/null | grep -qaE 'HLT instruction with IF=0|exception with no resolution'; then
        pkill -KILL -P $bochs || true
    fi
done
wait $bochs 2>/dev/null || rc=$?
bochs=''
exec 7>&-
wait $relay || true
relay=''
host=$(awk -v a="$start" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }')
if [ -s "$work/exit" ]; then
    read -r _ code _ sig _ ms _ <"$work/exit"
    ms=${ms%@@}
    [ -z "${EMU_REPORT:-}" ] || echo "run-on-spr: $cpu, $host s here, of which the program $ms ms of emulated time" >&2
    exit "$code"
fi
[ $rc != 124 ] && [ $rc != 137 ] || { echo "run-on-spr: gave up after $timeout s" >&2; exit 124; }
tail -n 20 "$work/serial.log" >&2 2>/dev/null || true
grep -aE '>>PANIC<<|^[0-9]+p\[' "$work/bochs.log" >&2 2>/dev/null || true
die "the emulated machine ended without a result (try --verbose)"
