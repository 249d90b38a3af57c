# SPDX-License-Identifier: GPL-3.0-or-later
"""Ebru's window as the scenes use it: opening it, pressing its buttons, what it and GIMP show."""
import os
import sys
import time

from gimpgui import *

PLUGIN = 'ebru'
MODELS = os.environ['EBRU_MODEL_PATH']
CHOICE = 'Model, size and variants'  # the expander with them
RETURN, CONTROL, SHIFT, SPACE, LEFT, RIGHT, PERIOD = 36, 37, 50, 65, 113, 114, 60  # key codes
ESCAPE, UP, DOWN, DELETE, ALT, V = 9, 111, 116, 119, 64, 55

LAYER_BYTES = '''(lambda G, l: __import__("hashlib").md5(bytes(l.get_buffer().get(
    G.Rectangle.new(0, 0, l.get_width(), l.get_height()), 1.0, None, G.AbyssPolicy.NONE)))
    .hexdigest())(__import__("gi.repository", fromlist=["Gegl"]).Gegl, im.get_layers()[-1])'''
TOP_LAYER = '''(lambda l: [l.get_name(), l.get_offsets()[1:], l.get_width(), l.get_height(),
    l.get_mask() is not None,
    bytes(l.get_parasite('ebru-recipe').get_data()).decode()])(im.get_layers()[0])'''


def has(node, state):
    return node.get_state_set().contains(state)


def sensitive(node):
    return has(node, Atspi.StateType.SENSITIVE)


def open_dialog(item='Generate...'):
    entry = find(find(app('gimp'), 'menu bar'), 'menu', 'Filters')
    entry = find(find(entry, 'menu', 'Generate'), 'menu item', item)
    assert entry, 'no menu item ' + item
    start = time.time()
    click(entry)
    d = wait(lambda: app(PLUGIN) and find(app(PLUGIN), 'dialog', showing=True), 'the dialog', 60,
             0.02)
    log('menu to window: %.0f ms' % (1000 * (time.time() - start)))
    return d


def close_dialog(d):
    press(d, 'Close')
    wait(lambda: not app(PLUGIN), 'the plug-in to leave')


def press(d, name):
    click(wait(lambda: (lambda b: b if b and sensitive(b) else None)(find(d, 'button', name)),
               f'the button {name}'))


def key(code, *modifiers):
    """A real key, held down with others."""
    for m in modifiers:
        Atspi.generate_keyboard_event(m, None, Atspi.KeySynthType.PRESS)
    Atspi.generate_keyboard_event(code, None, Atspi.KeySynthType.PRESSRELEASE)
    for m in reversed(modifiers):
        Atspi.generate_keyboard_event(m, None, Atspi.KeySynthType.RELEASE)


def focus(node):
    node.get_component_iface().grab_focus()
    wait(lambda: has(node, Atspi.StateType.FOCUSED), 'the focus')
    time.sleep(0.3)  # the key events take another way than accessibility


def chooser(title):
    return find(app(PLUGIN), 'file chooser', title)


def choose_file(title, path):
    """Opens `path` in the file chooser with this title, from the keyboard."""
    def field():
        return next((n for n, _ in walk(chooser(title)) if n.get_role_name() == 'text'
                     and has(n, Atspi.StateType.FOCUSED)), None)

    def typed():
        type_keys('/')  # who is not there yet does not hear it
        return soon(field, 2)

    wait(lambda: chooser(title), 'the file chooser')
    wait(lambda: has(chooser(title), Atspi.StateType.ACTIVE), 'that it has the keys')
    wait(typed, 'a field for the path')
    entry = field()
    set_text(entry, path)
    key(RETURN)
    wait(lambda: not chooser(title), 'the file chooser to close')


def choose_model(d, name):
    """In the list behind the button that shows the model of now."""
    def button(names):
        return next((n for n, _ in walk(d) if n.get_role_name() == 'toggle button' and
                     any(m in (n.get_name() or '') for m in names)), None)

    open_expander(d, CHOICE)
    now = wait(lambda: button(os.listdir(MODELS)), 'the button with a model')
    focus(now)  # scrolls to it
    click(now)
    focus(wait(lambda: find(app(PLUGIN), 'table cell', name, showing=True), 'the model ' + name))
    key(RETURN)
    wait(lambda: button([name]) and not find(app(PLUGIN), 'table cell', showing=True), 'the choice of ' + name)


def layers():
    return ask('len(im.get_layers())')


def idle(d):
    return not sensitive(find(d, 'button', 'Stop'))


def undo():
    edit = find(find(app('gimp'), 'menu bar'), 'menu', 'Edit')
    click(wait(lambda: find(edit, 'menu item', contains='Undo'), 'Undo'))


def undo_all():
    """All that was put above the layer the image began with."""
    while layers() > 1:
        n = layers()
        undo()
        wait(lambda: layers() < n, 'the undo')


def open_expander(d, name):
    """Opens an expander."""
    toggle = find(d, 'toggle button', name)
    if not has(toggle, Atspi.StateType.CHECKED) and not has(toggle, Atspi.StateType.EXPANDED):
        click(toggle)
    time.sleep(0.3)


def generate(d, button='Fill'):
    """Presses the button and waits for the layer that it makes, which is then undone."""
    before = layers()
    press(d, button)
    wait(lambda: layers() == before + 1, 'the layer', 120)
    wait(lambda: idle(d), 'an idle dialog')
    undo()
    wait(lambda: layers() == before, 'the undo')


SELECT = 'im.select_ellipse(Gimp.ChannelOps.REPLACE, 100, 80, 200, 150) and Gimp.Selection.feather(im, 10)'


def play(scenes):
    """All scenes, or those that are named on the command line, with a soft selection in the image."""
    ready()
    Atspi.generate_mouse_event(1270, 890, 'abs')  # no tooltips
    ask(SELECT)
    unknown = set(sys.argv[1:]) - {scene.__name__ for scene in scenes}
    assert not unknown, f'no scene of this file: {unknown}'
    for scene in scenes:
        if not sys.argv[1:] or scene.__name__ in sys.argv[1:]:
            log(f'{scene.__name__}: {scene.__doc__.splitlines()[0]}')
            scene()
