# SPDX-License-Identifier: GPL-3.0-or-later
"""What a window leaves to the next: its open expanders, its jobs, also those of recalled settings."""
from scene_image import IMAGES, close_others
from screen import Screen
from scene_unfinished import *

EXPANDERS = 'Advanced', 'Faster, at a price', 'Selection edges'


def is_open(d, name):
    toggle = find(d, 'toggle button', name)
    return has(toggle, Atspi.StateType.EXPANDED) or has(toggle, Atspi.StateType.CHECKED)


def expanders():
    """What was open is open again, what was closed is closed, and the window begins with its beginning."""
    left = None
    for wanted in (True, False, True), (False, True, False), None:
        d = open_dialog()
        if left:
            assert tuple(is_open(d, name) for name in EXPANDERS) == left, left
            assert bool(find(d, 'label', 'Number of steps:', showing=True)) == left[0]
        wait(lambda: find(d, 'label', 'Prompt:', showing=True), 'the label of the prompt', 5)
        for name, open_ in zip(EXPANDERS, wanted or (True, False, False)):
            if is_open(d, name) != open_:
                click(find(d, 'toggle button', name))
        left = wanted
        close_dialog(d)


def height():
    """A window that was made higher stays so, whatever is opened or closed in it, and is so the next time."""
    def size(d):
        e = d.get_component_iface().get_extents(Atspi.CoordType.SCREEN)
        return e.width, e.height

    d = open_dialog()
    wait(lambda: find(d, 'label', contains='/ 75'), 'the model', 120)
    for name in EXPANDERS[::2]:
        if is_open(d, name):
            click(find(d, 'toggle button', name))
    time.sleep(1)
    width, before = size(d)
    Screen().resize('Generate', width, before + 60)
    higher = wait(lambda: size(d)[1] > before + 50 and size(d)[1], 'the height that was given')  # with its frame
    fold = find(d, 'toggle button', 'Advanced')
    click(fold)
    wait(lambda: size(d)[1] > higher, 'room for what was opened')
    click(fold)
    wait(lambda: size(d)[1] == higher, 'the height of before')
    close_dialog(d)
    d = open_dialog()
    wait(lambda: size(d)[1] == higher, 'the height of the last time')
    wait(lambda: find(d, 'label', contains='/ 75'), 'the model', 120)
    time.sleep(1)
    assert size(d)[1] == higher, size(d)
    shot('height')
    Screen().resize('Generate', width, 100)
    wait(lambda: size(d)[1] < higher, 'the height of what is in it')
    close_dialog(d)
    d = open_dialog()
    wait(lambda: find(d, 'label', contains='/ 75'), 'the model', 120)
    assert size(d)[1] < higher, size(d)
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
    set_steps(d, 60)
    free_seed(d)
    press(d, 'Fill')
    press(d, 'Fill')
    click(wait(lambda: find(d, 'check box', 'Pause the queue', showing=True), 'the queue'))
    wait(lambda: find(d, 'list item', contains='Done'), 'the first', 60)
    click(find(d, 'button', 'Close'))
    click(wait(lambda: find(app(PLUGIN), 'button', 'Stop All', showing=True), 'the question'))
    wait(lambda: not app(PLUGIN), 'the plug-in to leave')
    assert layers() == 3 and kept() == 1
    d = open_dialog()
    question('1 job was not finished', 'Run It')
    wait(lambda: layers() == 4, 'its picture', 120)
    wait(lambda: idle(d), 'an idle dialog')
    assert '"steps":60' in ask(TOP_LAYER)[5].replace(' ', ''), ask(TOP_LAYER)[5]
    assert kept() == 0
    for n in 3, 2, 1:
        undo()
        wait(lambda: layers() == n, 'the undo')
    set_steps(d, 2)
    close_dialog(d)


def strength_of(d):
    return find(d, 'slider', 'Strength').get_value_iface().get_current_value()


def mode(d, name):
    click(wait(lambda: find(d, 'menu item', name), name))


def other_modes():
    """The strength that Refine begins with is not left to Expand, nor that of Fill to the next Refine."""
    d = open_dialog()
    mode(d, 'Refine')
    wait(lambda: strength_of(d) == 40, 'the strength of Refine')
    mode(d, 'Expand canvas')
    mode(d, 'New layer')
    wait(lambda: strength_of(d) == 100, 'full strength')
    mode(d, 'Automatic')
    close_dialog(d)
    d = open_dialog('Refine...')
    mode(d, 'Fill selection')
    wait(lambda: strength_of(d) == 100, 'full strength')
    set_steps(d, 2)
    generate(d)
    close_dialog(d)
    d = open_dialog('Refine...')
    assert strength_of(d) == 40, strength_of(d)
    close_dialog(d)


