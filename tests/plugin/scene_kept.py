# SPDX-License-Identifier: GPL-3.0-or-later
"""What a window leaves to the next: its open expanders, its jobs, also those of recalled settings."""
from scene_unfinished import *

EXPANDERS = 'Advanced', 'Faster, at a price', 'Selection edges'


def is_open(d, name):
    toggle = find(d, 'toggle button', name)
    return has(toggle, Atspi.StateType.EXPANDED) or has(toggle, Atspi.StateType.CHECKED)


def expanders():
    """What was open is open again, what was closed is closed."""
    for wanted in (True, False, True), (False, True, False), (True, False, False):
        d = open_dialog()
        for name, open_ in zip(EXPANDERS, wanted):
            if is_open(d, name) != open_:
                click(find(d, 'toggle button', name))
        close_dialog(d)
        d = open_dialog()
        assert tuple(is_open(d, name) for name in EXPANDERS) == wanted, wanted
        assert bool(find(d, 'label', 'Number of steps:', showing=True)) == wanted[0]
        close_dialog(d)


def recalled():
    """Jobs of a window that Recall opened are offered by a usual one, and it makes them."""
    d = open_dialog()
    set_steps(d, 2)
    press(d, 'Fill')
    wait(lambda: layers() == 2, 'the layer', 120)
    wait(lambda: idle(d), 'an idle dialog')
    close_dialog(d)
    shown = open_dialog('Recall Settings from Layer...')
    click(find(shown, 'button', 'Use These Settings'))
    d = wait(lambda: find(app(PLUGIN), 'dialog', 'Recall Settings', showing=True) and
             next((n for n, _ in walk(app(PLUGIN)) if n.get_role_name() == 'dialog' and find(n, 'text', 'Prompt')),
                  None), 'the window')
    set_steps(d, 150)
    free_seed(d)
    press(d, 'Fill')
    press(d, 'Fill')
    wait(lambda: len(rows(d)) == 2 and kept() == 2, 'two jobs')
    click(find(d, 'button', 'Close'))
    click(wait(lambda: find(app(PLUGIN), 'button', 'Stop All', showing=True), 'the question'))
    wait(lambda: not app(PLUGIN), 'the plug-in to leave')
    assert layers() == 2 and kept() == 1
    d = open_dialog()
    question('1 job was not finished', 'Run It')
    wait(lambda: layers() == 3, 'its picture', 120)
    wait(lambda: idle(d), 'an idle dialog')
    assert '"steps":150' in ask(TOP_LAYER)[5].replace(' ', ''), ask(TOP_LAYER)[5]
    assert kept() == 0
    undo()
    undo()
    wait(lambda: layers() == 1, 'the undo')
    set_steps(d, 2)
    close_dialog(d)


SCENES = expanders, recalled
