# SPDX-License-Identifier: GPL-3.0-or-later
"""The prompt: its keys, completion, prompts of before, styles, and what stands beside it."""
import json

from fits import box
from keyboard import press_until
from scene_fill import unnamed
from scene_queue import set_steps
from scene_unfinished import fix_seed, free_seed
from window import *

FOLDER = os.environ['GIMP3_DIRECTORY'] + '/ebru'
UP, DOWN, ESCAPE, TAB, Z, H, L, R, F1, F6, ALT, BACK, SLASH = 111, 116, 9, 23, 52, 43, 46, 27, 67, 72, 64, 22, 61


def write(path, text):
    os.makedirs(os.path.dirname(f'{FOLDER}/{path}'), exist_ok=True)
    with open(f'{FOLDER}/{path}', 'w', encoding='utf-8') as f:
        f.write(text)


def prompt_of(d):
    return find(d, 'text', 'Prompt')


def put(d, text, cursor=None):
    """A text in the focused prompt, with the cursor at its end or elsewhere."""
    p = prompt_of(d)
    focus(p)
    set_text(p, text)
    p.get_text_iface().set_caret_offset(len(text) if cursor is None else cursor)
    time.sleep(0.2)
    return p


def becomes(p, text):
    wait(lambda: get_text(p) == text, f'the prompt "{text}", not "{get_text(p)}"', 10)


def completions():
    shown = find(app(PLUGIN), None, 'Completions', showing=True)
    return [n.get_name() for n, _ in walk(shown) if n.get_role_name() == 'list item'] if shown else []


def beginning():
    """A prompt and few steps, which the other scenes find."""
    d = open_dialog()
    put(d, 'a lighthouse at dusk')
    set_steps(d, 2)
    generate(d)
    close_dialog(d)


def editing():
    """Weights, pieces, undo and redo, by their keys."""
    d = open_dialog()
    old = get_text(prompt_of(d))
    p = put(d, 'ein grüner Fuß, snow, a fox', 13)
    key(UP, CONTROL)
    becomes(p, 'ein grüner (Fuß:1.1), snow, a fox')
    key(UP, CONTROL)
    becomes(p, 'ein grüner (Fuß:1.2), snow, a fox')
    key(RIGHT, ALT)
    becomes(p, 'snow, ein grüner (Fuß:1.2), a fox')
    key(DOWN, CONTROL)
    key(DOWN, CONTROL)
    becomes(p, 'snow, ein grüner Fuß, a fox')
    key(LEFT, ALT)
    becomes(p, 'ein grüner Fuß, snow, a fox')
    key(Z, CONTROL)
    becomes(p, 'snow, ein grüner Fuß, a fox')
    key(Z, CONTROL, SHIFT)
    becomes(p, 'ein grüner Fuß, snow, a fox')
    put(d, 'night')
    type_keys(' sky blue')
    becomes(p, 'night sky blue')
    key(Z, CONTROL)
    becomes(p, 'night sky ')
    for _ in range(2):
        key(Z, CONTROL)
    becomes(p, 'night')
    key(TAB)
    wait(lambda: not has(p, Atspi.StateType.FOCUSED), 'Tab leaves the prompt')
    key(L, CONTROL)
    wait(lambda: has(p, Atspi.StateType.FOCUSED), 'the prompt after Ctrl+L')
    set_text(p, old)
    close_dialog(d)


