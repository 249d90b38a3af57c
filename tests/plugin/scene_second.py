# SPDX-License-Identifier: GPL-3.0-or-later
"""New layers and images, and a second window beside the first: one model in memory."""
import fcntl
import os

from pixels import *
from scene_image import IMAGES, close_others, of
from scene_queue import set_steps

RECIPES = '[bytes(l.get_parasite("ebru-recipe").get_data()).decode() for l in im.get_layers()[:-1]]'


def recipes():
    """Of the two layers above the picture, the older first."""
    return [json.loads(ask(RECIPES)[i].rstrip('\0')) for i in (1, 0)]


def windows():
    """All processes of the plug-in that show a window."""
    desktop = Atspi.get_desktop(0)
    desktop.clear_cache()
    all_ = [desktop.get_child_at_index(i) for i in range(desktop.get_child_count())]
    return [w for w in (find(a, 'dialog', showing=True) for a in all_ if a and PLUGIN in (a.get_name() or '')) if w]


def new_layer():
    """Mode New layer: a whole layer in the middle, whatever is selected; the selection stays."""
    selection, before = selected(), ask(LAYER_BYTES)
    d = open_dialog()
    click(find(d, 'menu item', 'New layer'))
    for side, value in ('Width', 128), ('Height', 64):
        set_value(wait(lambda: find(d, 'spin button', side), side), value)
    wait(lambda: find(d, 'label', contains='Paints a new layer of 128 × 64 px above “in.png”'), 'what will happen')
    press(d, 'Generate')
    wait(lambda: layers() == 2, 'the layer', 120)
    wait(lambda: idle(d), 'an idle dialog')
    name, offsets, width, height, mask, recipe = ask(TOP_LAYER)
    assert [offsets, width, height, mask] == [[176, 148], 128, 64, False], (offsets, width, height, mask)
    assert '"txt2img"' in recipe or '"new-layer"' in recipe, recipe
    assert selected() == selection and ask(LAYER_BYTES) == before
    shot('new-layer')
    undo()
    wait(lambda: layers() == 1, 'one undo')
    click(find(d, 'menu item', 'Automatic'))
    close_dialog(d)


def from_text():
    """File > Create > From Text makes an image of its own, beside the one that is open, though a layer
    in a group is the active one there."""
    ask('''[(lambda g, l: [im.insert_layer(g, None, 0), im.insert_layer(l, g, 0), im.set_selected_layers([l])])(
        Gimp.GroupLayer.new(im, "group"), im.get_layers()[-1].copy()), None][1]''')
    before = ask('[im.get_id(), len(im.get_layers()), im.is_dirty()]')
    menu('File', 'Create', 'From Text...')
    d = wait(lambda: app(PLUGIN) and find(app(PLUGIN), 'dialog', showing=True), 'the window')
    set_steps(d, 2)
    for side, value in ('Width', 64), ('Height', 128):
        set_value(wait(lambda: find(d, 'spin button', side), side), value)
    press(d, 'Generate')
    wait(lambda: len(ask(IMAGES)) == 2, 'the new image', 120)
    wait(lambda: idle(d), 'an idle dialog')
    new = next(i for i in ask(IMAGES) if i != before[0])
    assert of(new, '[i.get_width(), i.get_height(), len(i.get_layers())]') == [64, 128, 1]
    assert ask(f'(lambda i: [i.get_id(), len(i.get_layers()), i.is_dirty()])(Gimp.Image.get_by_id({before[0]}))') == before
    shot('from-text')
    close_dialog(d)
    close_others()
    ask('[im.remove_layer(im.get_layers()[0]), None][1]')


