# SPDX-License-Identifier: LGPL-3.0-or-later
"""What tests of the command line share: EBRU, their first argument, is run, and claims are checked."""
import subprocess
import sys

EBRU = sys.argv[1]
failed = []


def check(claim, what):
    if not claim:
        failed.append(what)
        print('not true:', what)


def run(*args, code=0, **kw):
    r = subprocess.run([EBRU, *map(str, args)], capture_output=True, text=True, timeout=300, **kw)
    check(r.returncode == code, f'{args[:3]} exits with {code}, not {r.returncode}: {r.stderr[-300:]}')
    return r


def done():
    print('failed:', len(failed))
    sys.exit(bool(failed))
