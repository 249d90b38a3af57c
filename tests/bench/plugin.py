# SPDX-License-Identifier: LGPL-3.0-or-later
"""How long the plug-in itself takes, beside the engine: from the menu to the window, what it does
while nothing happens, the first picture against the command line, and a large result put into an
image. With a small random model, so that little else is measured.

    tests/plugin/gui.sh BUILD tests/bench/plugin.py [PART]...
    MODELS=data tests/plugin/gui.sh BUILD tests/bench/plugin.py preview

PART: window idle_window first_picture commit preview. What a preview costs is a part of a step, so that wants a model
of some size: the starter.

The window is looked for among those of the window manager, every 2 ms: accessibility, which the
tests use, would take longer than what is measured. Times are the medians of several runs.
"""
import os
import statistics
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../plugin'))
from scene_preferences import set_preference
from window import *

gi.require_version('Gdk', '3.0')
from gi.repository import Gdk

EBRU = os.environ['EBRU_CLI']
RUNS = 5
SCREEN = Gdk.Screen.get_default()


def windows():
    return len(SCREEN.get_window_stack() or [])


def until(condition, what, limit=60, pause=0.002):
    """A question to the plug-in takes it half a millisecond: while it works, they are to be few."""
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(pause)


def item(name):
    entry = find(find(app('gimp'), 'menu bar'), 'menu', 'Filters')
    return find(find(entry, 'menu', 'Generate'), 'menu item', name)


def milliseconds(entry):
    """From the menu item to the window."""
    before, start = windows(), time.monotonic()
    click(entry)
    until(lambda: windows() > before, 'the window')
    return 1000 * (time.monotonic() - start)


def dialog():
    return wait(lambda: app(PLUGIN) and find(app(PLUGIN), 'dialog', showing=True), 'the dialog')


def processor_seconds():
    """Of the plug-in, all threads."""
    pid = app(PLUGIN).get_process_id()
    with open(f'/proc/{pid}/stat', encoding='ascii') as f:
        fields = f.read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def window():
    entry, times = item('Generate...'), []
    for _ in range(RUNS + 1):
        times.append(milliseconds(entry))
        d = dialog()
        wait(lambda: find(d, 'label', contains='/ 75'), 'the model', 60)
        close_dialog(d)
    print(f'menu to window: {times[0]:.0f} ms the first time, then '
          f'{statistics.median(times[1:]):.0f} ms (best {min(times[1:]):.0f})', flush=True)


def idle_window():
    click(item('Generate...'))
    d = dialog()
    wait(lambda: find(d, 'label', contains='/ 75'), 'the model', 60)
    time.sleep(1)
    before = processor_seconds()
    time.sleep(5)
    print(f'idle: {100 * (processor_seconds() - before) / 5:.1f} % of a core', flush=True)
    close_dialog(d)


def first_picture():
    """The job of the window, and the same by the command line, which loads the model itself."""
    steps, side = 20, 256
    model = next(os.path.join(MODELS, n) for n in sorted(os.listdir(MODELS)))
    command = [EBRU, 'generate', '--model', model, '--prompt', 'a fox', '--width', str(side), '--height',
               str(side), '--steps', str(steps), '--seed', '1', '--output', WORK + '/cli.png']
    cli, times = [], []
    for _ in range(RUNS):
        start = time.monotonic()
        subprocess.run(command, check=True, capture_output=True)
        cli.append(time.monotonic() - start)
        click(item('Generate...'))
        d = dialog()
        click(wait(lambda: find(d, 'menu item', 'New image'), 'the mode'))
        set_text(find(d, 'text', 'Prompt'), 'a fox')
        for name in ('Width', 'Height'):
            set_value(find(d, 'spin button', name), side)
        wait(lambda: find(d, 'label', contains='/ 75'), 'the model', 60)
        time.sleep(0.5)
        button, bar = find(d, 'button', 'Generate'), find(d, 'progress bar')
        start = time.monotonic()
        click(button)
        time.sleep(0.9 * cli[-1]) # nobody asks the plug-in things while it works
        until(lambda: (bar.get_description() or '').startswith('Done'), 'the picture', pause=0.01)
        times.append(time.monotonic() - start)
        click(find(d, 'menu item', 'Automatic'))
        close_dialog(d)
    over = [t - c for t, c in zip(times, cli)]
    print(f'first picture: {1000 * statistics.median(times):.0f} ms in the window, '
          f'{1000 * statistics.median(cli):.0f} ms by the command line just before it, '
          f'{1000 * statistics.median(over):+.0f} ms', flush=True)


