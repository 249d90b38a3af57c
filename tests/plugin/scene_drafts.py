# SPDX-License-Identifier: GPL-3.0-or-later
"""Drafts of which several are wanted: chosen with the space bar, finished together or one by one."""
from scene_queue import *


def draft(d, i):
    """Whether the picture waits to be finished; None while the strip is filled anew."""
    all_ = thumbs(d)
    return 'draft' in all_[i].get_name() if len(all_) == 4 else None


def four_drafts(d):
    set_steps(d, 5)
    set_value(labelled(d, 'Variants:'), 4)
    click(find(d, 'check box', 'Drafts first'))
    press(d, 'Fill')
    wait(lambda: all(draft(d, i) for i in range(4)), 'four drafts', 120)


def choose_too(d, i):
    """Ctrl and an arrow lead to the next without choosing it, the space bar chooses it beside the others."""
    for _ in range(4):
        if has(thumbs(d)[i], Atspi.StateType.FOCUSED):
            break
        key(RIGHT, CONTROL)
        soon(lambda: has(thumbs(d)[i], Atspi.StateType.FOCUSED), 1)
    key(SPACE)
    wait(lambda: chosen(d, i), f'the choice of {i + 1}')


def chosen(d, i):
    return 'draft, chosen' in thumbs(d)[i].get_name()


SEEDS = '''[[__import__("json").loads(bytes(l.get_parasite("ebru-recipe").get_data()).decode().rstrip("\\0"))["seed"]
    for l in (g.get_children() if g.is_group() else [g])] for g in im.get_layers()[:-1]]'''


def several():
    """Two of four drafts are finished together, in a group; the others one after the other, above it."""
    original = ask(LAYER_BYTES)
    d = open_dialog()
    four_drafts(d)
    seeds = [int(n.get_name().split('seed ')[1].split(',')[0]) for n in thumbs(d)]
    focus(thumbs(d)[0])
    choose_too(d, 2)
    assert chosen(d, 0), 'the first is not chosen any more'
    key(SPACE)
    wait(lambda: not chosen(d, 2), 'that Space takes a choice back')
    key(SPACE)
    wait(lambda: chosen(d, 2), 'the choice again')
    shot('drafts-chosen')
    key(RETURN)
    wait(lambda: draft(d, 0) is False and draft(d, 2) is False, 'that both are finished', 120)
    assert draft(d, 1) and draft(d, 3), 'others were finished too'
    made = [[seeds[0], seeds[2]]]
    assert ask(SEEDS) == made, (ask(SEEDS), made)
    shot('drafts-two')
    for i in 1, 3:
        focus(thumbs(d)[i])
        key(SPACE)
        wait(lambda: chosen(d, i), f'the choice of {i + 1}')
        press(d, 'Finish')
        wait(lambda: draft(d, i) is False, f'that {i + 1} is finished', 120)
        made.insert(0, [seeds[i]])
        assert ask(SEEDS) == made, (ask(SEEDS), made)
    wait(lambda: idle(d), 'an idle dialog')
    while layers() > 1:
        n = layers()
        undo()
        wait(lambda: layers() < n, 'the undo')
    assert ask(LAYER_BYTES) == original
    click(find(d, 'check box', 'Drafts first'))
    set_value(labelled(d, 'Variants:'), 1)
    close_dialog(d)


SCENES = several,