def completing():
    """After two letters, and with Ctrl+Space: tags, word lists, styles; Escape closes the list only."""
    write('tags/mine.csv', 'tag,type,count,aliases\nred_panda,0,900,"firefox,ailurus"\nred_(colour),0,80,\n')
    write('wildcards/weather.txt', 'rain\nsnow\n')
    write('styles/Woodcut.json', '{"prompt": "{prompt}, woodcut"}')
    d = open_dialog()
    old = get_text(prompt_of(d))
    p = put(d, '')
    type_keys('r')
    time.sleep(0.5)
    assert not completions(), 'a list after one letter'
    type_keys('e')
    wait(lambda: completions()[:2] == ['red panda', 'red \\(colour\\)'], 'the tags')
    shot('completion')
    key(ESCAPE)
    wait(lambda: not completions(), 'the list to close')
    assert app(PLUGIN), 'Escape has closed the window'
    type_keys('d')
    wait(completions, 'the list again')
    key(DOWN)
    key(RETURN)
    becomes(p, 'red panda')
    type_keys(', firef')
    wait(lambda: completions() == ['red panda'], 'a tag by its alias')
    key(DOWN)
    key(TAB)
    becomes(p, 'red panda, red panda')
    put(d, 'a fox, wea')
    key(SPACE, CONTROL)
    wait(lambda: '__weather__' in completions(), 'the word list')
    key(RETURN)
    becomes(p, 'a fox, __weather__')
    put(d, 'a fox wood')
    key(SPACE, CONTROL)
    wait(lambda: completions() == ['Woodcut'], 'the style')
    key(RETURN)
    becomes(p, 'a fox ')
    menu_button = find(d, 'toggle button', 'Prompts of before')
    click(menu_button)
    chosen = wait(lambda: find(app(PLUGIN), 'radio menu item', 'Woodcut', showing=True), 'the styles')
    assert has(chosen, Atspi.StateType.CHECKED), 'the style is not chosen'
    click(find(app(PLUGIN), 'radio menu item', 'No style'))
    set_text(p, old)
    close_dialog(d)


def searching():
    """Ctrl+H finds a prompt of before by its words; Ctrl+? shows the keys; F6 goes round."""
    d = open_dialog()
    p = prompt_of(d)
    old = get_text(p)
    press(d, 'Fill')  # so that it is remembered
    wait(lambda: layers() == 2, 'the layer', 120)
    wait(lambda: idle(d), 'an idle dialog')
    undo()
    put(d, 'something else')
    key(H, CONTROL)
    entry = wait(lambda: find(app(PLUGIN), 'text', 'Find a prompt of before', showing=True), 'the field')
    wait(lambda: has(entry, Atspi.StateType.FOCUSED), 'its focus')
    type_keys('DUSK light')
    time.sleep(0.7)
    shot('search')
    key(RETURN)
    becomes(p, old)
    wait(lambda: has(p, Atspi.StateType.FOCUSED), 'the focus in the prompt')
    key(SLASH, CONTROL, SHIFT)
    window = wait(lambda: find(app(PLUGIN), 'dialog', 'Keys', showing=True), 'the keys')
    last = wait(lambda: find(window, 'label', contains='Close a list'), 'the last key')
    wait(lambda: 0 <= box(last).y < box(find(window, 'button', 'Close')).y, 'all keys to be seen')
    shot('keys')
    click(find(window, 'button', 'Close'))
    wait(lambda: not find(app(PLUGIN), 'dialog', 'Keys', showing=True), 'the keys to close')
    focus(p)
    key(F6)
    wait(lambda: not has(p, Atspi.StateType.FOCUSED), 'the next pane')
    press_until(lambda: has(p, Atspi.StateType.FOCUSED), 'the prompt again', F6, most=3)
    close_dialog(d)


def help_pages():
    """Help and F1 show the guide, from inside the plug-in; its links lead to the other pages."""
    def shown():
        return wait(lambda: find(app(PLUGIN), 'dialog', 'Help', showing=True), 'the window')

    d = open_dialog()
    press(d, 'Help')
    window = shown()
    wait(lambda: find(window, 'heading', 'Painting with Ebru'), 'the guide')
    picture = 'The window beside an image in which something is selected'
    assert find(window, None, picture), 'a picture without words'
    assert not list(unnamed(window)), list(unnamed(window))
    shot('help')
    focus(find(window, None, contains='the language of prompts'))  # scrolls to it; its first link
    key(RETURN)
    wait(lambda: find(window, 'heading', 'Prompts and keys'), 'another page')
    assert find(window, 'label', 'Ctrl+Return, Shift+Return'), 'a table'
    assert 'Prompts' in labelled(window, 'Page:').get_name() or find(window, 'menu item', 'Prompts and keys')
    shot('help-prompts')
    press(window, 'Keys')
    keys = wait(lambda: find(app(PLUGIN), 'dialog', 'Keys', showing=True), 'the keys')
    press(keys, 'Close')
    press(window, 'Close')
    wait(lambda: not find(app(PLUGIN), 'dialog', 'Help', showing=True), 'the window to close')
    focus(prompt_of(d))
    key(F1)
    press(shown(), 'Close')
    wait(lambda: not find(app(PLUGIN), 'dialog', 'Help', showing=True), 'the window to close')
    close_dialog(d)


