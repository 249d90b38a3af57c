#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-or-later
"""Every source file names its licence in one of its first two lines, and the one that its folder has.

The engine, its command line and its tests are LGPL-3.0-or-later; the plug-in, its tests and the
scripts are GPL-3.0-or-later. Texts and data without such a line are listed in REUSE.toml.
"""
import pathlib
import re
import sys

GPL, LGPL = 'GPL-3.0-or-later', 'LGPL-3.0-or-later'
LICENCES = {  # the first entry that begins a path decides
    'engine': LGPL, 'tests/plugin': GPL, 'tests': LGPL, 'plugin': GPL, 'tools': GPL, '.ci': GPL,
    'bootstrap': GPL, 'data': GPL, 'po': GPL, 'docs': GPL, 'meson': LGPL,
}
KINDS = {'.c', '.h', '.py', '.sh', '.build', '.options', '.in', '.bash'}
NAMES = {'bootstrap', '.ci/run'}
SKIPPED = re.compile(r'\.git$|_?build|out$|__pycache__$')

source = pathlib.Path(sys.argv[1])
bad = count = 0


def files(folder):
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if not SKIPPED.match(path.name):
                yield from files(path)
        elif path.suffix in KINDS or str(path.relative_to(source)) in NAMES:
            yield path


for path in files(source):
    name = str(path.relative_to(source))
    want = next((licence for start, licence in LICENCES.items() if name.startswith(start)), None)
    head = '\n'.join(path.read_text().splitlines()[:2])
    found = re.search(r'SPDX-License-Identifier: (\S+)', head)
    count += 1
    if not found or found[1] != want:
        print(f'{name}: {found[1] if found else "no licence"} in the first two lines, not {want}')
        bad = 1
for licence in GPL, LGPL:
    if not (source / 'LICENSES' / f'{licence}.txt').exists():
        print(f'LICENSES/{licence}.txt is missing')
        bad = 1
print(count, 'files')
sys.exit(bad)
