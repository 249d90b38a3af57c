# SPDX-License-Identifier: GPL-3.0-or-later
"""The random cases of test_selections.py in a GIMP with windows, where there is an undo: one restores
each image to the byte. And layers without pixels of their own, which need fonts. Run by gui.sh."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gimpgui import *

HERE = os.path.dirname(os.path.abspath(__file__))
NUMBERS = [int(a) for a in sys.argv[1:]]
COUNT = NUMBERS[0] if NUMBERS else 200 if os.environ.get('EBRU_LONG') else 20
FIRST = NUMBERS[1] if len(NUMBERS) > 1 else 0

CASE = '''
import sys, os, pickle
sys.argv = ['test_undo.py', %(model)r, %(work)r]
sys.path.insert(0, %(here)r)
import test_selections as t, gimpbatch
state = %(work)r + '/case.pickle'
'''
BEFORE = CASE + '''
for image in Gimp.get_images():
    image.clean_all()
image, what, before = t.one(%(number)d)
Gimp.Display.new(image)
Gimp.displays_flush()
with open(state, 'wb') as f: pickle.dump((image.get_id(), what, before, gimpbatch.failures), f)
'''
AFTER = CASE + '''
with open(state, 'rb') as f: id, what, before, failures = pickle.load(f)
image = Gimp.Image.get_by_id(id)
t.undone(image, what, before)
with open(state + '.done', 'w') as f: f.write(str(gimpbatch.failures + failures))
'''
LAYERS = CASE + '''
import gimpbatch, layers
layers.test_layers_without_pixels()
with open(state + '.done', 'w') as f: f.write(str(gimpbatch.failures))
'''


def answer(what):
    """What the code in GIMP counted."""
    path = WORK + '/case.pickle.done'
    wait(lambda: os.path.exists(path) and os.path.getsize(path), what, 120)
    with open(path) as f:
        count = int(f.read())
    os.unlink(path)
    return count


def undo():
    edit = wait(lambda: find(find(app('gimp'), 'menu bar'), 'menu', 'Edit'), 'Edit')
    click(wait(lambda: find(edit, 'menu item', contains='Undo'), 'Undo'))


def main():
    ready()
    hang_up()
    names = {'model': os.environ['EBRU_MODEL_PATH'] + '/random', 'work': WORK, 'here': HERE}
    batch(LAYERS % names)
    failures = answer('text, vector and link layers')
    for number in range(FIRST, FIRST + COUNT):
        batch(BEFORE % dict(names, number=number))
        wait(lambda: os.path.exists(WORK + '/case.pickle'), f'case {number}')
        undo()
        batch(AFTER % names)
        failures += answer(f'case {number} after undo')
        os.unlink(WORK + '/case.pickle')
    log(f'{COUNT} cases, {failures} failed')
    if failures:
        with open(WORK + '/gimp.log', errors='replace') as f:
            print(*[line for line in f if 'not true' in line], sep='')
    return failures > 0


sys.exit(main())
