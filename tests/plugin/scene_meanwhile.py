# SPDX-License-Identifier: GPL-3.0-or-later
"""The user goes on painting while a picture is made: what was there at the click is what counts."""
from pixels import *
from scene_queue import set_steps
from scene_unfinished import NEWEST, fix_seed, free_seed


def whole_stroke(before):
    """What the layer is after a stroke that GIMP has drawn to its end."""
    now = ask(LAYER_BYTES)
    time.sleep(0.3)
    return now if now != before and now == ask(LAYER_BYTES) else None


def painted():
    """Strokes on the canvas during the job: the same result as without, on top, and both are kept."""
    before = ask(LAYER_BYTES)
    d = open_dialog()
    set_steps(d, 100)
    fix_seed(d, 21)
    click(find(d, 'toggle button', 'Advanced'))  # folded, it leaves the canvas to be seen
    press(d, 'Fill')
    wait(lambda: layers() == 2, 'the layer that is made in peace', 120)
    wait(lambda: idle(d), 'an idle dialog')
    want = ask(NEWEST)
    undo()
    wait(lambda: layers() == 1, 'the undo')
    to_canvas(PAINTBRUSH)
    press(d, 'Fill')
    click(wait(lambda: find(app(PLUGIN), 'button', 'Same Again', showing=True), 'the question'))
    wait(lambda: not idle(d), 'the job')
    stroke([(270, 250), (400, 340), (300, 380)])  # within the selection
    after = wait(lambda: whole_stroke(before), 'the stroke')
    assert layers() == 1 and not idle(d), 'the job was through before the stroke'
    wait(lambda: layers() == 2, 'the layer', 120)
    wait(lambda: idle(d), 'an idle dialog')
    shot('painted')
    assert ask(NEWEST) == want, 'the stroke is in the result'
    assert ask(LAYER_BYTES) == after, 'the result has changed the layer that was painted on'
    undo()
    wait(lambda: layers() == 1, 'the undo of the result')
    assert ask(LAYER_BYTES) == after, 'the undo took the stroke too'
    undo()
    wait(lambda: ask(LAYER_BYTES) == before, 'the undo of the stroke')
    free_seed(d)
    set_steps(d, 2)
    close_dialog(d)


SCENES = painted,
