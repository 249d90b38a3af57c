# SPDX-License-Identifier: GPL-3.0-or-later
"""What the banner says of files and settings, each with the button that helps."""
import re

from scene_form import time_of
from scene_models import alert, banner, select, shutil
from tensors import safetensors
from window import *


def message(d, name, text, button):
    wait(lambda: find(d, 'label', text, showing=True), f'“{text}”')
    shot('message-' + name)
    banner(d, text, button)


def show_folders():
    """Folders are shown by a program that writes down which; returns where."""
    shown, program = WORK + '/shown', WORK + '/show.sh'
    applications = os.environ['HOME'] + '/.local/share/applications'
    os.makedirs(applications, exist_ok=True)
    os.makedirs(os.environ['HOME'] + '/.config', exist_ok=True)
    with open(program, 'w') as f:
        f.write(f'#!/bin/sh\necho "$1" > {shown}\n')
    os.chmod(program, 0o755)
    with open(applications + '/show.desktop', 'w') as f:
        f.write(f'[Desktop Entry]\nType=Application\nName=Show\nExec={program} %u\nMimeType=inode/directory;\n')
    with open(os.environ['HOME'] + '/.config/mimeapps.list', 'w') as f:
        f.write('[Default Applications]\ninode/directory=show.desktop\n')
    return shown


def files():
    """Files that are no models are refused, and nothing is lost."""
    pickle = WORK + '/old.ckpt'
    with open(pickle, 'wb') as f:
        f.write(b'PK\3\4\0\0\x08\x08' + bytes(100))  # as PyTorch's begin
    lora, short = WORK + '/fox.safetensors', WORK + '/short.safetensors'
    safetensors(lora, {'lora_unet_a.lora_up.weight': [8, 4], 'lora_unet_a.lora_down.weight': [4, 8]})
    promised = safetensors(short, {'a': [100]}, missing=50)
    elsewhere, shown = WORK + '/aside', show_folders()
    shutil.move(MODELS + '/random', elsewhere)
    d = open_dialog()

    def add(path):
        banner(d, 'No model is installed yet', 'Add Model…')
        choose_file('Add Model', path)

    add(pickle)
    message(d, 'pickle', '“old.ckpt” is a pickle file, which can run programs when opened. Convert it to '
            '.safetensors first.', 'How?')
    how = alert('safetensors.torch.save_file')
    shot('message-pickle-how')
    press(how, 'Close')
    add(short)
    message(d, 'corrupt', f'“short.safetensors” is incomplete: the header promises {promised:,} bytes, the file '
            f'has {promised - 50:,}. Download it again.', 'Show Folder')
    wait(lambda: os.path.exists(shown) and os.path.getsize(shown), 'the folder')
    with open(shown) as f:
        assert f.read().strip().removeprefix('file://') in (WORK, WORK + '/'), 'another folder'
    add(lora)
    message(d, 'not-sd', '“fox.safetensors” is a LoRA, which cannot make pictures alone. Choose a whole Stable '
            'Diffusion model.', 'Add Model…')
    choose_file('Add Model', elsewhere + '/model_index.json')
    wait(lambda: find(d, 'label', contains='/ 75'), 'the tokens', 120)
    close_dialog(d)
    shutil.move(elsewhere, MODELS + '/random')


def flip(path):
    """Another last byte, and the same again the second time; the file looks as old as it was."""
    times = os.stat(path)
    with open(path, 'r+b') as f:
        f.seek(-1, 2)
        last = f.read()
        f.seek(-1, 2)
        f.write(bytes([last[0] ^ 1]))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def saying(m, text):
    return find(m, 'label', contains=text, showing=True)


def add_file(m, path):
    press(m, 'Add File…')
    choose_file('Add Model', path)


def add_nothing(m, shown):
    """Neither a pickle, nor half a file, nor an empty folder becomes a model."""
    pickle, short, empty = WORK + '/older.ckpt', WORK + '/shorter.safetensors', WORK + '/empty'
    with open(pickle, 'wb') as f:
        f.write(b'PK\3\4\0\0\x08\x08' + bytes(100))
    safetensors(short, {'a': [100]}, missing=50)
    os.makedirs(empty, exist_ok=True)
    add_file(m, pickle)
    banner(m, '“older.ckpt” is a pickle file', 'How?')
    press(alert('safetensors.torch.save_file'), 'Close')
    assert not saying(m, 'is a pickle file'), 'it is said still'
    add_file(m, short)
    wait(lambda: saying(m, '“shorter.safetensors” is incomplete'), 'the message')
    shot('models-message')
    banner(m, '“shorter.safetensors” is incomplete', 'Show Folder')
    wait(lambda: os.path.exists(shown) and os.path.getsize(shown), 'the folder')
    press(m, 'Add Folder…')
    choose_file('Add a Folder with Models', empty)
    wait(lambda: saying(m, f'No model is in “{empty}”'), 'the message')
    shot('models-empty-folder')
    banner(m, f'No model is in “{empty}”', 'Choose Folder…')
    choose_file('Add a Folder with Models', WORK + '/aged')