def second():
    """A second window does not load the model again: it says who has it, and goes on when that one closes."""
    d = open_dialog()
    wait(lambda: find(d, 'label', contains='/ 75'), 'the model', 120)
    menu('Filters', 'Generate', 'Refine...')
    wait(lambda: len(windows()) == 2, 'the second window')
    other = next(w for w in windows() if w.get_name() == 'Refine')
    text = 'Another Ebru window, Generate ('
    wait(lambda: find(other, 'label', contains=text, showing=True), 'who has the model')
    assert find(other, 'button', 'Load Anyway', showing=True), 'no button'
    shot('second-window')
    press(other, 'Refine')
    time.sleep(1)
    assert idle(other) and layers() == 1, 'it has loaded the model all the same'
    assert find(other, 'label', contains=text, showing=True)
    press(d, 'Close')
    wait(lambda: len(windows()) == 1, 'the first to leave')
    press(other, 'Refine')
    wait(lambda: layers() == 2, 'the layer', 120)
    wait(lambda: idle(other), 'an idle window')
    assert not find(other, 'label', contains=text, showing=True), 'it is said still'
    undo()
    close_dialog(other)


def lock_of_models():
    """What a process holds that has a model in memory, held by another program than ours."""
    path = os.path.join(os.environ.get('XDG_RUNTIME_DIR') or os.path.expanduser('~/.cache'), 'ebru-model.lock')
    lock = open(path, 'w')
    fcntl.flock(lock, fcntl.LOCK_EX)  # the process of a window that was closed may still have it
    lock.write('Somebody (7)\n')
    lock.flush()
    return lock


def again():
    """Generate Again is a job of the window that is open. Without one it has its own, which begins at
    once; while another process has a model it says so instead."""
    d = open_dialog()
    set_text(find(d, 'text', 'Prompt'), 'a lighthouse at dusk')
    press(d, 'Fill')
    wait(lambda: layers() == 2, 'the layer', 120)
    wait(lambda: idle(d), 'an idle dialog')
    ask('Gimp.Selection.none(im)')
    set_text(find(d, 'text', 'Prompt'), 'something else')
    menu('Filters', 'Generate', 'Generate Again')
    wait(lambda: layers() == 3, 'the layer that the window makes', 120)
    wait(lambda: idle(d), 'an idle dialog')
    assert len(windows()) == 1 and get_text(find(d, 'text', 'Prompt')) == 'something else'
    first, second = recipes()
    assert first['seed'] != second['seed'] and first['prompt'] == second['prompt'] == 'a lighthouse at dusk'
    assert first['crop'] == second['crop'] != [0, 0, 480, 360], (first, second)
    shot('again-here')
    undo()
    wait(lambda: layers() == 2, 'the undo')
    close_dialog(d)

    said = 'Another Ebru window, Somebody (7),'
    with lock_of_models():
        menu('Filters', 'Generate', 'Generate Again')
        wait(lambda: find(app('gimp'), 'label', contains=said), 'who has the model')
        shot('again-refused')
        assert not windows() and layers() == 2, 'it has begun all the same'
        click(find(find(app('gimp'), None, 'GIMP Message'), 'button', 'OK'))

    menu('Filters', 'Generate', 'Generate Again')
    d = wait(lambda: app(PLUGIN) and find(app(PLUGIN), 'dialog', 'Generate Again', showing=True), 'its window')
    assert get_text(find(d, 'text', 'Prompt')) == 'a lighthouse at dusk'
    wait(lambda: layers() == 3, 'the layer of Generate Again', 120)
    wait(lambda: idle(d), 'an idle window')
    assert not find(app('gimp'), 'label', contains=said)
    first, second = recipes()
    assert first['seed'] != second['seed'] and first['crop'] == second['crop'] != [0, 0, 480, 360], (first, second)
    shot('again')
    undo()
    wait(lambda: layers() == 2, 'the undo')
    close_dialog(d)
    undo()
    wait(lambda: not ask('Gimp.Selection.is_empty(im)'), 'the selection')
    undo()
    wait(lambda: layers() == 1, 'the undo of the first')


SCENES = new_layer, from_text, second, again
