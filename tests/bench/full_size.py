# SPDX-License-Identifier: LGPL-3.0-or-later
"""A checkpoint of full size in GIMP's window: loading, a new picture of 512x512, a fill of a selection, in 2 steps
each; what was told beforehand beside what it took, of time and of memory.

    tests/bench/random_checkpoint.py FOLDER/sd15
    MODELS=FOLDER TIMEOUT=1800 tests/plugin/gui.sh BUILD tests/bench/full_size.py

Minutes of all cores. Any other Stable Diffusion 1 or 2 in FOLDER, and it alone, will do as well.
"""
import json
import os
import pathlib
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../plugin'))
from scene_form import time_of
from scene_image import DISPLAYS, IMAGES, of
from window import *

STEPS = 2


def plug_in():
    """The process behind the window."""
    for path in pathlib.Path('/proc').glob('[0-9]*/comm'):
        try:
            if path.read_text() == 'ebru\n' and b'-run' in (path.parent / 'cmdline').read_bytes():
                return path.parent
        except OSError:
            continue


def peak():
    """GB of memory that it has had at once, those of the mapped file among them."""
    return int(re.search(r'VmHWM:\s+(\d+)', (plug_in() / 'status').read_text())[1]) / 1e6


def told(d):
    """Seconds and GB that the window says beforehand."""
    memory = wait(lambda: find(d, 'label', contains=' GB of memory'), 'the memory', 300).get_name()
    seconds = wait(lambda: time_of(labelled(d, 'Quality:').get_description() or ''), 'the time', 300)
    return seconds, float(re.search(r'([\d.]+) GB of memory', memory)[1])


def make(d, button, what, done):
    """One job; the seconds it took, and a line about it."""
    time.sleep(2)  # so that what is told is of these settings
    seconds, memory = told(d)
    bar, start = find(d, 'progress bar'), time.monotonic()
    press(d, button)
    wait(lambda: not idle(d), 'the start')
    wait(lambda: idle(d), what, 1200, 0.5)
    took = time.monotonic() - start
    assert (bar.get_description() or '').startswith('Done'), bar.get_description()
    wait(done, what + ' in the image')
    print(f'{what}: told {seconds} s and {memory} GB, took {took:.1f} s; at most {peak():.2f} GB until then', flush=True)


def recipe(layer):
    return f'bytes({layer}.get_parasite("ebru-recipe").get_data()).decode().rstrip("\\0")'


def new_picture(d, before):
    click(find(d, 'menu item', 'New image'))
    for side in 'Width', 'Height':
        set_value(wait(lambda: find(d, 'spin button', side), side), 512)
    wait(lambda: find(d, 'label', contains='512 × 512 px'), 'the size')
    make(d, 'Generate', 'new picture of 512×512', lambda: len(ask(IMAGES)) == 2)
    new = next(i for i in ask(IMAGES) if i != before)
    width, height, layers_, text = of(new, f'[i.get_width(), i.get_height(), len(i.get_layers()), '
                                           f'{recipe("i.get_layers()[0]")}]')
    assert [width, height, layers_] == [512, 512, 1], (width, height, layers_)
    assert json.loads(text)['steps'] == STEPS, text
    ask(f'[Gimp.Display.get_by_id(n).delete() for n in {DISPLAYS}[1:]]')


def fill(d):
    original = ask(LAYER_BYTES)
    click(find(d, 'menu item', 'Fill selection'))
    wait(lambda: find(d, 'label', contains='Fills the selection'), 'what will happen')
    make(d, 'Fill', 'fill of a selection', lambda: layers() == 2)
    name, offsets, width, height, mask, text = ask(TOP_LAYER)
    assert mask and json.loads(text.rstrip('\0'))['steps'] == STEPS, (mask, text)
    assert offsets[0] <= 100 and offsets[0] + width >= 300 and offsets[1] <= 80 and offsets[1] + height >= 230, (
        offsets, width, height)
    assert ask(LAYER_BYTES) == original, 'the layer below has changed'
    undo()
    wait(lambda: layers() == 1, 'one undo')
    assert ask(LAYER_BYTES) == original, 'the undo did not bring the image back'


def main():
    ready()
    ask('im.select_ellipse(Gimp.ChannelOps.REPLACE, 100, 80, 200, 150)')
    start = time.monotonic()
    d = open_dialog()
    wait(lambda: find(d, 'label', contains='/ 75'), 'the model', 600)
    print(f'menu to loaded model: {time.monotonic() - start:.1f} s, {peak():.2f} GB', flush=True)
    set_text(find(d, 'text', 'Prompt'), 'a lighthouse at dusk')
    set_value(labelled(d, 'Number of steps:'), STEPS)
    new_picture(d, ask('im.get_id()'))
    shot('full-size-new')
    fill(d)
    shot('full-size-fill')
    close_dialog(d)


main()
