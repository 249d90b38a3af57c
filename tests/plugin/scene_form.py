# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields: what is greyed and why, size and seed, expanding the canvas, names of all controls."""
import scene_fill
from screen import Screen
from window import *

NEW_SEED = 27  # the key r


def show_mode(d, name):
    click(wait(lambda: find(d, 'menu item', name), name))


def avoid():
    """What to avoid cannot be typed where it is ignored, and the window says why."""
    d = open_dialog()
    open_expander(d, 'Advanced')
    open_expander(d, 'Avoid')
    field = wait(lambda: find(d, 'text', 'Avoid'), 'the field')
    guidance = wait(lambda: labelled(d, 'Guidance weight:'), 'the guidance')
    before = guidance.get_value_iface().get_current_value()
    set_value(guidance, 1)
    wait(lambda: not sensitive(field), 'a greyed field')
    assert find(d, 'toggle button', contains='ignored while guidance is 1')
    shot('avoid')
    set_value(guidance, before)
    wait(lambda: sensitive(field), 'the field')
    click(find(d, 'toggle button', 'Avoid'))
    close_dialog(d)


def size():
    """Sizes that the model does not know are greyed; the sides change places."""
    d = open_dialog()
    show_mode(d, 'New image')
    open_expander(d, CHOICE)
    width = wait(lambda: find(d, 'spin button', 'Width', showing=True), 'the size')
    height = find(d, 'spin button', 'Height')

    def sides():
        return [n.get_value_iface().get_current_value() for n in (width, height)]

    set_value(width, 64)
    set_value(height, 96)
    press(d, 'Swap width and height')
    wait(lambda: sides() == [96, 64], 'the swap')
    wait(lambda: find(d, 'label', contains='Makes a new image of 96'), 'what will happen')
    set_value(width, 130)
    wait(lambda: sides() == [128, 64], 'a width that the model can paint')
    set_value(width, 96)
    click(find(d, 'toggle button', 'Usual sizes'))
    items = wait(lambda: [n for n, _ in walk(app(PLUGIN)) if n.get_role_name() == 'menu item'
                          and '×' in n.get_name() and has(n, Atspi.StateType.SHOWING)], 'the sizes')
    shot('sizes')
    known = {n.get_name(): sensitive(n) for n in items}
    assert known['1024 × 1024, too large for this model'] is False and any(known.values()), known
    assert all(reaches == ('too' not in name) for name, reaches in known.items()), known
    click(next(n for n in items if sensitive(n)))
    wait(lambda: sides() != [96, 64], 'the usual size')
    set_value(width, 64)
    set_value(height, 64)
    show_mode(d, 'Automatic')
    click(find(d, 'toggle button', CHOICE))
    close_dialog(d)


def seed():
    """Dice give a seed that is kept; Ctrl+R lets it go and generates."""
    d = open_dialog()
    open_expander(d, 'Advanced')
    number = wait(lambda: labelled(d, 'Seed number:'), 'the seed')
    keep = find(d, 'check box', 'Keep')
    assert not has(keep, Atspi.StateType.CHECKED) and not sensitive(number)
    press(d, 'Roll a seed')
    wait(lambda: has(keep, Atspi.StateType.CHECKED) and sensitive(number), 'a seed that is kept')
    kept = number.get_value_iface().get_current_value()
    press(d, 'Fill')
    wait(lambda: layers() == 2, 'the layer', 120)
    wait(lambda: idle(d), 'an idle dialog')
    assert f'"seed":{int(kept)}' in ask(TOP_LAYER)[5].replace(' ', ''), (kept, ask(TOP_LAYER)[5])
    undo()
    wait(lambda: layers() == 1, 'the undo')
    focus(find(d, 'text', 'Prompt'))
    key(NEW_SEED, CONTROL)
    wait(lambda: layers() == 2, 'the layer of Ctrl+R', 120)
    wait(lambda: idle(d), 'an idle dialog')
    assert not has(keep, Atspi.StateType.CHECKED)
    assert f'"seed":{int(kept)}' not in ask(TOP_LAYER)[5].replace(' ', '')
    undo()
    close_dialog(d)