def damage(m, shown):
    """A file that has changed although it does not look so."""
    weights = WORK + '/aged/unet/diffusion_pytorch_model.safetensors'
    select(m, 'aged')
    press(m, 'Verify')
    wait(lambda: saying(m, '“aged”: compare the SHA-256') or saying(m, '“aged” is as it was'), 'its checksum', 60)
    flip(weights)
    os.unlink(shown)
    press(m, 'Verify')
    banner(m, '“aged” is DAMAGED', 'Show Folder')
    wait(lambda: os.path.exists(shown) and os.path.getsize(shown), 'its folder')
    flip(weights)


def models_window():
    """What goes wrong in the window Models has its button there: How?, Show Folder, and it goes when it is answered."""
    shutil.move(MODELS + '/random', WORK + '/aged')
    shown = show_folders()
    if os.path.exists(shown):
        os.unlink(shown)
    menu('Filters', 'Generate', 'Models...')
    m = wait(lambda: app(PLUGIN) and find(app(PLUGIN), 'dialog', 'Models', showing=True), 'the window')
    wait(lambda: saying(m, 'No model is installed yet'), 'that there is none')
    shot('models-none')
    banner(m, 'No model is installed yet', 'Add Model…')
    choose_file('Add Model', WORK + '/aged/model_index.json')
    wait(lambda: find(m, 'table cell', 'aged') and not saying(m, 'No model is installed yet'), 'the first model')
    add_nothing(m, shown)
    damage(m, shown)
    press(m, 'Remove from List')
    wait(lambda: not find(m, 'table cell', 'aged') and saying(m, 'No model is installed yet'), 'that it is off the list')
    press(m, 'Close')
    wait(lambda: not app(PLUGIN), 'the plug-in to leave')
    shutil.move(WORK + '/aged', MODELS + '/random')


def selection():
    """A selection that is nowhere, and one that is too thin."""
    ask('Gimp.Selection.none(im)')
    d = open_dialog('Fill Selection...')
    message(d, 'outside', 'The selection does not touch the image.', 'Select All')
    wait(lambda: ask('Gimp.Selection.bounds(im)[1:]') == [True, 0, 0, 480, 360], 'all to be selected')
    wait(lambda: sensitive(find(d, 'button', 'Fill')), 'that it can be filled')
    close_dialog(d)
    ask('im.select_rectangle(Gimp.ChannelOps.REPLACE, 50, 60, 200, 5)')
    d = open_dialog('Fill Selection...')
    text = wait(lambda: find(d, 'label', contains='The selection is only 5 px wide; it was grown to ',
                             showing=True), 'the message').get_name()
    message(d, 'thin', text, 'Undo')
    wait(lambda: not find(d, 'label', text, showing=True), 'that it is not grown')
    before = layers()
    press(d, 'Fill')
    wait(lambda: not idle(d), 'that it begins')
    key(PERIOD, CONTROL, SHIFT)  # what there is of it will do
    wait(lambda: layers() == before + 1, 'the layer', 120)
    wait(lambda: idle(d), 'an idle dialog')
    mask = ask('list(im.get_layers()[0].get_offsets()[1:]) + [im.get_layers()[0].get_height()]')
    assert mask[1:] == [60, 5], f'what was not to be grown is at {mask}'
    undo()
    close_dialog(d)
    ask('im.select_ellipse(Gimp.ChannelOps.REPLACE, 100, 80, 200, 150) and Gimp.Selection.feather(im, 10)')


