# SPDX-License-Identifier: GPL-3.0-or-later
"""What the image must endure: it is closed during a job, it has indexed colours, a guide is shown on
it, its result has no layer mask. Images of their own beside the one of the other scenes."""
from scene_rows import *

NEW_IMAGE = '''(lambda image: [Gimp.Display.new(image).get_id(), image.get_id()])(
    (lambda image: [image.insert_layer(Gimp.Layer.new_from_drawable(im.get_layers()[-1], image), None, 0),
                    %s, image][-1])(Gimp.Image.new(480, 360, Gimp.ImageBaseType.RGB)))'''
INDEXED = 'image.convert_indexed(Gimp.ConvertDitherType.NONE, Gimp.ConvertPaletteType.GENERATE, 16, False, False, "")'
DISPLAYS = '[n for n in range(1, 60) if Gimp.Display.id_is_valid(n)]'
SMALL_LAYER = '''(lambda l: [im.insert_layer(l, None, 0), l.set_offsets(32, 16)])(Gimp.Layer.new(
    im, "small", 128, 96, Gimp.ImageType.RGBA_IMAGE, 100, Gimp.LayerMode.NORMAL))'''
SELECT = 'im.select_ellipse(Gimp.ChannelOps.REPLACE, 100, 80, 200, 150) and Gimp.Selection.feather(im, 10)'
IMAGES = '[i.get_id() for i in Gimp.get_images()]'


def new_image(change='None'):
    """Another image in a window of its own; returns the numbers of the window and of the image."""
    before = len(ask(IMAGES))
    display, image = ask(NEW_IMAGE % change)
    wait(lambda: len(ask(IMAGES)) == before + 1, 'another image')
    time.sleep(0.5)
    return display, image


def of(image, expression):
    return ask(f'(lambda i: {expression})(Gimp.Image.get_by_id({image}))')


def close_display(number):
    ask(f'Gimp.Display.get_by_id({number}).delete()')


def close_others():
    """All windows but the first image's."""
    ask('[Gimp.Display.get_by_id(n).delete() for n in range(2, 60) if Gimp.Display.id_is_valid(n)]')
    wait(lambda: len(ask(IMAGES)) == 1, 'one image')


def closed():
    """The image is closed while its layer is made: the result is a new image, and that is said."""
    display, image = new_image()
    d = open_dialog()
    set_steps(d, 30)
    press(d, 'Generate')
    wait(lambda: sensitive(find(d, 'button', 'Stop')), 'the job')
    close_display(display)
    wait(lambda: image not in ask(IMAGES), 'the image to close')
    wait(lambda: find(d, 'label', contains='The image was closed; the result is a new image.', showing=True),
         'that it is said', 240)
    shot('closed')
    assert len(ask(IMAGES)) == 2
    set_steps(d, 2)
    close_dialog(d)
    names = [app('gimp').get_child_at_index(i).get_name() for i in range(app('gimp').get_child_count())]
    assert 'GIMP Message' not in names, 'GIMP complains'
    close_others()
    d = open_dialog()
    assert find(d, 'menu item', contains='Custom, 2 steps'), 'the last values are lost'
    close_dialog(d)


def close_all():
    ask(f'[Gimp.Display.get_by_id(n).delete() for n in {DISPLAYS}]')
    wait(lambda: not ask(IMAGES), 'no image')


def first_again():
    """The image of the scenes, after close_all()."""
    close_all()
    ask('Gimp.Display.new(Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, __import__("gi.repository", '
        f'fromlist=["Gio"]).Gio.File.new_for_path("{os.environ["IMAGE"]}"))).get_id()')
    ask(SELECT)