def first_look():
    """What is visible at first: prompt, mode, strength and quality; an expander tells what is in it."""
    def visible(name):
        label = find(d, 'label', name)
        return label and has(label, Atspi.StateType.SHOWING)

    d = open_dialog()
    wait(lambda: find(d, 'label', contains='Fills the selection'), 'what will happen')
    fold = find(d, 'toggle button', CHOICE)
    for name in ('Avoid', CHOICE, 'Advanced', 'Selection edges'):
        toggle = find(d, 'toggle button', name)
        if has(toggle, Atspi.StateType.CHECKED):  # by another scene
            click(toggle)
    time.sleep(0.5)
    shown = [n for n in ('Prompt:', 'Mode:', 'Strength:', 'Size:', 'Variants:', 'Quality:', 'Model:',
                         'Number of steps:', 'Channel:') if visible(n)]
    assert shown == ['Prompt:', 'Mode:', 'Strength:', 'Quality:'], shown
    assert find(d, 'label', '100 % ignores what is there', showing=True), 'what full strength means'
    shot('first-look')
    set_value(labelled(d, 'Variants:'), 3)
    wait(lambda: fold.get_description() == 'random · 3 variants', 'what is chosen in the expander')
    click(find(d, 'check box', 'Drafts first'))
    wait(lambda: fold.get_description() == 'random · 3 drafts', 'that there are drafts first')
    open_expander(d, CHOICE)
    assert visible('Variants:') and visible('Model:')
    click(find(d, 'check box', 'Drafts first'))
    set_value(labelled(d, 'Variants:'), 1)
    close_dialog(d)
    d = open_dialog()
    assert visible('Variants:'), 'the expander is not remembered'
    click(find(d, 'toggle button', CHOICE))
    close_dialog(d)


def time_of(text):
    """Seconds of "about 2 min 10 s"."""
    words = text.split()
    units = {'s': 1, 'min': 60, 'h': 3600}
    return sum(float(n) * units[u] for n, u in zip(words, words[1:]) if u in units)


def promise():
    """The time of a quality is that of the drafts, where there are drafts first; and what the rest takes."""
    def told():
        return quality.get_description() or ''

    d = open_dialog()
    quality = labelled(d, 'Quality:')
    steps = labelled(d, 'Number of steps:')
    before = steps.get_value_iface().get_current_value()
    set_value(steps, 150)  # more than seconds, which are told without a fraction
    set_value(labelled(d, 'Variants:'), 8)
    wait(lambda: time_of(told()), 'the time of all', 120)
    wait(lambda: find(d, 'label', contains='/ 75'), 'the model', 120)
    time.sleep(1)
    whole = time_of(told())
    click(find(d, 'check box', 'Drafts first'))
    wait(lambda: told().startswith('drafts: '), 'the time of the drafts')
    drafts = time_of(told())
    rest = wait(lambda: find(d, 'label', contains='each that you finish takes '), 'the time of the rest').get_name()
    rest = time_of(rest[rest.index('finish takes'):])
    shot('promise')
    log(f'8 pictures {whole} s, their drafts {drafts} s, the rest of one {rest} s')
    assert 0.3 < drafts / whole < 0.5, (drafts, whole)
    assert 0.7 < (drafts + 8 * rest) / whole < 1.4, (drafts, rest, whole)
    click(find(d, 'check box', 'Drafts first'))
    wait(lambda: not told().startswith('drafts'), 'the time of all')
    set_value(steps, before)
    set_value(labelled(d, 'Variants:'), 1)
    close_dialog(d)


def channel():
    """The context is the extent of a channel that is chosen: the list follows the image."""
    ask('[Gimp.Selection.save(im).set_name("frame"), 0][-1]')
    d = open_dialog()
    open_expander(d, 'Selection edges')
    field = labelled(d, 'Channel:')

    def choices():
        return [n.get_name() for n, _ in walk(field) if n.get_role_name() == 'menu item']

    assert not sensitive(field) and choices() == ['No channel', 'frame'], choices()
    click(find(labelled(d, 'Context:'), 'menu item', 'From channel'))
    wait(lambda: sensitive(field), 'the list of channels')
    wait(lambda: find(d, 'label', contains='No channel is chosen'), 'what is missing')
    assert not sensitive(find(d, 'button', 'Fill'))
    assert not find(app('gimp'), None, 'GIMP Message'), 'GIMP complains'
    ask('[Gimp.Selection.save(im).set_name("other"), 0][-1]')
    click(field)
    wait(lambda: 'other' in choices(), 'the new channel')
    click(find(field, 'menu item', 'frame'))
    wait(lambda: find(d, 'label', contains='Fills the selection'), 'what will happen')
    shot('channel')
    press(d, 'Fill')
    wait(lambda: layers() == 2, 'the layer', 120)
    wait(lambda: idle(d), 'an idle dialog')
    assert '"context-channel":"frame"' in ask(TOP_LAYER)[5].replace(' ', ''), ask(TOP_LAYER)[5]
    undo()
    ask('[im.remove_channel(c) for c in im.get_channels()] and 0')
    click(field)
    wait(lambda: choices() == ['No channel', 'frame (not in this image)'], 'the channel that is gone')
    wait(lambda: not sensitive(find(d, 'button', 'Fill')), 'that it cannot be filled')
    click(find(field, 'menu item', 'No channel'))
    click(find(labelled(d, 'Context:'), 'menu item', 'Automatic'))
    click(find(d, 'toggle button', 'Selection edges'))
    close_dialog(d)