def settings():
    """A prompt that is long, a size that the model does not know."""
    d = open_dialog()
    choose_model(d, 'random')  # of a model that is gone the banner would say so
    wait(lambda: find(d, 'label', contains='/ 75'), 'the tokens', 120)
    prompt = find(d, 'text', 'Prompt')
    before = get_text(prompt)

    def tokens():
        return find(d, 'label', contains=' / 75').get_name()

    set_text(prompt, 'a red fox')
    wait(lambda: tokens() != '0 / 75', 'the tokens of one')
    time.sleep(0.5)
    one = tokens()
    set_text(prompt, 'a red fox a red fox')
    wait(lambda: tokens() != one, 'the tokens of two')
    set_text(prompt, '{a red fox|a red fox}')
    wait(lambda: tokens() == one, 'the tokens of what is sent')
    set_text(prompt, 'a red fox ' * 40)
    text = wait(lambda: find(d, 'label', contains='the model reads 75 at a time', showing=True), 'the message').get_name()
    n = int(text.split()[3])
    assert text == (f'The prompt has {n} tokens; the model reads 75 at a time. The rest goes into further '
                    'blocks.') and n > 75, text
    tip = find(d, 'label', contains='continues in a further block').get_description()
    assert tip == text, f'the tooltip of the tokens: {tip}'
    more = find(d, 'label', contains='continues in a further block')
    red, green, blue = [int(n) for n in Atspi.Text.get_attribute_run(more.get_text_iface(), 0, True)[0]
                        ['fg-color'].split(',')]
    assert red > green > blue and red > 1.5 * blue, f'not amber: {red}, {green}, {blue}'
    message(d, 'long-prompt', text, '')
    set_text(prompt, before)
    close_dialog(d)
    d = open_dialog('Generate...')
    choose_model(d, 'random')
    click(find(d, 'menu item', 'New image'))
    wait(lambda: find(d, 'label', contains='256 × 256 px'), 'the size that suits the model')
    for side in 'Width', 'Height':
        set_value(find(d, 'spin button', side), 512)
    message(d, 'size', '512×512 is far from the 256×256 this model knows; expect repeated subjects.', 'Use 256×256')
    wait(lambda: find(d, 'label', contains='256 × 256 px'), 'the size')
    click(find(d, 'menu item', 'Automatic'))
    close_dialog(d)


def slower(factor):
    """What the plug-in knows of this computer's speed, for a slower one; returns what was known."""
    path = os.environ['GIMP3_DIRECTORY'] + '/ebru/settings.ini'
    with open(path) as f:
        known = f.read()
    start = known.index('[speed]\n')
    end = known.find('\n[', start)
    end = len(known) if end < 0 else end
    speeds = re.sub(r'=(.*)', lambda m: f'={float(m[1]) / factor}', known[start:end])
    with open(path, 'w') as f:
        f.write(known[:start] + speeds + known[end:])
    return path, known


def long_job():
    """What takes more than ten minutes is told before, with what would help; Use Draft does."""
    d = open_dialog()
    choose_model(d, 'random')
    generate(d)  # from then on its speed is known
    steps, quality = labelled(d, 'Number of steps:'), labelled(d, 'Quality:')
    before = steps.get_value_iface().get_current_value()
    click(find(d, 'menu item', 'New image'))
    set_value(steps, 30)
    set_value(labelled(d, 'Variants:'), 8)
    for side in 'Width', 'Height':
        set_value(wait(lambda: find(d, 'spin button', side), side), 320)
    wait(lambda: find(d, 'label', contains='320 × 320 px'), 'the size')
    time.sleep(1)
    seconds = wait(lambda: time_of(quality.get_description() or ''), 'the time')
    path, known = slower(1200 / seconds)
    set_value(steps, 29)
    set_value(steps, 30)
    text = wait(lambda: find(d, 'label', contains='Try 256×256 or Draft.', showing=True), 'the message').get_name()
    assert 900 < time_of(text.removesuffix('.').replace('.', ' ')) < 1500 and text.startswith('This will take about'), text
    message(d, 'long', text, 'Use Draft')
    wait(lambda: steps.get_value_iface().get_current_value() == 8, 'the steps of a draft')
    wait(lambda: not find(d, 'label', contains='This will take about', showing=True), 'the message to go')
    set_value(steps, before)
    set_value(labelled(d, 'Variants:'), 1)
    for side in 'Width', 'Height':
        set_value(find(d, 'spin button', side), 256)
    click(find(d, 'menu item', 'Automatic'))
    with open(path, 'w') as f:
        f.write(known)
    generate(d)  # the settings are kept
    close_dialog(d)


SCENES = files, models_window, selection, settings, long_job