def from_nothing():
    """Without an image Generate makes one, with a window of GIMP's; pressed again it paints a layer into that."""
    close_all()
    d = open_dialog()
    wait(lambda: find(d, 'label', contains='Makes a new image of 256 × 256 px'), 'what will happen')
    set_steps(d, 2)
    press(d, 'Generate')
    wait(lambda: len(ask(DISPLAYS)) == 1, 'the picture in a window', 120)
    wait(lambda: idle(d), 'an idle dialog')
    assert ask('[im.get_width(), im.get_height(), len(im.get_layers())]') == [256, 256, 1]
    assert '"steps":2' in ask(TOP_LAYER)[5].replace(' ', ''), ask(TOP_LAYER)[5]
    wait(lambda: find(d, 'label', contains='Paints a new layer of'), 'that the window works on it')
    press(d, 'Generate')
    wait(lambda: layers() == 2, 'a layer in it', 120)
    wait(lambda: idle(d), 'an idle dialog')
    assert len(ask(IMAGES)) == 1, 'another image'
    close_dialog(d)
    first_again()


def no_image():
    """Without an image drafts make one, which is seen; the rest goes into it, and then the window works on it."""
    close_all()
    d = open_dialog()
    wait(lambda: find(d, 'label', contains='Makes a new image of'), 'what will happen')
    set_steps(d, 5)
    set_value(labelled(d, 'Variants:'), 2)
    click(find(d, 'check box', 'Drafts first'))
    press(d, 'Generate')
    wait(lambda: len(thumbs(d)) == 2 and 'draft' in thumbs(d)[0].get_name(), 'two drafts', 120)
    assert not ask(IMAGES), 'drafts are in an image'
    focus(thumbs(d)[0])
    key(RIGHT)
    key(RETURN)
    wait(lambda: len(ask(DISPLAYS)) == 1, 'the finished picture in a window', 120)
    wait(lambda: any('finished' in n.get_name() for n in thumbs(d)), 'a finished variant')
    focus(thumbs(d)[1])
    key(LEFT)
    key(RETURN)
    wait(lambda: ask(IMAGES) and layers() == 2, 'the other in the same image', 120)
    assert len(ask(DISPLAYS)) == 1 and len(ask(IMAGES)) == 1, ask(IMAGES)
    wait(lambda: find(d, 'label', contains='Paints a new layer of'), 'that the window works on it')
    shot('own-image')
    click(find(d, 'check box', 'Drafts first'))
    set_steps(d, 2)
    press(d, 'Generate')
    wait(lambda: layers() == 3, 'a group in it', 120)
    wait(lambda: idle(d), 'an idle dialog')
    set_value(labelled(d, 'Variants:'), 1)
    press(d, 'Generate')
    wait(lambda: layers() == 4, 'a layer above the group, whose layer is active', 120)
    wait(lambda: idle(d), 'an idle dialog')
    close_dialog(d)
    first_again()


def active():
    """What is active in GIMP counts at the press of the button, not what was when the window opened."""
    ask(f'[Gimp.Selection.none(im), {SMALL_LAYER}, im.set_selected_layers([im.get_layers()[1]])]')
    d = open_dialog('Refine...')
    wait(lambda: find(d, 'label', contains='(480 × 360 px) anew'), 'that all is refined')
    ask('im.set_selected_layers([im.get_layers()[0]])')
    press(d, 'Refine')  # what is said follows with the focus, what is done does not wait for it
    wait(lambda: layers() == 3, 'the layer', 120)
    wait(lambda: idle(d), 'an idle dialog')
    made = ask('(lambda l: list(l.get_offsets()[1:]) + [l.get_width(), l.get_height()])(im.get_layers()[0])')
    assert made == [32, 16, 128, 96], made
    undo()
    wait(lambda: layers() == 2, 'the undo')
    close_dialog(d)
    ask('[im.remove_layer(im.get_layers()[0]), im.clean_all()]')
    ask(SELECT)