def expand():
    """From the menu: the fields of the four sides, the time of it, and the larger canvas."""
    d = open_dialog('Expand Canvas...')
    right = wait(lambda: labelled(d, 'Right:'), 'the sides')
    set_value(right, 32)
    wait(lambda: find(d, 'label', contains='Makes the canvas 512 × 360'), 'what will happen')
    wait(lambda: find(d, 'label', contains='/ 75'), 'the model', 120)
    time.sleep(1)
    shot('expand')
    press(d, 'Expand')
    wait(lambda: ask('im.get_width()') == 512, 'the larger canvas', 240)
    wait(lambda: idle(d), 'an idle dialog')
    undo()
    wait(lambda: ask('im.get_width()') == 480, 'the undo')
    set_value(right, 0)
    close_dialog(d)


def first_sight():
    """The window is never seen with another button than its own, or at another place. Growing by nothing
    costs nothing, so what is said does not change when the model has been read."""
    close_dialog(open_dialog('Expand Canvas...'))
    screen = Screen()
    menu('Filters', 'Generate', 'Expand Canvas...')
    frames = screen.watch('Expand Canvas')
    d = wait(lambda: app(PLUGIN) and find(app(PLUGIN), 'dialog', showing=True), 'the window')
    place = find(d, 'button', 'Expand').get_component_iface().get_extents(Atspi.CoordType.SCREEN)
    seen = []
    for frame in frames:
        part = screen.crop(frame, place)
        if len(set(part)) > 4 and part not in seen:  # of a widget, not of a frame or an empty window
            seen.append(part)
    assert len(seen) == 1, f'where “Expand” is {len(seen)} different things were seen'
    close_dialog(d)


def menus():
    """Again, Recall and Create, from GIMP's menus."""
    d = open_dialog()
    set_text(find(d, 'text', 'Prompt'), 'a lighthouse at dusk')
    press(d, 'Fill')
    wait(lambda: layers() == 2, 'the layer', 120)
    wait(lambda: idle(d), 'an idle dialog')
    close_dialog(d)
    menu('Filters', 'Generate', 'Generate Again')
    wait(lambda: layers() == 3, 'the layer of Generate Again', 120)
    close_dialog(wait(lambda: find(app(PLUGIN), 'dialog', showing=True), 'its window'))
    shown = open_dialog('Recall Settings from Layer...')
    click(find(shown, 'button', 'Use These Settings'))
    d = wait(lambda: next((n for n, _ in walk(app(PLUGIN)) if n.get_role_name() == 'dialog' and
                           find(n, 'text', 'Prompt')), None), 'the window')
    assert 'lighthouse' in get_text(find(d, 'text', 'Prompt')), 'the recalled prompt'
    shot('recall')
    close_dialog(d)
    undo()
    undo()
    wait(lambda: layers() == 1, 'the undo')
    menu('File', 'Create', 'From Text...')
    d = wait(lambda: app(PLUGIN) and find(app(PLUGIN), 'dialog', showing=True), 'the dialog', 60)
    wait(lambda: find(d, 'label', contains='Makes a new image'), 'what Create will do')
    prompt = find(d, 'text', 'Prompt')
    said = 'Without a prompt it shows anything.'
    set_text(prompt, 'a fox')
    wait(lambda: not find(d, 'label', contains=said), 'that the prompt will do')
    set_text(prompt, ' ')
    wait(lambda: find(d, 'label', contains=said, showing=True), 'that it says nothing')
    shot('create')
    close_dialog(d)