def tokens(d):
    """What the counter beside the prompt says."""
    return wait(lambda: find(d, 'label', contains=' / 75'), 'the tokens', 120).get_name()


def counted():
    """Of a word list the line that is sent counts; where the seed decides it only then, the longest that may be."""
    short, long = 'fox', 'a red fox with a very long tail in the snow'
    write('wildcards/beast.txt', f'{short}\n{long}\n')
    d = open_dialog()
    old = get_text(prompt_of(d))
    tokens(d)
    numbers = {}
    for text in short, long:
        last = tokens(d)
        put(d, text)
        wait(lambda: tokens(d) != last, f'the tokens of “{text}”')
        numbers[text] = tokens(d)
    put(d, short)
    wait(lambda: tokens(d) == numbers[short], 'the tokens of the short one')
    put(d, '__beast__')
    wait(lambda: tokens(d) == numbers[long], f'{numbers[long]} at most, not {tokens(d)}')
    sent = {}
    for seed in range(20):  # until both lines have been counted
        fix_seed(d, seed)
        time.sleep(0.4)
        sent[tokens(d)] = seed
        if len(sent) == 2:
            break
    assert set(sent) == set(numbers.values()), (sent, numbers)
    for number, seed in sent.items():
        fix_seed(d, seed)
        press(d, 'Fill')
        wait(lambda: layers() == 2, 'the layer', 120)
        wait(lambda: idle(d), 'an idle dialog')
        made = json.loads(ask(TOP_LAYER)[5].rstrip('\0'))['prompt']
        assert numbers[made] == number, (made, numbers, number)
        undo()
        wait(lambda: layers() == 1, 'the undo')
    free_seed(d)
    set_text(prompt_of(d), old)
    close_dialog(d)


def style():
    """A style from the menu is put around the prompt, and the recipe has what came of it."""
    write('styles/Woodcut.json', '{"prompt": "{prompt}, woodcut", "negative": "colour"}')
    d = open_dialog()

    def choose(name):
        click(find(d, 'toggle button', 'Prompts of before'))
        click(wait(lambda: find(app(PLUGIN), 'radio menu item', name, showing=True), name))

    before = tokens(d)
    choose('Woodcut')
    wait(lambda: tokens(d) != before, 'the tokens of the style')
    press(d, 'Fill')
    wait(lambda: layers() == 2, 'the layer', 120)
    wait(lambda: idle(d), 'an idle dialog')
    assert ', woodcut' in ask(TOP_LAYER)[5], ask(TOP_LAYER)[5]
    undo()
    close_dialog(d)
    # its file gone, beside other styles and alone: it is still what is chosen, and can be switched off
    for others in True, False:
        folder = f'{FOLDER}/styles'
        for name in os.listdir(folder):
            if name == 'Woodcut.json' or not others:
                os.remove(f'{folder}/{name}')
        if others:
            write('styles/Etching.json', '{"prompt": "{prompt}, etching"}')
        d = open_dialog()
        click(find(d, 'toggle button', 'Prompts of before'))
        lost = wait(lambda: find(app(PLUGIN), 'radio menu item', 'Woodcut (not there)', showing=True), 'the lost style')
        assert has(lost, Atspi.StateType.CHECKED), 'the lost style is not chosen'
        time.sleep(0.5)  # the menu is drawn
        shot('style-lost')
        height = box(lost.get_parent()).height
        assert height > 3 * box(lost).height, f'a menu of {height} pixels'
        if others:
            click(lost)  # chosen already: the menu closes, it stays
        else:
            click(find(app(PLUGIN), 'radio menu item', 'No style', showing=True))
            press(d, 'Fill')
            wait(lambda: layers() == 2, 'the layer without a style', 120)
            wait(lambda: idle(d), 'an idle dialog')
            assert ', woodcut' not in ask(TOP_LAYER)[5], ask(TOP_LAYER)[5]
            undo()
        close_dialog(d)


SCENES = beginning, editing, completing, searching, help_pages, counted, style
