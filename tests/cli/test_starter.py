#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-or-later
"""Does the starter model draw what it is asked for? test_starter.py EBRU MODEL

Robust measures only, of what the present weights can do: which of the named colours most pixels are nearest to, what is bright, where things change.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

from pngs import pixels, write

EBRU, MODEL = sys.argv[1], sys.argv[2]
SIDE = 256
COLOURS = {
    'red': (204, 23, 26), 'orange': (247, 128, 15), 'yellow': (250, 217, 36), 'green': (41, 148, 51),
    'turquoise': (36, 189, 184), 'blue': (31, 82, 217), 'dark blue': (15, 26, 97), 'purple': (128, 41, 168),
    'pink': (247, 140, 184), 'brown': (112, 66, 33), 'beige': (224, 204, 163), 'grey': (133, 133, 135),
    'black': (18, 18, 20), 'white': (242, 242, 240)}
failures = 0


def check(claim, what):
    global failures
    if not claim:
        failures += 1
    print('ok  ' if claim else 'BAD ', what)


def hope(claim, what):
    """What the present weights do not reach. It is measured and shown, and becomes a check when they do."""
    print('now true, make it a check:' if claim else 'not yet:', what)


def lab(rgb):
    """sRGB bytes to CIELAB (D65)."""
    r, g, b = (v / 3294.6 if v <= 10 else ((v / 255 + .055) / 1.055) ** 2.4 for v in rgb)
    xyz = ((.4124 * r + .3576 * g + .1805 * b) / .9505, .2126 * r + .7152 * g + .0722 * b,
           (.0193 * r + .1192 * g + .9505 * b) / 1.089)
    x, y, z = (t ** (1 / 3) if t > .008856 else 7.787 * t + 16 / 116 for t in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


CENTRES = {name: lab(rgb) for name, rgb in COLOURS.items()}


class Picture:
    """Means of 4x4 pixels, [64][64] of (r, g, b)."""

    def __init__(self, path):
        self.rows = pixels(path)
        self.cells = [[tuple(sum(self.rows[4 * y + j][3 * (4 * x + i) + c] for j in range(4) for i in range(4)) / 16
                             for c in range(3)) for x in range(SIDE // 4)] for y in range(SIDE // 4)]

    def part(self, top=0., bottom=1.):
        n = len(self.cells)
        return [c for row in self.cells[int(top * n):int(bottom * n)] for c in row]

    def colours(self, **part):
        """The named colours, the most frequent first."""
        votes = dict.fromkeys(COLOURS, 0)
        for cell in self.part(**part)[::3]:
            here = lab(cell)
            votes[min(CENTRES, key=lambda k: sum((a - b) ** 2 for a, b in zip(CENTRES[k], here)))] += 1
        return sorted(votes, key=votes.get, reverse=True)

    def mean(self, **part):
        cells = self.part(**part)
        return [sum(c[i] for c in cells) / len(cells) for i in range(3)]

    def share(self, kind):
        """Of the cells, those of which kind(cell) holds."""
        cells = self.part()
        return sum(map(kind, cells)) / len(cells)

    def grey(self):
        return [[sum(c) / 3 for c in row] for row in self.cells]

    def changes(self):
        """Mean change from cell to cell, along rows and along columns."""
        g = self.grey()
        n = len(g)
        return (sum(abs(g[y][x] - g[y][x - 1]) for y in range(n) for x in range(1, n)) / n / n,
                sum(abs(g[y][x] - g[y - 1][x]) for y in range(1, n) for x in range(n)) / n / n)


def make(folder, prompt, *options, seed=1):
    path = folder / 'picture.png'
    r = subprocess.run([EBRU, 'generate', '--model', MODEL, '--prompt', prompt, '--steps', '8', '--guidance', '3', '--seed', str(seed),
                        '-o', path, '--quiet', *map(str, options)], capture_output=True, text=True, timeout=300)
    if r.returncode:
        sys.exit(f'{prompt}: {r.stderr}')
    return Picture(path)


def bluish(mean):
    return mean[2] > mean[0] + 10


def test_probe():
    r = subprocess.run([EBRU, 'probe', MODEL, '--json'], capture_output=True, text=True, timeout=60)
    check(json.loads(r.stdout)[0].get('guidance') == 3, 'the model says which weight of guidance suits it')


def test_prompts(folder):
    for colour, thing in (('red', 'tiles'), ('dark blue', 'tiles'), ('blue', 'fabric'), ('green', 'marble'), ('yellow', 'mosaic')):
        found = make(folder, f'{colour} {thing}').colours()
        check(colour == found[0], f'{colour} {thing}: mostly {found[0]}, {found[1]}')
    r, g, b = make(folder, 'grass').mean()
    check(g > r + 10 and g > b + 30, f'grass is green: {r:.0f} {g:.0f} {b:.0f}')
    for hot in 'hot lava', 'fire':
        p = make(folder, hot)
        r, g, b = p.mean()
        check(r > g + 20 and g >= b, f'{hot} glows red: {r:.0f} {g:.0f} {b:.0f}')
        dark, bright = p.share(lambda c: c[0] < 110), p.share(lambda c: c[0] > 200)
        check(dark > .05 and bright > .1, f'{hot} has dark and bright places: {dark:.2f}, {bright:.2f}')
    p = make(folder, 'clouds in a blue sky')
    white, blue = p.share(lambda c: min(c) > 200), p.share(lambda c: c[2] > c[0] + 60)
    check(white > .05 and blue > .15, f'white clouds, blue sky: {white:.2f}, {blue:.2f}')
    check(bluish(make(folder, 'water').mean()), 'water: blue')
    p = make(folder, 'the sea by day')
    check(bluish(p.mean()) and sum(p.mean(top=.1, bottom=.35)) > sum(p.mean(top=.55, bottom=.8)), 'the sea is blue and darker than its sky')
    night = sum(make(folder, 'mountains at night').mean()) / 3
    check(night < 80, f'night is dark: {night:.0f}')


    found = make(folder, 'red and white stripes').colours()
    check({'red', 'white'} <= set(found[:4]), f'red and white stripes: {found[:4]}')
    p = make(folder, 'desert by day')
    low = p.mean(top=.65)
    check(bluish(p.mean(bottom=.3)) and low[0] > low[2] + 25, 'a desert is yellow below a blue sky')


def test_stripes(folder):
    along, across = make(folder, 'horizontal stripes in black and yellow').changes()
    check(across > 2 * along, f'horizontal stripes change downwards: {across:.1f} against {along:.1f}')


def edge(rows, inside):
    """Mean change across the border of a square, and next to it."""
    a, b = inside

    def change(x):
        return sum(abs(rows[y][3 * x + c] - rows[y][3 * x - 3 + c]) for y in range(a, b) for c in range(3)) / 3 / (b - a)
    near = [change(x) for x in range(a - 12, a + 13) if x != a]
    return change(a), sum(near) / len(near)


def test_fill(folder):
    base, mask, (a, b) = folder / 'base.png', folder / 'mask.png', (80, 176)
    make(folder, 'sand', seed=3)
    (folder / 'picture.png').rename(base)
    write(mask, [bytes(255 if a <= x < b and a <= y < b else 0 for x in range(SIDE)) for y in range(SIDE)], 1)
    p = make(folder, 'sand', '--image', base, '--mask', mask, seed=4)
    border, near = edge(p.rows, (a, b))
    hope(border < 1.6 * near + .5, f'the border of a filling is not seen: {border:.1f} against {near:.1f} beside it')
    check(p.rows[:60] == pixels(base)[:60], 'what is not selected stays')


def test_layout(folder):
    base = folder / 'base.png'
    before = make(folder, 'the sea at sunset', seed=5)
    (folder / 'picture.png').rename(base)
    after = make(folder, 'the sea at sunset, watercolour', '--image', base, '--strength', '0.3', seed=6)
    a, b = ([v for row in p.grey() for v in row] for p in (before, after))
    ma, mb = sum(a) / len(a), sum(b) / len(b)
    cov = sum((x - ma) * (y - mb) for x, y in zip(a, b))
    r = cov / (sum((x - ma) ** 2 for x in a) * sum((y - mb) ** 2 for y in b)) ** .5
    check(r > .8, f'strength 0.3 keeps the layout: correlation {r:.2f}')


test_probe()
with tempfile.TemporaryDirectory() as name:
    test_prompts(pathlib.Path(name))
    test_stripes(pathlib.Path(name))
    test_fill(pathlib.Path(name))
    test_layout(pathlib.Path(name))
sys.exit(failures > 0)
