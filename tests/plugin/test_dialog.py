# SPDX-License-Identifier: GPL-3.0-or-later
"""The window, in a real GIMP on a virtual screen, driven as a screen reader would drive it.

    gui.sh BUILD test_dialog.py
"""
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gimpgui import *

PLUGIN = 'ebru'
LIMIT = float(os.environ.get('EBRU_STOP_LIMIT', 1))  # s from Stop to an idle window

LAYER_BYTES = '''(lambda G, l: __import__("hashlib").md5(bytes(l.get_buffer().get(
    G.Rectangle.new(0, 0, l.get_width(), l.get_height()), 1.0, None, G.AbyssPolicy.NONE)))
    .hexdigest())(__import__("gi.repository", fromlist=["Gegl"]).Gegl, im.get_layers()[-1])'''
TOP_LAYER = '''(lambda l: [l.get_name(), l.get_offsets()[1:], l.get_width(), l.get_height(),
    l.get_mask() is not None,
    bytes(l.get_parasite('ebru-recipe').get_data()).decode()])(im.get_layers()[0])'''


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


def layers():
    return ask('len(im.get_layers())')


def has(node, state):
    return node.get_state_set().contains(state)


def sensitive(node):
    return has(node, Atspi.StateType.SENSITIVE)


def idle(d):
    return not sensitive(find(d, 'button', 'Stop')) and sensitive(find(d, 'button', 'Close'))


def undo():
    edit = find(find(app('gimp'), 'menu bar'), 'menu', 'Edit')
    click(wait(lambda: find(edit, 'menu item', contains='Undo'), 'Undo'))


def press(d, name):
    click(wait(lambda: (lambda b: b if b and sensitive(b) else None)(find(d, 'button', name)),
               f'the button {name}'))


def unnamed(d):
    """Widgets that take the focus and have neither a name nor a label."""
    for node, _ in walk(d):
        role = node.get_role_name()
        if role in ('text', 'spin button', 'combo box', 'slider', 'check box', 'push button',
                    'button') and has(node, Atspi.StateType.FOCUSABLE) and has(
                        node, Atspi.StateType.SHOWING):
            labels = [r for r in node.get_relation_set()
                      if r.get_relation_type() == Atspi.RelationType.LABELLED_BY]
            if not (node.get_name() or labels):
                yield role


ready()
ask('im.select_ellipse(Gimp.ChannelOps.REPLACE, 100, 80, 200, 150) and Gimp.Selection.feather(im, 10)')
original = ask(LAYER_BYTES)

# ---- menu, prompt, Fill: a layer with a mask ----
Atspi.generate_mouse_event(1270, 890, 'abs')  # no tooltips
d = open_dialog()
prompt = wait(lambda: find(d, 'text', 'Prompt'), 'the prompt')
wait(lambda: has(prompt, Atspi.StateType.FOCUSED), 'the focus in the prompt')
type_keys('a lighthouse at dusk')
wait(lambda: 'dusk' in get_text(prompt), 'the typed prompt')
wait(lambda: find(d, 'label', contains='Fills the selection (220'), 'what will happen')
wait(lambda: find(d, 'label', contains='/ 75'), 'the tokens', 120)  # the model is open
assert not list(unnamed(d)), list(unnamed(d))
shot('before')

press(d, 'Fill')
wait(lambda: sensitive(find(d, 'button', 'Stop')), 'Stop can be pressed', 60, 0.02)
assert not sensitive(prompt), 'the prompt can be changed during a run'
assert not sensitive(find(d, 'button', 'Fill')), 'Fill can be pressed during a run'
wait(lambda: layers() == 2, 'the layer', 120)
wait(lambda: idle(d), 'an idle dialog')
name, offsets, width, height, mask, recipe = ask(TOP_LAYER)
log(name, offsets, width, height)
assert name == 'a lighthouse at dusk' and mask and '"inpaint"' in recipe, (name, mask, recipe)
assert offsets[0] <= 90 and offsets[0] + width >= 310, (offsets, width)
assert ask(LAYER_BYTES) == original, 'the original has changed'
assert find(d, 'progress bar'), 'no progress bar'
shot('after')
undo()
wait(lambda: layers() == 1, 'one undo')
assert ask(LAYER_BYTES) == original, 'undo did not bring the original back'
log('one undo removed layer, mask and recipe')

# ---- again, stopped: while it denoises, and while it decodes ----
click(find(d, 'toggle button', 'Advanced'))
steps = wait(lambda: labelled(d, 'Number of steps:'), 'the steps')
set_value(steps, 150)
press(d, 'Fill')
bar = find(d, 'progress bar')
wait(lambda: 0.02 < bar.get_value_iface().get_current_value() < 0.9, 'progress', 60, 0.02)
stop, close = find(d, 'button', 'Stop'), find(d, 'button', 'Close')
start = time.time()
click(stop)
wait(lambda: sensitive(close), 'the stop', 30, 0.01)
latency = time.time() - start
log('stopped in %.0f ms' % (1000 * latency))
assert latency < LIMIT, f'{latency:.2f} s to stop'
assert layers() == 1, 'a stopped run left a layer'

# ---- from the keyboard ----
set_value(labelled(d, 'Number of steps:'), 2)
prompt.get_component_iface().grab_focus()
wait(lambda: has(prompt, Atspi.StateType.FOCUSED), 'the focus')
time.sleep(0.3)
for kind, code in ((Atspi.KeySynthType.PRESS, 37), (Atspi.KeySynthType.PRESSRELEASE, 36),
                   (Atspi.KeySynthType.RELEASE, 37)):
    Atspi.generate_keyboard_event(code, None, kind)  # Ctrl+Return
wait(lambda: layers() == 2, 'the layer of Ctrl+Return', 120)
wait(lambda: idle(d), 'an idle dialog')

# ---- closed and opened: the prompt is there ----
press(d, 'Close')
wait(lambda: not app(PLUGIN), 'the plug-in to leave')
d = open_dialog('Refine...')
wait(lambda: find(d, 'label', contains='Paints the selection'), 'what Refine will do')
press(d, 'Close')
wait(lambda: not app(PLUGIN), 'the plug-in to leave')
d = open_dialog()
assert 'lighthouse' in get_text(find(d, 'text', 'Prompt')), 'the last values are lost'
press(d, 'Close')
wait(lambda: not app(PLUGIN), 'the plug-in to leave')
print('test_dialog: passed')
