#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-or-later
"""No letter leads to two things that are visible in the main window at the same time with all its
expanders closed, in any language. Prints those that do.

    mnemonics.py SOURCE
"""
import gettext
import itertools
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

source = pathlib.Path(sys.argv[1])
GIMP = '_Load Saved Settings', '_Save Settings', '_Reset'  # libgimp's, in its own catalogue
ALWAYS = ('_Prompt', '_Avoid', '_Mode', '_Quality:', 'M_odel, size and variants', 'Adva_nced', 'Preferences…',
          '_Help', '_Close', 'Stop')
IN_MODE = {
    'automatic': ('S_trength', '_Generate'),
    'fill': ('S_trength', 'Selection ed_ges', '_Fill'),
    'refine': ('S_trength', 'Selection ed_ges', 'Re_fine'),
    'refine a layer': ('S_trength', 'Ed_ges', 'Re_fine'),
    'expand': ('Ed_ges', 'Add pi_xels:', 'Le_ft', 'R_ight', '_Top', '_Bottom', '_Expand'),
}


def letter(text):
    return text[text.index('_') + 1].lower() if '_' in text else None


def doubles(name, ours, gimps):
    for mode, labels in IN_MODE.items():
        shown = [(letter(ours(t)), ours(t)) for t in ALWAYS + labels] + [(letter(gimps(t)), gimps(t)) for t in GIMP]
        for (a, one), (b, other) in itertools.combinations(shown, 2):
            if a and a == b:
                yield f'{name}, {mode}: “{one}” and “{other}”'


def catalogue(domain, folder, language):
    return gettext.translation(domain, folder, [language], fallback=True).gettext


text = ''.join(p.read_text() for f in ('plugin', 'engine/src/api') for p in sorted((source / f).glob('*.c')))
wrong = [f'no source has “{t}”' for t in ALWAYS + sum(IN_MODE.values(), ()) if f'_("{t}")' not in text]
wrong += doubles('en', str, str)
if not shutil.which('msgfmt'):
    print('\n'.join(wrong) or 'English alone: the programs of gettext are not installed')
    sys.exit(bool(wrong))
with tempfile.TemporaryDirectory() as folder:
    for language in (source / 'po/LINGUAS').read_text().split():
        place = f'{folder}/{language}/LC_MESSAGES'
        os.makedirs(place)
        subprocess.run(['msgfmt', '-o', place + '/ebru.mo', str(source / f'po/{language}.po')], check=True)
        wrong += doubles(language, catalogue('ebru', folder, language),
                         catalogue('gimp30-libgimp', '/usr/share/locale', language))
print('\n'.join(wrong) or 'no letter is double')
sys.exit(bool(wrong))
