# SPDX-License-Identifier: GPL-3.0-or-later
"""Models: none, the first, another; the window that looks after them, and the check of the setup."""
import json
import re
import shutil
import struct

from tensors import safetensors
from window import *


def banner(d, text, button):
    """Waits for the banner that begins so, and presses its button."""
    wait(lambda: find(d, 'label', contains=text, showing=True), f'the banner “{text}…”')
    bar = wait(lambda: next((n for n, _ in walk(d) if n.get_role_name() in ('info bar', 'alert')
                             and has(n, Atspi.StateType.SHOWING)), None), 'the banner')
    if not button:
        assert not [n for n, _ in walk(bar) if n.get_role_name() in ('button', 'push button')
                    and has(n, Atspi.StateType.SHOWING)], 'a button that is not needed'
        return
    click(wait(lambda: find(bar, 'button', button), f'the button {button}'))


def model_button(d, name):
    return find(d, 'toggle button', contains=name)


def unnamed(window):
    """What takes the focus and has neither a name nor a label."""
    for node, _ in walk(window):
        if not (has(node, Atspi.StateType.FOCUSABLE) and has(node, Atspi.StateType.SHOWING)):
            continue
        labels = [r for r in node.get_relation_set()
                  if r.get_relation_type() == Atspi.RelationType.LABELLED_BY]
        if node.get_role_name() not in ('table cell', 'tree table', 'dialog', 'list item', 'scroll pane') and not (
                node.get_name() or labels or node.get_role_name() == 'label'):
            yield node.get_role_name()


def no_model():
    """From nothing to the first picture: the menu, Add Model…, the file; then the prompt has the focus."""
    elsewhere = WORK + '/elsewhere'
    shutil.move(MODELS + '/random', elsewhere)
    d = open_dialog()  # the first click
    assert not sensitive(find(d, 'button', 'Fill')), 'Fill can be pressed without a model'
    assert model_button(d, 'No model yet'), 'what the row of the model says'
    wait(lambda: find(d, 'label', 'No model is installed yet. Generating needs a Stable Diffusion '
                      'file (about 2 to 7 GB).', showing=True), 'the message')
    shot('message-no-model')
    banner(d, 'No model is installed yet', 'Add Model…')      # the second
    choose_file('Add Model', elsewhere + '/model_index.json')  # the third
    prompt = find(d, 'text', 'Prompt')
    wait(lambda: has(prompt, Atspi.StateType.FOCUSED), 'the focus in the prompt')
    wait(lambda: find(d, 'label', contains='/ 75'), 'the tokens', 120)
    key(RETURN, CONTROL)
    wait(lambda: not idle(d), 'that it begins')
    key(PERIOD, CONTROL, SHIFT)  # what there is of it will do
    wait(lambda: layers() == 2, 'the first picture', 120)
    wait(lambda: idle(d), 'an idle dialog')
    undo()
    close_dialog(d)
    d = open_dialog()
    wait(lambda: model_button(d, 'elsewhere'), 'the added model')
    close_dialog(d)
    shutil.move(elsewhere, MODELS + '/random')
    gone()


def gone():
    """The model of the last time is not there any more: the window says so and which it takes."""
    d = open_dialog()
    wait(lambda: find(d, 'label', 'The model “elsewhere” is not there any more; “random” is used '
                      'instead.', showing=True), 'the message')
    shot('message-gone')
    click(model_button(d, 'random'))
    wait(lambda: find(app(PLUGIN), 'table cell', 'random', showing=True), 'the list of models')
    shot('model-list')
    key(RETURN)
    wait(lambda: not find(d, 'label', contains='is not there any more', showing=True), 'the choice')
    close_dialog(d)


def no_vocabulary():
    """Choose Folder… takes the vocabulary from where the user has it."""
    tokenizer = WORK + '/words'
    shutil.move(MODELS + '/random/tokenizer', tokenizer)
    d = open_dialog()
    banner(d, 'For “random” there is no vocabulary that fits its text encoder', 'Choose Folder…')
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
    shutil.copytree(MODELS + '/random', MODELS + '/guided')
    index = MODELS + '/guided/model_index.json'
    with open(index) as f:
        silent = f.read()
    with open(index, 'w') as f:
        f.write(silent.replace('{', '{ "_guidance_scale": 3,', 1))
    d = open_dialog()
    for name, weight in ('random', 7.5), ('guided', 3.0), ('random', 7.5):
        choose_model(d, name)
        wait(lambda: guidance(d) == weight, f'the weight {weight} of {name}', 20)
    close_dialog(d)
    shutil.rmtree(MODELS + '/guided')


def alert(text):
    """The small window that says this."""
    return wait(lambda: next((n for n, _ in walk(app(PLUGIN)) if n.get_role_name() == 'alert' and
                              find(n, 'label', contains=text, showing=True)), None), f'“{text}…”')


def window(title):
    return wait(lambda: find(app(PLUGIN), 'dialog', title, showing=True), 'the window ' + title)


