# SPDX-License-Identifier: LGPL-3.0-or-later
"""Whether the window keeps its promises: the time beside the quality against the time it takes.

    MODELS=FOLDER TIMEOUT=3000 tests/plugin/gui.sh BUILD tests/bench/promise.py [PART]

FOLDER holds one model: the starter (MODELS=data), or one of full size, as random_checkpoint.py makes it,
with PART 0.06 of the steps. A small one waits for its threads more than it computes, and where those of a
shared machine are moved apart, it takes up to 1.5 times as long, which the peak does not tell.

Ten kinds of job, each run twice, which is what calibrates, and then once more, which counts: its promise
is read before the button is pressed. The command line measures the machine's peak before and after each;
a run during which it differs by over 10 % from that of the calibration is listed, not counted. Times under
20 s are told in whole seconds, so half a second is taken off the difference.
"""
import json
import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../plugin'))
from window import *

EBRU = os.environ['EBRU_CLI']
KINDS = [(256, 256, 100), (256, 256, 150), (256, 384, 90), (384, 256, 120), (384, 384, 80),
         (320, 320, 100), (512, 256, 80), (512, 384, 70), (512, 512, 60), (448, 448, 90)]
PART = float(sys.argv[1]) if sys.argv[1:] else 1
ALLOWED = 0.15


def peak():
    """GFLOP/s of the micro-kernel now."""
    out = subprocess.run([EBRU, 'bench', 'ops', 'taesd', '--width', '64', '--height', '64', '--json'],
                         capture_output=True, text=True, check=True).stdout
    return json.loads(out)['peak_gflops']


def seconds(text):
    """Of “about 2 min 10 s”; None where nothing is promised."""
    units = {'h': 3600, 'min': 60, 's': 1}
    parts = re.findall(r'(\d+) (h|min|s)\b', text[text.find('about'):]) if 'about' in text else []
    return sum(int(n) * units[unit] for n, unit in parts) or None


def promised(d):
    """What the chosen quality promises."""
    return seconds(labelled(d, 'Quality:').get_description() or '')


def choose(d, width, height, steps):
    set_value(find(d, 'spin button', 'Width'), width)
    set_value(find(d, 'spin button', 'Height'), height)
    set_value(labelled(d, 'Number of steps:'), steps)


def run(d):
    """Seconds of one picture."""
    bar, stop = find(d, 'progress bar'), find(d, 'button', 'Stop')
    click(find(d, 'button', 'Generate'))
    wait(lambda: sensitive(stop), 'the start', 60, 0.02)
    start = time.monotonic()
    wait(lambda: not sensitive(stop), 'the picture', 600, 0.02)
    took = time.monotonic() - start
    assert (bar.get_description() or '').startswith('Done'), bar.get_description()
    return took


def main():
    ready()
    d = open_dialog()
    wait(lambda: find(d, 'label', contains='/ 75'), 'the model', 120)
    click(find(d, 'menu item', 'New image'))
    click(find(d, 'toggle button', 'Advanced'))
    kept = counted = 0
    for width, height, all_ in KINDS:
        steps = max(2, round(all_ * PART))
        choose(d, width, height, steps)
        for _ in range(2):
            run(d)
        calm, promise = peak(), wait(lambda: promised(d), 'a promise')
        took, now = run(d), peak()
        off = max(0, abs(promise - took) - 0.5 * (took < 20)) / took
        steady = abs(now / calm - 1) <= 0.1
        counted += steady
        kept += steady and off <= ALLOWED
        print(f'{width}x{height}, {steps} steps: promised {promise} s, took {took:.1f} s, off by {100 * off:.0f} %'
              + ('' if steady else f' (disturbed: peak {calm:.0f}, then {now:.0f} GFLOP/s)'), flush=True)
    print(f'{kept} of {counted} undisturbed promises within {100 * ALLOWED:.0f} %', flush=True)
    close_dialog(d)


main()
