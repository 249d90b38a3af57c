# SPDX-License-Identifier: GPL-3.0-or-later
"""What the banner offers when there is no model, or no vocabulary for it."""
import shutil

from window import *


def banner(d, text, button):
    wait(lambda: find(d, 'label', contains=text, showing=True), f'the banner “{text}…”')
    shot('banner-' + button.split()[0].lower())
    bar = next(n for n, _ in walk(d) if n.get_role_name() in ('info bar', 'alert'))
    click(find(bar, 'button', button))


def no_model():
    """Add Model… adds the model that is chosen, and it can be used at once and later."""
    elsewhere = WORK + '/elsewhere'
    shutil.move(MODELS + '/random', elsewhere)
    d = open_dialog()
    assert not sensitive(find(d, 'button', 'Fill')), 'Fill can be pressed without a model'
    banner(d, 'No model is installed yet', 'Add Model…')
    choose_file('Add Model', elsewhere + '/model_index.json')
    wait(lambda: find(d, 'label', contains='/ 75'), 'the tokens', 120)
    generate(d)
    close_dialog(d)
    d = open_dialog()
    wait(lambda: find(d, 'menu item', contains='elsewhere'), 'the added model')
    close_dialog(d)
    shutil.move(elsewhere, MODELS + '/random')


def no_vocabulary():
    """Choose Folder… takes the vocabulary from where the user has it."""
    tokenizer = WORK + '/words'
    shutil.move(MODELS + '/random/tokenizer', tokenizer)
    d = open_dialog()
    banner(d, 'needs the vocabulary of its text encoder', 'Choose Folder…')
    choose_file('Folder with vocab.json and merges.txt', tokenizer)
    wait(lambda: find(d, 'label', contains='/ 75'), 'the tokens', 120)
    generate(d)
    close_dialog(d)
    shutil.copytree(tokenizer, MODELS + '/random/tokenizer')  # the chosen one stays too


def guidance(d):
    """The weight in the window: the spin button comes before its label."""
    nodes = [n for n, _ in walk(d)]
    label = next(i for i, n in enumerate(nodes) if n.get_name() == 'Guidance weight:')
    return nodes[label - 1].get_value_iface().get_current_value()


def model_guidance():
    """The weight of guidance is the one that the model says suits it, if it says one."""
    index = MODELS + '/random/model_index.json'
    with open(index) as f:
        silent = f.read()
    for text, weight in (silent.replace('{', '{ "_guidance_scale": 3,', 1), 3.0), (silent, 7.5):
        with open(index, 'w') as f:
            f.write(text)
        d = open_dialog()
        wait(lambda: guidance(d) == weight, f'the weight {weight}', 20)
        close_dialog(d)


SCENES = no_model, no_vocabulary, model_guidance
