#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-or-later
"""test_sets.py PROGRAM: a little of every kernel on an emulated Sapphire Rapids.

PROGRAM (check_sets) is linked statically. It runs here, then there, where instruction sets are
that this processor may lack; each set must give the bytes of C, and C there the bytes of C here.
EBRU_EMULATOR is the folder that run-on-spr.sh --setup has filled (./bootstrap test sees to that);
without it the test is skipped.
"""
import os
import pathlib
import re
import subprocess
import sys

SETS = {'c', 'avx2', 'avxvnni', 'avx512', 'vnni', 'amx'}  # of that processor
HERE = pathlib.Path(__file__).resolve().parent


def sums(text):
    """(kernel, precision, set) -> sum of its bytes"""
    lines = re.findall(r'^(.+), (\w+), (\w+): ([0-9a-f]{8})$', text, re.M)
    return {line[:3]: line[3] for line in lines}


program = sys.argv[1]
here = subprocess.run([program], stdout=subprocess.PIPE, text=True)
print('here:', *here.stdout.splitlines(), sep='\n')
if here.returncode:
    sys.exit(1)
cache = os.environ.get('EBRU_EMULATOR', '')
if not (pathlib.Path(cache) / 'root/.ready').exists():
    print('skipped: there is no emulator; ./bootstrap test sets it up where there is a network')
    sys.exit(77)
there = subprocess.run([HERE / 'run-on-spr.sh', '--timeout', '1100', program], stdout=subprocess.PIPE, text=True,
                       env=dict(os.environ, EMU_CACHE=cache, EMU_REPORT='1'), stdin=subprocess.DEVNULL)
print('on the emulated processor:', *there.stdout.splitlines(), sep='\n')
bad = there.returncode
ours, theirs = sums(here.stdout), sums(there.stdout)
for key, value in ours.items():
    if key[2] == 'c' and theirs.get(key) != value:
        print(*key, 'is', theirs.get(key), 'there and', value, 'here')
        bad = 1
if {key[2] for key in theirs} != SETS:
    print('expected', sorted(SETS), 'there')
    bad = 1
sys.exit(1 if bad else 0)
