# SPDX-License-Identifier: GPL-3.0-or-later
"""The Models and Check windows with nothing but keys: opened, moved in, made to act, closed."""
import shutil

from keyboard import *
from scene_models import model_button, unnamed, window

SECOND = MODELS + '/second'
F6 = 72


def details(m, contains):
    return find(m, 'label', contains=contains, showing=True)


def other_row(m):
    """The row with the model that was put beside the usual one."""
    press_until(lambda: details(m, SECOND + '\n'), 'the second model', DOWN, most=2)


def press_by_keys(w, name):
    button = find(w, 'button', name)
    press_until(lambda: focused(button), name, TAB, most=25)
    key(SPACE)


def left():
    key(ESCAPE)
    wait(lambda: not app(PLUGIN), 'the plug-in to leave')


def models_from_the_menu():
    """The list, the sum of a model, and out."""
    shutil.copytree(MODELS + '/random', SECOND, dirs_exist_ok=True)
    m = from_the_menu('Models...')
    wait(lambda: find(m, 'table cell', 'second'), 'the models')
    other_row(m)
    press_by_keys(m, 'Verify')
    wait(lambda: details(m, '“second”: compare the SHA-256'), 'that it was verified')
    left()


def models_from_the_window():
    """Tab to the button beside the model, a row, Return: the window of before has that model."""
    shutil.copytree(MODELS + '/random', SECOND, dirs_exist_ok=True)
    d = from_the_menu('Generate...')
    wait(lambda: focused(find(d, 'text', 'Prompt')), 'the focus in the prompt')
    unfold(d, CHOICE)
    press_by_keys(d, 'Models…')
    m = window('Models')
    wait(lambda: find(m, 'table cell', 'second'), 'the models')
    time.sleep(0.5)
    other_row(m)
    key(RETURN)
    wait(lambda: not find(app(PLUGIN), 'dialog', 'Models', showing=True), 'the list to close')
    wait(lambda: model_button(d, 'second'), 'the model that was chosen')
    wait(lambda: find(d, 'label', contains='/ 75'), 'that it is open', 120)
    left()
    shutil.rmtree(SECOND)


def where(w):
    """What has the focus in the window; the button inside a list has no place in the tree."""
    return next((f'{n.get_role_name()} {n.get_name()}' for n, _ in walk(w) if focused(n) and
                 n.get_role_name() not in ('dialog', 'filler', 'panel')), 'a list')


def panes():
    """F6 goes through the parts of the windows Models, History and Help, Shift+F6 back."""
    d = open_dialog()
    for title, parts in ('Models…', 4), ('History…', 4), ('Help', 3):
        press(d, title)
        w = window(title.removesuffix('…'))
        time.sleep(0.5)
        way = [where(w)]
        for keys in [(F6,)] * parts + [(F6, SHIFT)] * parts:
            key(*keys)
            wait(lambda: where(w) != way[-1], f'another part than “{way[-1]}”', 10)
            time.sleep(0.3)
            way.append(where(w))
        log(f'{title}: {way}')
        assert len(set(way)) == parts and way[parts] == way[0] and way == way[::-1], way
        press(w, 'Close')
        wait(lambda: not find(app(PLUGIN), 'dialog', title.removesuffix('…'), showing=True), 'that it closes')
    close_dialog(d)


def check():
    """The report can be read and copied."""
    c = from_the_menu('Check Setup')
    report = find(c, 'text', 'Report')
    wait(lambda: 'passed in' in get_text(report), 'the test of the engine')
    assert not list(unnamed(c)), list(unnamed(c))
    press_until(lambda: focused(report), 'the report', TAB, most=5)
    press_by_keys(c, 'Copy')
    assert find(app(PLUGIN), 'dialog', 'Check Setup', showing=True), 'to copy closes the window'
    left()


SCENES = models_from_the_menu, models_from_the_window, panes, check
