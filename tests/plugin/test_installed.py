# SPDX-License-Identifier: GPL-3.0-or-later
"""What installed.sh has made: a filled picture, menus in its language, and the pages of the help in the plug-in.

    test_installed.py FOLDER [LANGUAGE]
"""
import gettext
import json
import os
import re
import sys

from gi.repository import Gio, GLib

FOLDER, LANGUAGE = (sys.argv + [''])[1:3]
PLUGIN = FOLDER + '/gimp/plug-ins/ebru'
PAGES = 'guide.md', 'prompts.md', 'models.md', 'scripting.md', 'troubleshooting.md', 'images/window.png'


def read(path):
    with open(f'{FOLDER}/{path}', 'rb') as f:
        return f.read()


picture = read('out.xcf')
recipe = re.search(rb'ebru-recipe.*?(\{.*?\})\0', picture, re.S)
assert recipe, 'out.xcf has no recipe'
made = json.loads(recipe[1])
assert made['model-file'] == 'starter' and made['prompt'] == 'clouds' and made['steps'] == 2, made

known = read('gimp/pluginrc').decode(errors='replace')
assert f'"{PLUGIN}/ebru"' in known or 'plug-ins/ebru/ebru"' in known, 'GIMP has not found the plug-in'
label = '_Fill Selection...'
if LANGUAGE:
    translated = gettext.translation('ebru', PLUGIN + '/locale', [LANGUAGE]).gettext(label)
    assert translated != label
    label = translated
assert f'"{label}"' in known, f'no menu entry “{label}”'

binary = read('gimp/plug-ins/ebru/ebru')
pages = Gio.Resource.new_from_data(GLib.Bytes.new(binary[binary.index(b'GVariant'):]))
for page in PAGES:
    assert pages.lookup_data('/ebru/docs/' + page, 0).get_size() > 500, page
for file in 'catalogue.json', 'models/starter/model_index.json', 'models/starter/tokenizer/vocab.json':
    found = [f'{folder}/{name}' for folder, _, names in os.walk(FOLDER + '/root') for name in names]
    assert any(name.endswith('share/ebru/' + file) for name in found), f'{file} is not installed'
print('test_installed: passed')