def moved():
    """The canvas grows to the left while a fill waits: the fill lands where the selection went, and a
    second job of the same growth does not grow it again."""
    d = open_dialog('Expand Canvas...')
    set_steps(d, 40)
    for side, pixels in ('Left:', 40), ('Right:', 0), ('Top:', 0), ('Bottom:', 0):
        set_value(labelled(d, side), pixels)
    wait(lambda: find(d, 'label', contains='Makes the canvas 520 × 360'), 'what will happen')
    press(d, 'Expand')
    press(d, 'Expand')
    click(find(d, 'menu item', 'Fill selection'))
    press(d, 'Fill')
    wait(lambda: layers() == 4, 'three layers', 90)
    wait(lambda: idle(d), 'an idle dialog')
    assert ask('[im.get_width(), im.get_height()]') == [520, 360], ask('[im.get_width(), im.get_height()]')
    places = ask('[list(l.get_offsets()[1:]) + [l.get_width()] for l in im.get_layers()]')
    fill, second, first, below = places
    assert second == first and below[0] == 40, places
    assert fill[0] <= 140 <= 340 <= fill[0] + fill[2] and fill[0] >= 100, places  # 100 to 300 before
    for _ in range(3):
        undo()
        time.sleep(0.5)
    wait(lambda: ask('[im.get_width(), len(im.get_layers())]') == [480, 1], 'the undo')
    set_value(labelled(d, 'Left:'), 0)
    set_steps(d, 2)
    close_dialog(d)


def mode():
    """What is called Fill fills, whatever was chosen in its window the last time."""
    d = open_dialog('Fill Selection...')
    click(wait(lambda: find(d, 'menu item', 'New image'), 'the modes'))
    wait(lambda: find(d, 'label', contains='Makes a new image'), 'the other mode')
    wait(lambda: find(d, 'label', contains='GB of memory'), 'the memory it takes', 120)
    close_dialog(d)
    d = open_dialog('Fill Selection...')
    wait(lambda: find(d, 'label', contains='Fills the selection'), 'that it fills')
    close_dialog(d)


def indexed():
    """An indexed image is made RGB by the button in the message, in one step, and the job goes on."""
    display, image = new_image(INDEXED)
    bytes_of = LAYER_BYTES.replace('im.', 'i.')
    before = of(image, bytes_of)
    assert of(image, 'int(i.get_base_type())') == 2
    d = open_dialog()
    wait(lambda: find(d, 'button', 'Convert to RGB', showing=True), 'the offer')
    shot('indexed')
    refuse_list(d)
    press(d, 'Generate')
    click(wait(lambda: find(d, 'button', 'Convert to RGB', showing=True), 'the offer'))
    wait(lambda: of(image, 'len(i.get_layers())') == 2, 'the layer', 120)
    assert of(image, 'int(i.get_base_type())') == 0
    wait(lambda: idle(d), 'an idle dialog')
    assert not find(d, 'button', 'Convert to RGB', showing=True), 'it is offered still'
    undo()
    wait(lambda: of(image, 'len(i.get_layers())') == 1, 'the undo of the layer')
    assert of(image, 'int(i.get_base_type())') == 0
    undo()
    wait(lambda: of(image, 'int(i.get_base_type())') == 2, 'the undo of the conversion')
    assert of(image, bytes_of) == before, 'the undo did not bring the image back'
    close_dialog(d)
    close_others()


def refuse_list(d):
    """A new image has colours of its own: what is wrong with its prompt is said, and stays."""
    prompt, text = find(d, 'text', 'Prompt'), get_text(find(d, 'text', 'Prompt'))
    click(find(labelled(d, 'Mode:'), 'menu item', 'New image'))
    wait(lambda: not find(d, 'button', 'Convert to RGB', showing=True), 'that it makes no difference')
    set_text(prompt, '__nolist__')
    time.sleep(0.5)
    press(d, 'Generate')
    wait(lambda: find(d, 'label', contains='asks for the word list __nolist__', showing=True), 'what is missing', 10)
    time.sleep(0.5)
    assert find(d, 'label', contains='asks for the word list __nolist__', showing=True), 'it is not said any more'
    set_text(prompt, text)
    click(find(labelled(d, 'Mode:'), 'menu item', 'Automatic'))
    wait(lambda: find(d, 'button', 'Convert to RGB', showing=True), 'the offer')