def models():
    """The button “…”: the list, its sums, another folder, and a model that comes back."""
    copies = WORK + '/more'
    for i in range(13):
        shutil.copytree(MODELS + '/random', f'{copies}/model {i}', dirs_exist_ok=True)
    d = open_dialog()
    press(d, 'Models…')
    m = window('Models')
    wait(lambda: find(m, 'table cell', 'random'), 'the model')
    assert not list(unnamed(m)), list(unnamed(m))
    press(m, 'Add Folder…')
    choose_file('Add a Folder with Models', copies)
    cell = wait(lambda: find(m, 'table cell', 'model 7'), 'the models of the folder')
    cell.get_component_iface().grab_focus()
    wait(lambda: find(m, 'label', contains='/more/model 7\nSHA-256: '), 'the details')
    press(m, 'Verify')
    wait(lambda: find(m, 'label', contains='“model 7”', showing=True), 'that it was verified')
    shot('models')
    press(m, 'Other Programs…')
    press(alert('No folder with models'), 'Close')
    press(m, 'Remove from List')
    wait(lambda: not find(m, 'table cell', 'model 7'), 'that it is off the list')
    assert os.path.exists(copies + '/model 7'), 'the file is gone'
    cell = wait(lambda: find(m, 'table cell', 'model 3'), 'another')
    cell.get_component_iface().grab_focus()
    wait(lambda: find(m, 'label', contains='/more/model 3\n'), 'its details')
    press(m, 'Use This Model')
    wait(lambda: model_button(d, 'model 3'), 'the model that was chosen')
    wait(lambda: find(d, 'label', contains='/ 75'), 'that it is open', 120)
    search(d)
    close_dialog(d)
    shutil.rmtree(copies)


def trash():
    """Move to Trash asks and says how large it is; the model is in the trash then, or all is as it was."""
    heap, place = WORK + '/heap', os.environ['HOME'] + '/.local/share/Trash'  # of the disk that WORK is on
    for name in 'old', 'other':
        shutil.copytree(MODELS + '/random', f'{heap}/{name}')
    os.makedirs(os.path.dirname(place), exist_ok=True)
    with open(place, 'w') as f:
        f.write('where no trash can be')
    d = open_dialog()
    press(d, 'Models…')
    m = window('Models')
    press(m, 'Add Folder…')
    choose_file('Add a Folder with Models', heap)

    def answer(button):
        press(m, 'Move to Trash…')
        box = alert('Move “old” (')
        text = find(box, 'label', contains='Move “old” (').get_name()
        assert re.search(r'\(\d[\d.]*\s[kM]B\)', text), text
        assert find(box, 'label', contains='Other programs that use the file lose it too.')
        shot('trash')
        press(box, button)
        wait(lambda: not find(app(PLUGIN), 'label', contains='Move “old” (', showing=True), 'the question to go')

    select(m, 'old')
    answer('Cancel')
    assert os.path.exists(heap + '/old/model_index.json') and find(m, 'table cell', 'old')
    answer('Move to Trash')
    wait(lambda: find(m, 'label', contains='rash', showing=True), 'why it cannot be')
    shot('trash-failed')
    assert os.path.exists(heap + '/old/model_index.json') and find(m, 'table cell', 'old'), 'it is lost'
    os.unlink(place)
    answer('Move to Trash')
    wait(lambda: not find(m, 'table cell', 'old'), 'that it is off the list')
    assert not os.path.exists(heap + '/old') and os.path.exists(place + '/files/old/model_index.json')
    assert os.listdir(place + '/info') == ['old.trashinfo'] and find(m, 'table cell', 'other'), 'more than that went'
    press(m, 'Close')
    close_dialog(d)
    shutil.rmtree(heap)


def search(d):
    """More than 12 models: typing finds one."""
    click(model_button(d, 'model 3'))
    entry = wait(lambda: next((n for n, _ in walk(app(PLUGIN)) if n.get_name() == 'Search' and
                               has(n, Atspi.StateType.FOCUSED)), None), 'the field to search')
    type_keys('rand')
    wait(lambda: get_text(entry) == 'rand' and not find(app(PLUGIN), 'table cell', 'model 3', showing=True),
         'what is left')
    shot('model-search')
    key(RETURN)
    wait(lambda: model_button(d, 'random'), 'the model that was found')


def many():
    """With thousands of new files the window says that it is looking, and what is there only then."""
    d = open_dialog()
    choose_model(d, 'random')
    generate(d)  # so that it is the model of the last time
    close_dialog(d)
    clutter = MODELS + '/clutter'
    os.makedirs(clutter)
    for i in range(20000):
        safetensors(f'{clutter}/{i}.safetensors', {'lora_unet_a.lora_up.weight': [8, 4]})
    shutil.move(MODELS + '/random', MODELS + '/unknown')  # after the clutter
    d = open_dialog()
    said = set()

    def found():
        if model_button(d, 'unknown'):
            return True
        said.update(n.get_name() for n, _ in walk(d) if n.get_role_name() in ('label', 'toggle button'))

    wait(found, 'the model', 120, 0.02)
    assert 'Looking for models…' in said, said
    assert not [s for s in said if 'No model' in s], said
    wait(lambda: find(d, 'label', contains='“random” is not there any more; “unknown” is used'), 'that it is said')
    close_dialog(d)
    shutil.rmtree(clutter)
    shutil.move(MODELS + '/unknown', MODELS + '/random')
    os.unlink(os.environ['GIMP3_DIRECTORY'] + '/ebru/models.json')