def chosen_size():
    """A size that is also the one to begin with is kept for a model that likes another."""
    d = open_dialog()
    mode(d, 'New image')
    sides = [wait(lambda: find(d, 'spin button', name), name) for name in ('Width', 'Height')]
    for side in sides:
        set_value(side, 512)
    set_steps(d, 2)
    press(d, 'Generate')
    wait(lambda: len(ask(IMAGES)) == 2, 'the new image', 120)
    wait(lambda: idle(d), 'an idle dialog')
    close_dialog(d)
    close_others()
    d = open_dialog()
    wait(lambda: find(d, 'label', contains='/ 75'), 'the model', 120)
    got = [find(d, 'spin button', name).get_value_iface().get_current_value() for name in ('Width', 'Height')]
    assert got == [512, 512], got
    for name in 'Width', 'Height':
        set_value(find(d, 'spin button', name), 64)
    mode(d, 'Automatic')
    generate(d)
    close_dialog(d)


def missing_list():
    """A prompt that asks for what is gone is said to, and does not keep the window from opening."""
    d = open_dialog()
    field = find(d, 'text', 'Prompt')
    old = get_text(field)
    set_text(field, 'a __nolist__ by the sea')
    press(d, 'Fill')
    wait(lambda: find(d, 'label', contains='nolist', showing=True), 'what is missing')
    close_dialog(d)
    d = open_dialog()
    wait(lambda: find(d, 'label', contains='/ 75'), 'the model', 120)
    assert get_text(find(d, 'text', 'Prompt')) == 'a __nolist__ by the sea'
    set_text(find(d, 'text', 'Prompt'), old)
    generate(d)
    close_dialog(d)


FIELDS = 'Strength', 'Number of steps:', 'Variants:', 'Guidance weight:'
FACTORY = ['', 100, 20, 1, 7.5, False]


def values(d):
    """The prompt, some numbers, and whether there are drafts first."""
    numbers = [(find(d, 'slider', 'Strength') if name == 'Strength' else labelled(d, name))
               .get_value_iface().get_current_value() for name in FIELDS]
    return [get_text(find(d, 'text', 'Prompt'))] + numbers + [
        has(find(d, 'check box', 'Drafts first'), Atspi.StateType.CHECKED)]


def put(d, prompt, strength, steps, count, guidance, drafts):
    set_text(find(d, 'text', 'Prompt'), prompt)
    set_value(find(d, 'slider', 'Strength'), strength)
    for name, value in zip(FIELDS[1:], (steps, count, guidance)):
        set_value(labelled(d, name), value)
    box = find(d, 'check box', 'Drafts first')
    if has(box, Atspi.StateType.CHECKED) != drafts:
        click(box)
    wait(lambda: values(d) == [prompt, strength, steps, count, guidance, drafts], 'the values')


def reset(d, name):
    click(find(d, 'toggle button', 'Reset') or find(d, 'button', 'Reset'))
    click(wait(lambda: find(app(PLUGIN), 'button', name, showing=True), name))


def settings_kept():
    """Reset goes back to what the window began with, or to the factory's values; saved settings come back."""
    d = open_dialog()
    open_expander(d, 'Advanced')
    first = values(d)
    one, two = ['a kept fox', 60, 33, 3, 5, True], ['something else', 90, 44, 2, 9, False]
    put(d, *one)
    press(d, 'Save Settings')
    put(d, *two)
    press(d, 'Load Saved Settings')
    wait(lambda: values(d) == one, f'what was saved: {one}')
    reset(d, 'Reset to Factory Defaults')
    wait(lambda: values(d) == FACTORY, f'{FACTORY}')
    shot('reset')
    press(d, 'Load Saved Settings')
    wait(lambda: values(d) == one, f'what was saved: {one}')
    reset(d, 'Reset to Initial Values')
    wait(lambda: values(d) == first, f'{first}')
    close_dialog(d)
    d = open_dialog()
    first = values(d)  # where nothing was generated yet, GIMP begins with what is saved
    put(d, *two)
    press(d, 'Load Saved Settings')
    wait(lambda: values(d) == one, f'what another window saved: {one}')
    reset(d, 'Reset to Initial Values')
    wait(lambda: values(d) == first, f'{first}')
    close_dialog(d)


SCENES = expanders, height, recalled, settings_kept, other_modes, chosen_size, missing_list
