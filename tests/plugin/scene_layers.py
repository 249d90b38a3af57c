# SPDX-License-Identifier: GPL-3.0-or-later
"""Layers that are not as simple as one opaque layer: the result lands where it is seen, and what was
there stays as it was."""
from pixels import *
from scene_queue import set_steps

STATE = '''(lambda h: [[l.get_name(), l.get_visible(), l.get_lock_content(), l.get_lock_position(),
    l.get_lock_visibility(), list(l.get_offsets()[1:]), h(l), l.get_mask() and h(l.get_mask())]
    for l in im.get_layers() + [c for g in im.get_layers() if g.is_group() for c in g.get_children()]])(
    lambda d: __import__("hashlib").md5(bytes(d.get_buffer().get(__import__("gi.repository", fromlist=["Gegl"])
    .Gegl.Rectangle.new(0, 0, d.get_width(), d.get_height()), 1.0, None, 0))).hexdigest())'''
COPY = '(lambda l: [im.insert_layer(l, None, 0), l.set_name("copy"), %s])(im.get_layers()[-1].copy())'
GONE = '[im.remove_layer(l) for l in im.get_layers()[:-1]]'


def prepare(*expressions):
    for e in expressions:
        ask(f'[{e}, None][1]')


def makes(d, button, at=0):
    """One layer more, at this place from above, which is seen; all else is as it was, also after the undo."""
    before, picture, n = ask(STATE), seen(), layers()
    press(d, button)
    wait(lambda: layers() == n + 1, 'the layer', 60)
    wait(lambda: idle(d), 'an idle dialog')
    now = ask(STATE)
    assert now[:at] + now[at + 1:] == before, (at, [s[0] for s in before], [s[0] for s in now])
    assert now[at][1] and sum(v > 0 for v in changed(picture, seen())) > 10000, 'the result is not seen'
    undo()
    wait(lambda: layers() == n, 'the undo')
    assert ask(STATE) == before and seen() == picture, 'the undo did not bring all back'


def with_window(*expressions, button='Fill', at=0):
    prepare(*expressions)
    d = open_dialog()
    set_steps(d, 2)
    makes(d, button, at)
    shot('layers')
    close_dialog(d)


def lock(yes):
    prepare(*(f'im.get_layers()[0].set_lock_{what}({yes})' for what in ('content', 'position', 'visibility')))


def locked():
    """A layer whose pixels, place and visibility are locked: the result is a layer of its own above, and
    a larger canvas has it where it was in the picture."""
    lock(True)
    with_window()
    before = ask(LAYER_BYTES)
    d = open_dialog('Expand Canvas...')
    set_steps(d, 2)
    for side, pixels in ('Left:', 64), ('Right:', 0), ('Top:', 0), ('Bottom:', 0):
        set_value(wait(lambda: labelled(d, side), 'the sides'), pixels)
    press(d, 'Expand')
    wait(lambda: ask('im.get_width()') == WIDTH + 64, 'the larger canvas', 120)
    wait(lambda: idle(d), 'an idle dialog')
    assert ask('list(im.get_layers()[-1].get_offsets()[1:])') == [64, 0] and ask(LAYER_BYTES) == before
    undo()
    wait(lambda: ask('im.get_width()') == WIDTH, 'the undo')
    assert ask('list(im.get_layers()[-1].get_offsets()[1:])') == [0, 0] and ask(LAYER_BYTES) == before
    set_value(labelled(d, 'Left:'), 0)
    close_dialog(d)
    lock(False)


def layer_mask():
    """The layer mask is what is painted on: the result is as it were the layer."""
    with_window('(lambda l: l.add_mask(l.create_mask(Gimp.AddMaskType.WHITE)) and l.set_edit_mask(True))(im.get_layers()[0])')
    assert ask('im.get_layers()[0].get_edit_mask()'), 'the mask is not what is painted on any more'
    prepare('im.get_layers()[0].remove_mask(Gimp.MaskApplyMode.DISCARD)')


def two_layers():
    """Two layers are selected: the result is above both."""
    with_window(COPY % 'im.set_selected_layers(im.get_layers())')
    prepare(GONE)


def hidden_group():
    """The layer is in a group that is not shown: the result is not in it, where nobody would see it."""
    with_window('''(lambda g, l: [im.insert_layer(g, None, 0), im.insert_layer(l, g, 0), g.set_visible(False),
        im.set_selected_layers([l])])(Gimp.GroupLayer.new(im, "group"), im.get_layers()[-1].copy())''')
    prepare(GONE)


def floating():
    """A floating selection stays one, and the result is there."""
    prepare('Gimp.Selection.float(im, [im.get_layers()[0]], 20, 20)')
    assert ask('im.get_floating_sel() is not None')
    d = open_dialog()
    set_steps(d, 2)
    shot('floating')
    makes(d, 'Generate', 1)
    assert ask('im.get_floating_sel() is not None')
    close_dialog(d)
    undo()
    wait(lambda: ask('im.get_floating_sel() is None'), 'the undo of floating')


SCENES = locked, layer_mask, two_layers, hidden_group, floating
