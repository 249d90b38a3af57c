# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs in gimp-console: the plug-in is killed at random moments, as GIMP's own Cancel does it.

    run-batch.sh BUILD test_kill.py MODEL FOLDER [KILLS]

Whenever it dies, the image has either no new layer or a complete one, what was there is the same to
the byte, and FOLDER, which holds all that the process may write to, has no half file.
"""
import os
import pathlib
import random
import signal
import sys
import threading
import time

from gi.repository import Gegl, Gimp

MODEL, FOLDER = sys.argv[1:3]
KILLS = int(sys.argv[3]) if len(sys.argv) > 3 else 20
failures = 0


def check(claim, what):
    global failures
    if not claim:
        failures += 1
        print('test_kill: not true:', what)


def pixels(drawable):
    rectangle = Gegl.Rectangle.new(0, 0, drawable.get_width(), drawable.get_height())
    return bytes(drawable.get_buffer().get(rectangle, 1.0, None, Gegl.AbyssPolicy.NONE))


def plug_in():
    """The process of the plug-in, a child of GIMP, or None; not one that ended and waits to be reaped."""
    for path in pathlib.Path('/proc').glob('[0-9]*/stat'):
        try:
            name, rest = path.read_text().split('(', 1)[1].rsplit(')', 1)
        except OSError:
            continue
        state, parent = rest.split()[:2]
        if name == 'ebru' and state != 'Z' and int(parent) == os.getppid():
            return int(path.parent.name)


def kill_after(delay, over):
    """Counted from now: to find the process takes long where there are many, and is a part of the delay."""
    moment, pid = time.time() + delay, None
    while pid is None and not over.wait(0.005):
        pid = plug_in()
    if pid is None or over.wait(max(0, moment - time.time())):
        return
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def fill(image):
    procedure = Gimp.get_pdb().lookup_procedure('plug-in-ebru-fill')
    config = procedure.create_config()
    for name, value in {'image': image, 'prompt': 'a red fox', 'model': MODEL, 'steps': 4,
                        'run-mode': Gimp.RunMode.NONINTERACTIVE}.items():
        config.set_property(name, value)
    return procedure.run(config).index(0) == Gimp.PDBStatusType.SUCCESS


image = Gimp.Image.new(256, 256, Gimp.ImageBaseType.RGB)
ground = Gimp.Layer.new(image, 'ground', 256, 256, Gimp.ImageType.RGB_IMAGE, 100,
                        Gimp.LayerMode.NORMAL)
image.insert_layer(ground, None, 0)
Gimp.context_set_foreground(Gegl.Color.new('rgb(0.3, 0.5, 0.7)'))
ground.edit_fill(Gimp.FillType.FOREGROUND)
image.select_ellipse(Gimp.ChannelOps.REPLACE, 60, 40, 100, 90)
before = pixels(ground)

start = time.time()
check(fill(image), 'it works when nobody kills it')
whole = time.time() - start
image.remove_layer(image.get_layers()[0])
died = calls = 0
random.seed(1)
while died < KILLS and calls < 4 * KILLS:
    delay = random.uniform(0, whole) if calls % 2 else random.uniform(0.7 * whole, whole)
    calls += 1
    over = threading.Event()
    killer = threading.Thread(target=kill_after, args=(delay, over))
    killer.start()
    start = time.time()
    done = fill(image)
    if done:  # the first call was slower than those after it
        whole = min(whole, time.time() - start)
    over.set()
    killer.join()
    died += not done
    layers = image.get_layers()
    check(layers[-1].get_id() == ground.get_id() and pixels(ground) == before,
          f'kill after {delay:.3f} s: what was there')
    check(len(layers) - 1 in ((1,) if done else (0, 1)), f'kill after {delay:.3f} s: the layers')
    for layer in layers[:-1]:
        check(layer.get_mask() is not None and layer.get_parasite('ebru-recipe') is not None,
              f'kill after {delay:.3f} s: a layer without mask or recipe')
        image.remove_layer(layer)
half = [str(p) for p in pathlib.Path(FOLDER).rglob('*') if p.suffix in ('.part', '.tmp')]
check(not half, f'half files: {half}')
check(died == KILLS, f'only {died} of {calls} calls died: the moments are wrong')
check(fill(image), 'it still works afterwards')
print(f'test_kill: {died} of {calls} calls died, {failures} failed')
if failures:
    raise RuntimeError(f'{failures} checks failed')
