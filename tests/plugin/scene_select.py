# SPDX-License-Identifier: GPL-3.0-or-later
"""Selections as they are drawn: with the lasso on the canvas, and soft ones whose strength is graded."""
import json

from pixels import *
from scene_queue import set_steps

SOFT = 'im.select_ellipse(Gimp.ChannelOps.REPLACE, 100, 80, 200, 150) and Gimp.Selection.feather(im, %d)'


EDGES = {'Grow': 4, 'Feather': 10, 'Blend': 25}  # as they are at first


def bounds():
    return ask('Gimp.Selection.bounds(im)[1:]')


def lasso():
    """A lasso drawn by hand on the canvas is filled; what it does not hold stays to the bit."""
    ask('Gimp.Selection.none(im)')
    to_canvas(FREE_SELECT)
    stroke([(260, 230), (420, 210), (470, 320), (380, 400), (290, 360), (260, 230)])
    key(RETURN)
    wait(lambda: bounds()[0], 'the selection of the lasso')
    inside, before = selected(), seen()
    assert 8000 < sum(v > 0 for v in inside) < 60000, bounds()
    d = open_dialog('Fill Selection...')
    _, x0, y0, x1, y1 = bounds()
    wait(lambda: find(d, 'label', contains=f'Fills the selection ({x1 - x0} × {y1 - y0} px)'), 'what will happen')
    set_steps(d, 2)
    set_edges(d, **{'Grow': 0, 'Feather': 0, 'Blend': 0})
    press(d, 'Fill')
    wait(lambda: layers() == 2, 'the layer', 120)
    wait(lambda: idle(d), 'an idle dialog')
    difference = changed(before, seen())
    outside = [v for v, i in zip(difference, inside) if not i]
    assert not any(outside), f'{sum(v > 0 for v in outside)} pixels changed outside of the lasso'
    full = [v for v, i in zip(difference, inside) if i == 255]
    assert sum(v > 0 for v in full) > 0.9 * len(full), f'{sum(v > 0 for v in full)} of {len(full)} changed'
    shot('lasso')
    assert selected() == inside, 'the selection is another'
    undo()
    wait(lambda: layers() == 1, 'one undo')
    assert seen() == before
    set_edges(d, **EDGES)
    close_dialog(d)
    ask(SOFT % 10)


def mean(values):
    return sum(values) / max(1, len(values))


def match(d, on):
    """To match colours would say more of the random autoencoder, which gives back nothing as it was."""
    box = wait(lambda: find(d, 'check box', 'Match colours'), 'the edges')
    if has(box, Atspi.StateType.CHECKED) != on:
        click(box)


def soft():
    """Refine at 40 % of a soft selection: nothing beyond it, less at its edge than in its middle, and
    there less than Fill would do."""
    ask(SOFT % 60)
    values, before = selected(), seen()
    assert len(set(values)) > 100, 'the selection is not soft'
    difference = {}
    for item, button in ('Refine...', 'Refine'), ('Fill Selection...', 'Fill'):
        d = open_dialog(item)
        set_steps(d, 10)
        match(d, False)
        press(d, button)
        wait(lambda: layers() == 2, 'the layer', 120)
        wait(lambda: idle(d), 'an idle dialog')
        recipe = json.loads(ask(TOP_LAYER)[5].rstrip('\0'))
        assert recipe['strength'] == (0.4 if button == 'Refine' else 1), recipe
        shot('soft-' + button.lower())
        mask, difference[button] = shown(), changed(before, seen())
        assert not any(v for v, m in zip(difference[button], mask) if not m), 'changed where the mask is 0'
        assert not any(mask[x] for x in (0, WIDTH - 1, WIDTH * HEIGHT - 1)), 'the mask is everywhere'
        assert len(set(mask)) > 100, 'the mask has a hard edge'
        undo()
        wait(lambda: layers() == 1, 'the undo')
        assert seen() == before, 'the undo did not bring the image back'
        set_steps(d, 2)
        match(d, True)
        close_dialog(d)
    bands = [mean([v for v, s in zip(difference['Refine'], values) if low <= s <= high])
             for low, high in ((1, 60), (61, 150), (200, 255))]
    middle = mean([v for v, s in zip(difference['Fill'], values) if s >= 200])
    log(f'mean change from the edge to the middle {bands}, of Fill {middle}')
    assert 0 < bands[0] < bands[1] < bands[2] < middle, (bands, middle)
    ask(SOFT % 10)


SCENES = lasso, soft
