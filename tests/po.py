#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-or-later
"""Each catalogue passes msgfmt -c and has all that the sources have. Prints what is missing.

    po.py SOURCE
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

source = pathlib.Path(sys.argv[1])
po = source / 'po'
if not all(map(shutil.which, ('xgettext', 'msgmerge', 'msgfmt', 'msgattrib'))):
    print('skipped: the programs of gettext are not installed')
    sys.exit(77)


def lines(file):
    return [line for line in file.read_text().split('\n') if line and not line.startswith('#')]


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True,
                          env={**os.environ, 'LC_ALL': 'C'}, cwd=source).stdout


wrong = []
with tempfile.TemporaryDirectory() as folder:
    template, merged = folder + '/ebru.pot', folder + '/merged.po'
    keywords = ['-k_', '-kN_', '-kQ_', '-kC_:1c,2', '-kNC_:1c,2', '-kngettext:1,2']
    run('xgettext', '--from-code=UTF-8', *keywords, '-o', template, *lines(po / 'POTFILES.in'))
    for language in lines(po / 'LINGUAS'):
        file = str(po / f'{language}.po')
        checked = subprocess.run(['msgfmt', '-c', '-o', os.devnull, file], capture_output=True, text=True)
        if checked.returncode:
            wrong.append(checked.stderr)
        run('msgmerge', '-q', '--no-fuzzy-matching', '-o', merged, file, template)
        for kind in '--untranslated', '--only-fuzzy', '--only-obsolete':
            left = [m for m in run('msgattrib', kind, '--no-wrap', merged).split('\n')
                    if m.startswith(('msgid "', '#~ msgid "')) and not m.endswith('msgid ""')]
            wrong += [f'{language}: {kind[2:]}: {m}' for m in left]
known = set(lines(po / 'POTFILES.in'))
for path in sorted((source / 'plugin').glob('*.c')):
    name = str(path.relative_to(source))
    if name not in known and any(mark in path.read_text() for mark in ('_("', 'ngettext("')):
        wrong.append(f'po/POTFILES.in does not name {name}')
print('\n'.join(wrong) or 'all catalogues are complete')
sys.exit(bool(wrong))