def make_large():
    """A copy of the model, with 2 GB of holes in further tensors of its UNet."""
    shutil.copytree(MODELS + '/random', MODELS + '/large')
    path = MODELS + '/large/unet/diffusion_pytorch_model.safetensors'
    with open(path, 'rb') as f:
        header = json.loads(f.read(struct.unpack('<Q', f.read(8))[0]))
        data = f.read()
    at, side = len(data), 1 << 13
    for i in range(16):
        header[f'holes.{i}.weight'] = {'dtype': 'F16', 'shape': [side, side],
                                       'data_offsets': [at + i * 2 * side * side, at + (i + 1) * 2 * side * side]}
    text = json.dumps(header).encode()
    with open(path, 'wb') as f:
        f.write(struct.pack('<Q', len(text)) + text + data)
        f.truncate(8 + len(text) + at + 32 * side * side)


def select(m, name):
    cell = wait(lambda: find(m, 'table cell', name), 'the model ' + name)
    cell.get_component_iface().grab_focus()
    wait(lambda: find(m, 'label', contains=f'/{name}\n'), 'its details')


def verify_both(m):
    """What is asked for while another checksum is made gets its turn."""
    select(m, 'large')
    press(m, 'Verify')
    select(m, 'random')
    press(m, 'Verify')
    wait(lambda: find(m, 'label', '“random” is verified next.', showing=True), 'that it has to wait')
    wait(lambda: find(m, 'label', contains='“random”: compare the SHA-256', showing=True), 'the second', 120)
    for name in 'random', 'large':
        select(m, name)
        wait(lambda: find(m, 'label', contains='SHA-256: '), 'its sum')
        assert not find(m, 'label', contains='is being computed', showing=True), 'the sum is not in the details'


def convert():
    """Convert to 8-bit: beside the model, complete or not at all, and it is in the list then."""
    make_large()
    d = open_dialog()
    choose_model(d, 'random')
    press(d, 'Models…')
    m = window('Models')
    verify_both(m)
    select(m, 'large')
    press(m, 'Convert to 8-bit')
    wait(lambda: [n for n in os.listdir(MODELS) if n.startswith('large-8bit')], 'that it begins', 60, 0.02)
    wait(lambda: find(m, 'progress bar', contains='Progress', showing=True), 'the progress')
    shot('convert')
    press(m, 'Stop')
    wait(lambda: find(m, 'label', 'Stopped', showing=True), 'that it stops')
    assert not [n for n in os.listdir(MODELS) if n.startswith('large-8bit')], os.listdir(MODELS)
    select(m, 'random')
    press(m, 'Convert to 8-bit')
    wait(lambda: find(m, 'label', f'The 8-bit copy is there: {MODELS}/random-8bit', showing=True),
         'that it is said')
    wait(lambda: find(m, 'label', contains='/random-8bit\nSHA-256'), 'that it is selected')
    assert not sensitive(find(m, 'button', 'Convert to 8-bit')), 'a copy of a copy'
    shot('converted')
    press(m, 'Use This Model')
    wait(lambda: model_button(d, 'random-8bit'), 'the copy in the window')
    wait(lambda: find(d, 'label', contains='/ 75'), 'that it is open', 120)
    press(d, 'Fill')
    wait(lambda: layers() == 2, 'the layer', 120)
    wait(lambda: idle(d), 'an idle dialog')
    made = json.loads(ask(TOP_LAYER)[5].rstrip('\0'))
    assert made['precision'] == 'int8' and made['model-file'] == 'random-8bit', made
    undo()
    choose_model(d, 'random')
    close_dialog(d)
    for name in 'large', 'random-8bit':
        shutil.rmtree(f'{MODELS}/{name}')


def check_setup():
    """Check Setup says what there is, and Copy copies it."""
    item = find(find(find(app('gimp'), 'menu bar'), 'menu', 'Filters'), 'menu', 'Generate')
    click(find(item, 'menu item', 'Check Setup'))
    c = window('Check Setup')
    report = wait(lambda: find(c, 'text', 'Report'), 'the report')
    wait(lambda: 'passed' in get_text(report), 'the test of the engine', 120)
    for word in 'GIMP', 'Processor', 'Threads', 'Memory', MODELS, 'can be written to':
        assert word in get_text(report), (word, get_text(report))
    shot('check')
    press(c, 'Copy')
    press(c, 'Close')
    wait(lambda: not app(PLUGIN), 'the plug-in to leave')


SCENES = no_model, no_vocabulary, model_guidance, models, trash, many, convert, check_setup