CALL = '''(lambda G, t: (lambda p, i: (lambda c: (
    [c.set_property(k, v) for k, v in dict(image=i, mode="fill", prompt="a", steps=1, seed=1.0).items()],
    c.set_core_object_array("drawables", i.get_layers()),
    (lambda s: (lambda r: [s, t.monotonic(), r.index(4), i.delete()][:3])(p.run(c)))(t.monotonic()))[2])(p.create_config()))(
    G.get_pdb().lookup_procedure("plug-in-ebru-fill"), (lambda i: (
        i.insert_layer(G.Layer.new(i, "a", SIDE, SIDE, G.ImageType.RGB_IMAGE, 100, G.LayerMode.NORMAL), None, 0),
        i.select_ellipse(G.ChannelOps.REPLACE, SIDE // 8, SIDE // 8, SIDE * 3 // 4, SIDE * 3 // 4), i)[2])(
        G.Image.new(SIDE, SIDE, G.ImageBaseType.RGB))))(Gimp, __import__("time"))'''


class Listener(threading.Thread):
    """When the engine first says something, which a script's is written where GIMP writes."""
    def __init__(self):
        super().__init__(daemon=True)
        self.heard, self.ended = None, False
        self.log = open(WORK + '/gimp.log', 'rb')
        self.log.seek(0, os.SEEK_END)
        self.start()

    def run(self):
        while not self.heard and not self.ended:
            if b'ebru: ' in self.log.read():
                self.heard = time.monotonic()
            time.sleep(0.002)


def around(side):
    """Seconds of a call of the procedure before the engine works, and after; one clock for all processes."""
    listener = Listener()
    start, end, engine = ask(CALL.replace('SIDE', str(side)))
    listener.ended = True
    return listener.heard - start, end - listener.heard - engine


def commit():
    """Reading, masks and the new layer of a large image; to read, over a small one: the process and the model."""
    small = statistics.median(around(64)[0] for _ in range(3))
    large = [around(2048) for _ in range(3)]
    print(f'2048 x 2048 with a mask: {1000 * (statistics.median(r for r, _ in large) - small):.0f} ms to read and '
          f'prepare, {1000 * statistics.median(c for _, c in large):.0f} ms to put in', flush=True)


def preview():
    """What showing the picture while it is made adds to it, each time in a window of its own."""
    times = {True: [], False: []}
    for i in range(2 * RUNS):
        shown = i % 4 in (0, 3)                   # A B B A
        click(item('Generate...'))
        d = dialog()
        set_preference(d, 'Show the picture while it is made', shown)
        click(wait(lambda: find(d, 'menu item', 'New image'), 'the mode'))
        set_text(find(d, 'text', 'Prompt'), 'a calm sea')
        set_value(labelled(d, 'Number of steps:'), 30)
        wait(lambda: find(d, 'label', contains='/ 75'), 'the model', 60)
        bar, stop = find(d, 'progress bar'), find(d, 'button', 'Stop')
        click(find(d, 'button', 'Generate'))
        until(lambda: sensitive(stop), 'the start')
        start = time.monotonic()
        until(lambda: (bar.get_description() or '').startswith('Done'), 'the picture', 300)
        times[shown].append(time.monotonic() - start)
        close_dialog(d)
    with_, without = (statistics.median(times[k]) for k in (True, False))
    print(f'preview: {1000 * with_:.0f} ms with, {1000 * without:.0f} ms without it, 30 steps: '
          f'{100 * (with_ / without - 1):+.1f} %', flush=True)


ready()
for part in (window, idle_window, first_picture, commit, preview):
    if part.__name__ in (sys.argv[1:] or ('window', 'idle_window', 'first_picture', 'commit')):
        part()
