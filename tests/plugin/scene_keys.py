# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing but keys: from GIMP's menu to the variant that is kept; Tab goes through the window as one
reads it."""
import re

from keyboard import *
from scene_queue import VARIANTS
from scene_rows import remove_all
from scene_unfinished import fix_seed, free_seed

F6, A, CAPS, H, Z = 72, 38, 66, 43, 52


def keys_only():
    """Menu, prompt, two variants, Generate, the second one kept, the window closed: by keys alone."""
    d = from_the_menu('Generate...')
    prompt = wait(lambda: find(d, 'text', 'Prompt'), 'the prompt')
    wait(lambda: has(prompt, Atspi.StateType.FOCUSED), 'the focus in the prompt')
    old = get_text(prompt)
    key(A, CONTROL)
    type_keys('a lighthouse, keys alone')
    wait(lambda: get_text(prompt) == 'a lighthouse, keys alone', 'the typed prompt')
    unfold(d, CHOICE)
    variants = labelled(d, 'Variants:')
    press_until(lambda: has(variants, Atspi.StateType.FOCUSED), 'the variants', TAB)
    key(UP)
    wait(lambda: variants.get_value_iface().get_current_value() == 2, 'two variants')
    key(RETURN, CONTROL)
    wait(lambda: layers() == 2, 'the group', 120)
    wait(lambda: idle(d), 'an idle dialog')
    seed = re.search(r'\d+', ask(VARIANTS)[1][0]).group()
    strip = find(d, None, 'Variants')
    press_until(lambda: any(has(n, Atspi.StateType.FOCUSED) for n, _ in walk(strip)), 'the strip', F6,
                most=6)
    key(RIGHT)
    wait(lambda: [v for _, v in ask(VARIANTS)] == [False, True], 'the second variant')
    key(RETURN)
    wait(lambda: not ask('im.get_layers()[0].is_group()'), 'the variant that is kept')
    assert f'"seed":{seed}' in ask(TOP_LAYER)[5].replace(' ', ''), (seed, ask(TOP_LAYER)[5])
    key(ESCAPE)
    wait(lambda: has(prompt, Atspi.StateType.FOCUSED), 'the prompt after Escape')
    press_until(lambda: has(variants, Atspi.StateType.FOCUSED), 'the variants', TAB)
    key(DOWN)
    key(ESCAPE)
    wait(lambda: not app(PLUGIN), 'the plug-in to leave')
    undo()
    undo()
    wait(lambda: layers() == 1, 'the undo')
    d = open_dialog()
    set_text(find(d, 'text', 'Prompt'), old)
    press(d, 'Fill')  # so that it is the last value again
    wait(lambda: layers() == 2, 'the layer', 120)
    undo()
    close_dialog(d)


def reading_order():
    """Tab goes from left to right and from the top down, and comes back to where it began."""
    d = open_dialog()
    prompt = find(d, 'text', 'Prompt')
    focus(prompt)
    nodes = []
    for _ in range(60):
        if len(nodes) > 1 and has(prompt, Atspi.StateType.FOCUSED):
            break
        node = focused(d)
        if node and node not in nodes:  # the button inside a list has no place in the tree
            nodes.append(node)
        key(TAB)
        time.sleep(0.2)
    names = [n.get_name() or n.get_role_name() for n in nodes]
    assert has(prompt, Atspi.StateType.FOCUSED), f'Tab does not come back: {names}'
    boxes = [n.get_component_iface().get_extents(Atspi.CoordType.SCREEN) for n in nodes]
    seen = [(name, b.y, b.x) for name, b in zip(names, boxes) if b.y > 0]  # what is not scrolled away
    names, places = [s[0] for s in seen], [s[1:] for s in seen]
    turns = [i for i in range(1, len(places)) if places[i][0] < places[i - 1][0] - 20]
    assert len(turns) <= 1, [names[i] for i in turns]  # what is above the prompt comes last
    for (y0, x0), (y1, x1), name in zip(places, places[1:], names[1:]):
        assert y1 > y0 + 20 or x1 > x0 or y1 < y0 - 20, name
    log(' → '.join(names))
    close_dialog(d)


def caps_lock():
    """With Caps Lock on, the keys of the window do what they always do."""
    d = open_dialog()
    prompt = wait(lambda: find(d, 'text', 'Prompt'), 'the prompt')
    old = get_text(prompt)
    focus(prompt)
    key(CAPS)
    try:
        key(A, CONTROL)
        type_keys('night sky')
        wait(lambda: get_text(prompt).lower() == 'night sky', 'the typed prompt')
        typed = get_text(prompt)
        key(Z, CONTROL)
        wait(lambda: get_text(prompt) != typed, 'that Ctrl+Z undoes')
        key(Z, CONTROL, SHIFT)
        wait(lambda: get_text(prompt) == typed, 'that Ctrl+Shift+Z brings it back')
        key(H, CONTROL)
        wait(lambda: find(app(PLUGIN), 'text', 'Find a prompt of before', showing=True), 'that Ctrl+H searches')
        key(ESCAPE)
        key(H, CONTROL, SHIFT)
        history = wait(lambda: find(app(PLUGIN), 'dialog', 'History', showing=True), 'that Ctrl+Shift+H is the history')
        press(history, 'Close')
        set_text(prompt, old)
        focus(prompt)
        key(R, CONTROL)
        wait(lambda: layers() == 2, 'the layer of Ctrl+R', 120)
        wait(lambda: idle(d), 'an idle dialog')
    finally:
        key(CAPS)
    undo()
    wait(lambda: layers() == 1, 'the undo')
    close_dialog(d)


def panes():
    """F6 goes from the prompt to the pictures, the queue and the buttons, Shift+F6 back."""
    d = open_dialog()
    before = labelled(d, 'Variants:').get_value_iface().get_current_value()
    set_value(labelled(d, 'Variants:'), 2)
    for n in 2, 3:
        press(d, 'Fill')
        wait(lambda: layers() == n, 'the group', 120)
        wait(lambda: idle(d), 'an idle dialog')
    prompt = find(d, 'text', 'Prompt')
    parts = [prompt, find(d, None, 'Variants'), find(d, None, 'Queue'), find(d, 'button', 'Fill')]

    def pane():
        return next((i for i, part in enumerate(parts) if focused(part)), None)

    focus(prompt)
    way = []
    for keys in [(F6,)] * 4 + [(F6, SHIFT)] * 4:
        last = pane()
        key(*keys)
        wait(lambda: pane() not in (None, last), f'another pane than {last}', 10)
        way.append(pane())
    assert way == [1, 2, 3, 0, 3, 2, 1, 0], way
    set_value(labelled(d, 'Variants:'), before)
    remove_all(d)
    undo()
    undo()
    wait(lambda: layers() == 1, 'the undo')
    close_dialog(d)


def greyed():
    """Ctrl+R does nothing while the button cannot be pressed: a seed that is kept stays."""
    d = open_dialog()
    ask('Gimp.Selection.none(im)')
    click(wait(lambda: find(d, 'menu item', 'Fill selection'), 'the mode'))
    fix_seed(d, 77)
    wait(lambda: not sensitive(find(d, 'button', 'Fill')), 'a greyed button')
    key(R, CONTROL)
    key(RETURN, CONTROL)
    assert not soon(lambda: not has(find(d, 'check box', 'Keep'), Atspi.StateType.CHECKED), 1), 'the seed is lost'
    assert find(d, 'label', contains='Nothing is selected', showing=True)
    free_seed(d)
    click(find(d, 'menu item', 'Automatic'))
    close_dialog(d)
    ask(SELECT)


SCENES = keys_only, reading_order, caps_lock, panes, greyed