def open_edges(d):
    open_expander(d, 'Selection edges')
    return wait(lambda: find(d, 'check box', 'Match colours'), 'the edges')


def baked():
    """Without a layer mask the border is in the layer's transparency; one undo removes it."""
    original = ask(LAYER_BYTES)
    d = open_dialog()
    open_edges(d)
    click(find(d, 'check box', 'Mask as layer mask'))
    press(d, 'Fill')
    wait(lambda: layers() == 2, 'the layer', 120)
    wait(lambda: idle(d), 'an idle dialog')
    values = ask('''(lambda G, l: [l.get_mask() is None] + sorted(set(bytes(l.get_buffer().get(
        G.Rectangle.new(0, 0, l.get_width(), l.get_height()), 1.0, "R'G'B'A u8", G.AbyssPolicy.NONE))[3::4])))(
        __import__("gi.repository", fromlist=["Gegl"]).Gegl, im.get_layers()[0])''')
    assert values[0] is True and values[1] == 0 and values[-1] == 255 and len(values) > 50, values
    undo()
    wait(lambda: layers() == 1, 'one undo')
    assert ask(LAYER_BYTES) == original
    click(find(d, 'check box', 'Mask as layer mask'))
    close_dialog(d)


def last_step():
    edit = find(find(app('gimp'), 'menu bar'), 'menu', 'Edit')
    return find(edit, 'menu item', contains='Undo').get_name()


def guide():
    """Show on canvas: a layer that no file, no history and no result ever has."""
    before = ask('[im.is_dirty(), [l.get_id() for l in im.get_selected_layers()]]')
    step = last_step()
    original = ask(LAYER_BYTES)
    d = open_dialog()
    box = wait(lambda: open_edges(d) and find(d, 'check box', 'Show on canvas'), 'the toggle')
    click(box)
    wait(lambda: layers() == 2, 'the guide')
    assert ask('im.get_layers()[0].get_name()') == 'What may change'
    assert ask('[im.is_dirty(), [l.get_id() for l in im.get_selected_layers()]]') == before
    time.sleep(0.5)
    shot('guide')
    drag(200, 9, 200, 9, 1)  # GIMP's title bar, left of the window
    wait(lambda: layers() == 1, 'the guide to go with the focus')
    assert last_step() == step, (last_step(), step)
    ask('Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, im, __import__("gi.repository", fromlist=["Gio"])'
        f'.Gio.File.new_for_path("{WORK}/guide.xcf"), None)')
    with open(WORK + '/guide.xcf', 'rb') as f:
        assert b'What may change' not in f.read(), 'the guide is in the file'
    focus_window(d)
    wait(lambda: layers() == 2, 'the guide again')
    press(d, 'Fill')
    wait(lambda: idle(d) and len(rows(d)) == 1, 'the result', 120)
    wait(lambda: layers() == 3, 'guide and result')
    click(box)
    wait(lambda: layers() == 2, 'the guide to go')
    assert ask('im.get_layers()[0].get_name()') != 'What may change'
    undo()
    wait(lambda: layers() == 1, 'the undo of the result')
    assert ask(LAYER_BYTES) == original and last_step() == step
    close_dialog(d)


def focus_window(d):
    """By its title bar, as a person would."""
    at = d.get_component_iface().get_extents(Atspi.CoordType.SCREEN)
    drag(at.x + 100, at.y + 9, at.x + 100, at.y + 9, 1)
    Atspi.generate_mouse_event(1270, 890, 'abs')


SCENES = closed, from_nothing, no_image, active, moved, mode, indexed, baked, guide
