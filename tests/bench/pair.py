#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-or-later
"""PyTorch and Ebru in turn, on the same machine, in the same minutes: how many times faster.

    tests/bench/pair.py --ebru build/engine/cli/ebru --peers ~/.cache/ebru/peers [--isa avx2] [--rounds 4] [PART]...

PART: te unet1 unet2 vae_dec vae_enc, all if none is given. The peers' folder is made by ../shared/peers/root.sh and
checkpoint.py, DIFFUSERS names the sources of diffusers. Each round runs both, the order turning from round to round
(A B B A), and gives one ratio of best times; the median of the ratios is told with the smallest and largest of them.
--isa avx2 caps both. --ebru may be repeated: then the first is the one that the others are compared with, and no
peer is run. --wrap CMD is put before Ebru's command (a container's entry)."""
import argparse
import json
import os
import shlex
import statistics
import subprocess

PARTS = {'te': ('clip', 1), 'unet1': ('unet15', 1), 'unet2': ('unet15', 2), 'vae_dec': ('vae', 1), 'vae_enc': ('vae-encoder', 1)}
CAP = {'ATEN_CPU_CAPABILITY': 'avx2', 'ONEDNN_MAX_CPU_ISA': 'AVX2', 'OPENBLAS_CORETYPE': 'Haswell'}


def run(command, **kw):
    r = subprocess.run(command, capture_output=True, text=True, timeout=1200, **kw)
    if r.returncode:
        raise SystemExit(f'{shlex.join(command)}: {r.stderr.strip()[-400:]}')
    return r.stdout


def peer(a, part):
    """Seconds of PyTorch's best run."""
    env = {k: v for k, v in os.environ.items() if k not in ('OPENBLAS_CORETYPE', 'OPENBLAS_L2_SIZE')}
    env |= {'OMP_NUM_THREADS': str(a.threads)} | (CAP if a.isa == 'avx2' else {})
    out = run(['./python3', '-W', 'ignore', 'bench.py', a.peers, part, 'fp32cl', str(a.samples)], cwd=a.peers, env=env)
    return json.loads(out.strip().splitlines()[-1])['best']


def ebru(a, binary, part):
    """Seconds of Ebru's best pass."""
    name, batch = PARTS[part]
    isa = ['--isa', a.isa] if a.isa else []
    out = run([*shlex.split(a.wrap), binary, 'bench', 'pass', name, '--batch', str(batch), '--threads', str(a.threads), '--json', *isa])
    return json.loads(out)['networks'][0]['pass']['ms'] / 1e3


def spread(values):
    return f'{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})'


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--ebru', action='append', required=True)
    p.add_argument('--peers')
    p.add_argument('--isa')
    p.add_argument('--rounds', type=int, default=4)
    p.add_argument('--samples', type=int, default=2, help='of the peer per round')
    p.add_argument('--threads', type=int, default=len(os.sched_getaffinity(0)))
    p.add_argument('--wrap', default='')
    p.add_argument('part', nargs='*')
    a = p.parse_args()
    if bool(a.peers) == (len(a.ebru) > 1):
        p.error('give --peers, or --ebru twice')
    own, others = (a.ebru[0], ['peer']) if a.peers else (a.ebru[0], a.ebru[1:])
    for part in a.part or PARTS:
        times = {name: [] for name in [own, *others]}
        for i in range(a.rounds):
            for name in [own, *others][::-1 if i % 2 else 1]:
                times[name].append(peer(a, part) if name == 'peer' else ebru(a, name, part))
        for name in others:
            ratios = [t / own_t for t, own_t in zip(times[name], times[own])]
            print(f'{part}: {own} {min(times[own]):.3f} s, {name} {min(times[name]):.3f} s (best of {a.rounds}); '
                  f'ratio {spread(ratios)}', flush=True)


main()
