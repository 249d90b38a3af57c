# SPDX-License-Identifier: GPL-3.0-or-later
"""The preferences: what exported files tell, threads, the preview, another VAE."""
import json
import shutil

import scene_fill
from window import *

COMMA = 59  # the key

EXPORT = '''(lambda GExiv2, Gio, path: [
    (lambda p, c: [[c.set_property(n, v) for n, v in (('run-mode', Gimp.RunMode.NONINTERACTIVE), ('image', im),
        ('file', Gio.File.new_for_path(path)), ('include-exif', True), ('include-xmp', True))],
        p.run(c).index(0) == Gimp.PDBStatusType.SUCCESS][1])(*(lambda p: (p, p.create_config()))(
            Gimp.get_pdb().lookup_procedure('file-png-export'))),
    (lambda m: [m.open_path(path), [m.get_tag_interpreted_string(t) if m.has_tag(t) else None
        for t in ('Exif.Photo.UserComment', 'Xmp.iptcExt.DigitalSourceType')]][1])(GExiv2.Metadata())])(
    __import__('gi.repository', fromlist=['GExiv2']).GExiv2,
    __import__('gi.repository', fromlist=['Gio']).Gio, %r)'''


def preferences(d):
    press(d, 'Preferences…')
    return wait(lambda: find(app(PLUGIN), 'dialog', 'Preferences of Ebru', showing=True), 'the preferences')


def close_preferences(p):
    press(p, 'Close')
    wait(lambda: not find(app(PLUGIN), 'dialog', 'Preferences of Ebru', showing=True), 'the preferences to close')


def switch(p, name, on):
    box = wait(lambda: find(p, 'check box', name), name)
    if has(box, Atspi.StateType.CHECKED) != on:
        click(box)
    wait(lambda: has(box, Atspi.StateType.CHECKED) == on, f'{name}: {on}')


def set_preference(d, name, on):
    p = preferences(d)
    switch(p, name, on)
    close_preferences(p)


def exported():
    """What a PNG file of the image says: the settings, and that it is generated."""
    done, tags = ask(EXPORT % (WORK + '/exported.png'))
    assert done, 'it was not exported'
    return tags


def fill(d):
    before = layers()
    press(d, 'Fill')
    wait(lambda: layers() == before + 1, 'the layer', 120)
    wait(lambda: idle(d), 'an idle dialog')


def recipe():
    return json.loads(ask(TOP_LAYER)[5].rstrip('\0'))


def metadata():
    """The settings are in exported files only when that is switched on in the window."""
    d = open_dialog()
    wait(lambda: find(d, 'label', contains='/ 75'), 'the model', 120)
    fill(d)
    text, source = exported()
    assert not text and 'compositeWithTrainedAlgorithmicMedia' in source, (text, source)
    undo()
    set_preference(d, 'Write generation data into exported files', True)
    fill(d)
    text, source = exported()
    assert text and 'Steps: ' in text and source, (text, source)
    undo()
    p = preferences(d)
    switch(p, 'Write generation data into exported files', False)
    switch(p, 'Say in exported files that they are generated', False)
    close_preferences(p)
    fill(d)
    assert exported() == [None, None], exported()
    undo()
    set_preference(d, 'Say in exported files that they are generated', True)
    close_dialog(d)


def processor():
    """Threads and the preview, by keys; the recipe tells how many threads there were."""
    d = open_dialog()
    focus(find(d, 'text', 'Prompt'))
    key(COMMA, CONTROL)
    p = wait(lambda: find(app(PLUGIN), 'dialog', 'Preferences of Ebru', showing=True), 'the preferences')
    assert not list(scene_fill.unnamed(p)), list(scene_fill.unnamed(p))
    time.sleep(0.5)
    shot('preferences')
    spin = labelled(p, 'Processor threads:')
    assert spin.get_value_iface().get_current_value() == 0
    other = 1 if int(os.environ.get('THREADS', 0)) != 1 else 2  # than without a word of it
    set_value(spin, other)
    switch(p, 'Show the picture while it is made', False)
    key(ESCAPE)
    wait(lambda: not find(app(PLUGIN), 'dialog', 'Preferences of Ebru', showing=True), 'the preferences to close')
    wait(lambda: find(d, 'label', contains='/ 75'), 'the model', 120)
    fill(d)
    assert recipe()['threads'] == other, recipe()
    undo()
    p = preferences(d)
    set_value(labelled(p, 'Processor threads:'), 0)
    switch(p, 'Show the picture while it is made', True)
    close_preferences(p)
    close_dialog(d)


def vae():
    """Another VAE: from then on in every window, told if it is none, and back to the model's own."""
    folder = shutil.copytree(MODELS + '/random/vae', WORK + '/other vae', dirs_exist_ok=True)
    none = shutil.copyfile(folder + '/diffusion_pytorch_model.safetensors', WORK + '/none.safetensors')
    d = open_dialog()
    p = preferences(d)
    press(p, 'VAE: The model\'s own')
    choose_file('Choose a VAE', none)  # without its config.json nobody knows its shape
    wait(lambda: find(p, 'button', 'VAE: none.safetensors'), 'the file')
    close_preferences(p)
    wait(lambda: find(d, 'label', contains='“none.safetensors” holds no VAE that fits this model.', showing=True), 'that it is told', 120)
    p = preferences(d)
    press(p, 'VAE: none.safetensors')
    choose_file('Choose a VAE', folder + '/diffusion_pytorch_model.safetensors')
    wait(lambda: find(p, 'button', 'VAE: other vae'), 'the folder')
    close_preferences(p)
    fill(d)
    assert recipe()['vae'] == 'other vae', recipe()
    undo()
    close_dialog(d)
    d = open_dialog('Refine...')
    p = preferences(d)
    press(p, 'Use the model\'s own VAE')
    wait(lambda: find(p, 'button', 'VAE: The model\'s own'), 'the model\'s own')
    close_preferences(p)
    close_dialog(d)
    d = open_dialog()
    fill(d)
    assert recipe()['vae'] == '', recipe()
    undo()
    close_dialog(d)


def checksum():
    """The model's checksum is made when nothing else is; later recipes have it."""
    index = os.environ['GIMP3_DIRECTORY'] + '/ebru/models.json'
    path = MODELS + '/random'

    def known():
        with open(index) as f:
            return json.load(f)['files'][path].get('sha256')

    os.utime(path)  # another file than any that is known
    d = open_dialog()
    wait(lambda: find(d, 'label', contains='/ 75'), 'the model', 120)
    fill(d)
    assert 'model-sha256' not in recipe(), recipe()
    sha256 = wait(known, 'the checksum')
    undo()
    fill(d)
    assert recipe()['model-sha256'] == sha256[:10], (recipe(), sha256)
    undo()
    close_dialog(d)


SCENES = metadata, processor, vae, checksum
