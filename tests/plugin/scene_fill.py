# SPDX-License-Identifier: GPL-3.0-or-later
"""A selection is filled: the layer, undo, stopping, the keyboard, the last values."""
from window import *

LIMIT = float(os.environ.get('EBRU_STOP_LIMIT', 1))  # s from Stop to an idle window


def unnamed(d):
    """Widgets that take the focus and have neither a name nor a label."""
    for node, _ in walk(d):
        role = node.get_role_name()
        if role in ('text', 'spin button', 'combo box', 'slider', 'check box', 'push button', 'button',
                    'toggle button', 'radio button', 'list box', 'list item', 'table', 'tree table',
                    'layered pane', 'link', 'image', 'page tab list') and has(node, Atspi.StateType.FOCUSABLE) and has(
                        node, Atspi.StateType.SHOWING):
            labels = [r for r in node.get_relation_set()
                      if r.get_relation_type() == Atspi.RelationType.LABELLED_BY]
            if not (node.get_name() or labels):
                yield role


def fill():
    """Menu, prompt, Fill: a layer with a mask, gone with one undo."""
    original = ask(LAYER_BYTES)
    d = open_dialog()
    prompt = wait(lambda: find(d, 'text', 'Prompt'), 'the prompt')
    wait(lambda: has(prompt, Atspi.StateType.FOCUSED), 'the focus in the prompt')
    set_text(prompt, '')
    type_keys('a lighthouse at dusk')
    wait(lambda: 'dusk' in get_text(prompt), 'the typed prompt')
    wait(lambda: find(d, 'label', contains='Fills the selection (220'), 'what will happen')
    wait(lambda: find(d, 'label', contains='/ 75'), 'the tokens', 120)  # the model is open
    assert not list(unnamed(d)), list(unnamed(d))
    shot('before')

    press(d, 'Fill')
    wait(lambda: sensitive(find(d, 'button', 'Stop')), 'Stop can be pressed', 60, 0.02)
    assert sensitive(prompt) and sensitive(find(d, 'button', 'Fill')), 'the window waits for the run'
    wait(lambda: layers() == 2, 'the layer', 120)
    wait(lambda: idle(d), 'an idle dialog')
    name, offsets, width, height, mask, recipe = ask(TOP_LAYER)
    assert name == 'a lighthouse at dusk' and mask and '"inpaint"' in recipe, (name, mask, recipe)
    assert offsets[0] <= 90 and offsets[0] + width >= 310, (offsets, width)
    assert ask(LAYER_BYTES) == original, 'the original has changed'
    assert find(d, 'progress bar'), 'no progress bar'
    shot('after')
    undo()
    wait(lambda: layers() == 1, 'one undo')
    assert ask(LAYER_BYTES) == original, 'undo did not bring the original back'
    close_dialog(d)


def stop():
    """Stop is quick and leaves no layer."""
    d = open_dialog()
    click(find(d, 'toggle button', 'Advanced'))
    set_value(wait(lambda: labelled(d, 'Number of steps:'), 'the steps'), 150)
    press(d, 'Fill')
    bar = find(d, 'progress bar')
    wait(lambda: 0.02 < bar.get_value_iface().get_current_value() < 0.9, 'progress', 60, 0.02)
    button = find(d, 'button', 'Stop')
    start = time.time()
    click(button)
    wait(lambda: bar.get_description() == 'Stopped', 'the stop', 30, 0.01)
    latency = time.time() - start
    log('stopped in %.0f ms' % (1000 * latency))
    assert latency < LIMIT, f'{latency:.2f} s to stop'
    assert layers() == 1, 'a stopped run left a layer'
    set_value(labelled(d, 'Number of steps:'), 2)
    close_dialog(d)


def keyboard():
    """Ctrl+Return in the prompt generates."""
    d = open_dialog()
    focus(find(d, 'text', 'Prompt'))
    key(RETURN, CONTROL)
    wait(lambda: layers() == 2, 'the layer of Ctrl+Return', 120)
    wait(lambda: idle(d), 'an idle dialog')
    undo()
    close_dialog(d)


def last_values():
    """Closed and opened: the prompt is there."""
    d = open_dialog('Refine...')
    wait(lambda: find(d, 'label', contains='Paints the selection'), 'what Refine will do')
    close_dialog(d)
    d = open_dialog()
    assert 'lighthouse' in get_text(find(d, 'text', 'Prompt')), 'the last values are lost'
    close_dialog(d)


def prompts():
    """The menu above the prompt brings back what was typed before, with or without a star."""
    d = open_dialog()
    prompt = find(d, 'text', 'Prompt')
    menu_button = find(d, 'toggle button', 'Prompts of before')
    text = get_text(prompt)

    def choose(name):
        click(menu_button)
        item = wait(lambda: find(app(PLUGIN), 'menu item', name, showing=True), name)
        shot('prompts')
        click(item)

    choose('Give this prompt a star')
    set_text(prompt, 'something else')
    choose(text)
    wait(lambda: get_text(prompt) == text, 'the prompt of before')
    choose('Take the star away')
    close_dialog(d)


SCENES = fill, stop, keyboard, last_values, prompts