def names():
    """All that can be reached has a name: every expander open, menus and popovers too."""
    d = open_dialog()
    for name in ('Avoid', CHOICE, 'Advanced', 'Faster, at a price', 'Selection edges'):
        open_expander(d, name)
    shot('all-open')
    assert not list(scene_fill.unnamed(d)), list(scene_fill.unnamed(d))
    for button in ('Prompts of before', 'Usual sizes'):
        toggle = find(d, 'toggle button', button)
        if has(toggle, Atspi.StateType.SHOWING):
            click(toggle)
            time.sleep(0.5)
            for node, _ in walk(app(PLUGIN)):
                if node.get_role_name() in ('menu item', 'radio menu item') and has(
                        node, Atspi.StateType.SHOWING):
                    assert node.get_name(), 'an item without a name in ' + button
            key(9)
            time.sleep(0.3)
    for name in ('Avoid', CHOICE, 'Advanced', 'Faster, at a price', 'Selection edges'):
        click(find(d, 'toggle button', name))
    close_dialog(d)


def fold_of(d, title):
    """The expander of this title, which may be scrolled away, unless it is hidden."""
    fold = find(d, 'toggle button', title)
    return fold if fold and has(fold, Atspi.StateType.VISIBLE) else None


def edge_rows(d, title):
    """What an expander of this title has, in the order of the window."""
    fold = wait(lambda: fold_of(d, title), 'the expander ' + title)
    if not has(fold, Atspi.StateType.CHECKED):
        click(fold)
    time.sleep(0.5)
    names = ('Context:', 'Channel:', 'Padding:', 'Grow:', 'Feather:', 'Blend:', 'Pre-fill:', 'Match colours',
             'Mask as layer mask', 'Sample merged', 'Show on canvas')
    return [n for n in names for role in ('label', 'check box')
            if find(d, role, n) and has(find(d, role, n), Atspi.StateType.VISIBLE)]


def edges():
    """The rows of the edges are those that the mode obeys; a whole layer can be refined with the others."""
    d = open_dialog()
    assert edge_rows(d, 'Selection edges') == [
        'Context:', 'Channel:', 'Padding:', 'Grow:', 'Feather:', 'Blend:', 'Pre-fill:', 'Match colours',
        'Mask as layer mask', 'Sample merged', 'Show on canvas']
    click(find(labelled(d, 'Context:'), 'menu item', 'From channel'))
    wait(lambda: find(d, 'label', contains='No channel is chosen'), 'what is missing')
    for item, rows in (('New image', None), ('Expand canvas', ['Padding:', 'Pre-fill:', 'Match colours', 'Mask as layer mask'])):
        click(find(labelled(d, 'Mode:'), 'menu item', item))
        wait(lambda: not find(d, 'label', contains='No channel is chosen'), 'what asks for no channel')
        if rows:
            assert edge_rows(d, 'Edges') == rows, (item, edge_rows(d, 'Edges'))
            shot('edges-expand')
        else:
            assert not fold_of(d, 'Selection edges'), 'edges of what has none'
    click(find(labelled(d, 'Mode:'), 'menu item', 'Refine'))
    ask('Gimp.Selection.none(im)')
    press_generate_of_whole(d)
    ask('im.select_ellipse(Gimp.ChannelOps.REPLACE, 100, 80, 200, 150) and Gimp.Selection.feather(im, 10)')
    wait(lambda: fold_of(d, 'Selection edges'), 'the selection')
    click(find(labelled(d, 'Context:'), 'menu item', 'Automatic'))
    click(find(labelled(d, 'Mode:'), 'menu item', 'Automatic'))
    set_value(find(d, 'slider', 'Strength'), 100)
    click(find(d, 'toggle button', 'Selection edges'))
    close_dialog(d)


def press_generate_of_whole(d):
    """A layer is refined with what lies above it, or without: that is to be chosen in the window."""
    assert edge_rows(d, 'Edges') == ['Sample merged']
    shot('edges-whole')
    box = find(d, 'check box', 'Sample merged')
    for merged in True, False:
        if has(box, Atspi.StateType.CHECKED) != merged:
            click(box)
        before = layers()
        press(d, 'Refine')
        wait(lambda: layers() == before + 1, 'the layer', 120)
        wait(lambda: idle(d), 'an idle dialog')
        assert f'"sample-merged":{str(merged).lower()}' in ask(TOP_LAYER)[5].replace(' ', ''), ask(TOP_LAYER)[5]
        undo()
        wait(lambda: layers() == before, 'the undo')
    click(box)


SCENES = first_look, promise, avoid, size, seed, channel, edges, expand, first_sight, menus, names
