# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs in gimp-console: the procedures as scripts call them. One start of GIMP for all of it.

    run-batch.sh BUILD test_batch.py MODEL FOLDER

MODEL is a small random model; FOLDER takes the pictures of the two calls that the manual shows.
"""
import os

from gimpbatch import *


def select(image):
    image.select_ellipse(Gimp.ChannelOps.REPLACE, 60, 40, 30, 36)


def test_arguments():
    for name in 'generate', 'create', 'fill', 'refine':
        procedure = Gimp.get_pdb().lookup_procedure('plug-in-ebru-' + name)
        check(procedure is not None, name + ' exists')
        names = {a.get_name() for a in procedure.get_arguments()}
        check({'run-mode', 'image', 'drawables', 'prompt', 'negative', 'width', 'height', 'steps',
               'guidance', 'seed', 'sampler', 'strength', 'mode', 'model', 'vocabulary', 'vae',
               'threads', 'grow', 'feather', 'blend', 'context', 'padding', 'match-colours',
               'layer-mask', 'prefill'} <= names, f'arguments of {name}: {names}')
        check([v.get_name() for v in procedure.get_return_values()] ==
              ['image', 'layers', 'seeds', 'seconds'], 'what it returns')
    config = Gimp.get_pdb().lookup_procedure('plug-in-ebru-refine').create_config()
    check(abs(config.get_property('strength') - 0.4) < 1e-9, 'refine begins at 40 %')
    config.set_property('seed', 4294967295.0)
    check(config.get_property('seed') == 4294967295.0, 'the largest seed')


def test_new_image():
    result = call('generate', mode='new-image', width=128, height=64, seed=4294967295.0)
    check(result.index(0) == SUCCESS, 'a new image without any image')
    image = result.index(1)
    check((image.get_width(), image.get_height()) == (128, 64), 'its size')
    layer, = image.get_layers()
    check(layer.get_name() == 'a red fox', 'the layer has the name of the prompt')
    check(recipe(layer)['seed'] == 4294967295 and recipe(layer)['prompt'] == 'a red fox', 'recipe')
    check(len(set(pixels(layer))) > 10, 'it is not empty')
    again = call('generate', mode='new-image', width=128, height=64, seed=4294967295.0).index(1)
    check(pixels(again.get_layers()[0]) == pixels(layer), 'the same seed, the same bytes')
    other = call('generate', mode='new-image', width=128, height=64, seed=8.0).index(1)
    check(pixels(other.get_layers()[0]) != pixels(layer), 'another seed, other bytes')
    words = call('generate', mode='new-image', width=128, height=64, seed=8.0, prompt='sea').index(1)
    check(pixels(words.get_layers()[0]) != pixels(other.get_layers()[0]), 'another prompt')
    for i in image, again, other, words:
        i.delete()


def test_variants():
    image = call('generate', mode='new-image', width=64, height=64, count=3).index(1)
    group, = image.get_layers()
    check(group.is_group_layer() and len(group.get_children()) == 3, 'three in a group')
    check([c.get_visible() for c in group.get_children()] == [True, False, False], 'one is visible')
    check([recipe(c)['seed'] for c in group.get_children()] == [7, 8, 9], 'seeds count up')
    image.delete()


def check_outside(image, ground, top, what):
    """What is seen where the mask is 0 is the original, byte for byte, and something else where
    it is 255."""
    seen = Gimp.Layer.new_from_visible(image, image, 'seen')
    _, x0, y0 = top.get_offsets()
    width, height, mask = top.get_width(), top.get_height(), pixels(top.get_mask())
    new, old = pixels(seen), pixels(ground)
    size = image.get_width()
    n, m = len(new) // len(mask_of(image)), len(old) // len(mask_of(image))
    outside = inside = 0
    for y in range(image.get_height()):
        for x in range(size):
            at = y * size + x
            covered = x0 <= x < x0 + width and y0 <= y < y0 + height
            value = mask[(y - y0) * width + x - x0] if covered else 0
            same = new[at * n:at * n + min(n, m)] == old[at * m:at * m + min(n, m)]
            outside += value == 0 and not same
            inside += value == 255 and not same
    check(outside == 0, f'{what}: {outside} pixels changed outside of the mask')
    check(inside > 100, f'{what}: {inside} pixels changed inside of it')
    seen.delete()


def mask_of(image):
    return pixels(image.get_selection())


def test_fill(kind, precision, what):
    image, ground = picture(kind, precision)
    select(image)
    before = pixels(ground)
    result = call('fill', image)
    check(result.index(0) == SUCCESS, f'fill {what}: {result.index(1)}')
    top, bottom = image.get_layers()
    check(bottom.get_id() == ground.get_id() and pixels(ground) == before, f'{what}: the original')
    mask = top.get_mask()
    check(mask is not None, f'{what}: a layer mask')
    check(set(pixels(mask)[:1]) == {0}, f'{what}: the mask begins outside of the selection')
    _, x, y = top.get_offsets()
    check(x <= 60 and y <= 40 and x + top.get_width() >= 90 and y + top.get_height() >= 76,
          f'{what}: it covers the selection')
    check(not Gimp.Selection.is_empty(image), f'{what}: the selection stays')
    if precision == Gimp.Precision.U8_NON_LINEAR:
        check_outside(image, ground, top, what)
    check(recipe(top)['mode'] == 'fill' and recipe(top)['task'] == 'inpaint', f'{what}: recipe')
    check(image.get_precision() == precision and image.get_base_type() == kind, f'{what}: the type')
    image.delete()


def test_matched():
    """The colours of the result are those of the ring around it, as far as one shift and one scale can
    make them so: what the model makes of what it must not change is what is compared."""
    seen = []
    for match in True, False:
        image, _ = picture(Gimp.ImageBaseType.RGB, Gimp.Precision.U8_NON_LINEAR)
        select(image)
        check(call('fill', image, match_colours=match).index(0) == SUCCESS, f'fill, matched: {match}')
        seen.append(pixels(image.get_layers()[0]))
        image.delete()
    check(seen[0] != seen[1], 'to match the colours changes them')


def test_baked():
    """Without a layer mask the same values are the layer's alpha, and no other pixel differs."""
    image, ground = picture()
    select(image)
    call('fill', image, seed=3.0)
    masked = image.get_layers()[0]
    masked.set_visible(False)
    result = call('fill', image, seed=3.0, layer_mask=False)
    baked = image.get_layers()[0]
    check(result.index(0) == SUCCESS and baked.get_mask() is None, f'no layer mask: {result.index(1)}')
    check(pixels(baked)[3::4] == pixels(masked.get_mask()), 'the alpha is the mask')
    seen = [i for i, alpha in enumerate(pixels(baked)[3::4]) if alpha]
    check(all(pixels(baked)[k::4][i] == pixels(masked)[k::4][i] for k in range(3) for i in seen[::97]),
          'the colours')
    check(recipe(baked)['layer-mask'] is False, 'the recipe says so')
    image.delete()


def test_groups():
    image, ground = picture()
    group = Gimp.GroupLayer.new(image, 'group')
    image.insert_layer(group, None, 0)
    image.reorder_item(ground, group, 0)
    image.set_selected_layers([ground])
    select(image)
    result = call('fill', image)
    check(result.index(0) == SUCCESS, f'fill in a group: {result.index(1)}')
    check(len(group.get_children()) == 2, 'the new layer is in the group too')
    image.set_selected_layers([group])
    result = call('refine', image, strength=0.5, sample_merged=False)
    check(result.index(0) == SUCCESS, f'refine a group: {result.index(1)}')
    check(len(group.get_children()) == 2 and len(image.get_layers()) == 2, 'a layer above the group')
    image.delete()


def test_refine():
    image, ground = picture()
    before = pixels(ground)
    result = call('refine', image, strength=0.5)
    check(result.index(0) == SUCCESS, f'refine without a selection: {result.index(1)}')
    top = image.get_layers()[0]
    check((top.get_width(), top.get_height()) == (160, 128), 'the whole layer')
    check(top.get_mask() is None and recipe(top)['task'] == 'image-to-image', 'no mask')
    check(pixels(ground) == before, 'the original')
    mean = [sum(pixels(l)[k::n]) / (160 * 128) for l, n in ((top, 4), (ground, 3)) for k in range(3)]
    check(all(v == v for v in mean), 'numbers')
    result = call('generate', image)
    check(result.index(0) == SUCCESS and recipe(image.get_layers()[0])['mode'] == 'new-layer',
          'generate at full strength: a new layer')
    image.delete()


def refused(result, status, words, what):
    message = result.index(1) if result.index(0) != SUCCESS else ''
    check(result.index(0) == status, f'{what}: {result.index(0)}')
    check(words in message, f'{what}: "{message}"')


def test_errors():
    image, ground = picture()
    refused(call('fill', image), CALLING, 'Nothing is selected', 'no selection')
    refused(call('refine'), CALLING, 'image', 'no image')
    refused(call('generate', mode='new-image', width=129), CALLING, 'only multiples of 32: 128 × 512', 'an odd size')
    refused(call('generate', mode='new-image', model='nowhere'), EXECUTION, 'nowhere', 'no model')
    refused(call('generate', mode='new-image', model='/nowhere.safetensors'), EXECUTION,
            '“nowhere.safetensors” cannot be read: No such file', 'no file')
    image.convert_indexed(Gimp.ConvertDitherType.NONE, Gimp.ConvertPaletteType.GENERATE, 16, False,
                          False, '')
    select(image)
    refused(call('fill', image), CALLING, 'indexed', 'indexed')
    check(len(image.get_layers()) == 1, 'nothing is left behind')
    image.delete()


def test_profile():
    """A picture in Adobe RGB stays in it, and the layer is of the picture's own space."""
    image, ground = picture()
    profile = Gimp.ColorProfile.new_rgb_adobe()
    check(image.set_color_profile(profile), 'the profile is set')
    before = pixels(ground)
    select(image)
    result = call('fill', image)
    check(result.index(0) == SUCCESS, f'with a profile: {result.index(1)}')
    check(pixels(ground) == before, 'with a profile: the original')
    check(image.get_color_profile().is_equal(profile), 'with a profile: the profile stays')
    check(len(image.get_layers()) == 2, 'with a profile: a new layer')
    image.delete()


def test_python_call_of_the_manual():
    os.environ['PROMPT'] = 'it\'s a "fox"'
    p = Gimp.get_pdb().lookup_procedure('plug-in-ebru-generate')
    c = p.create_config()
    for k, v in dict(prompt=os.environ['PROMPT'], width=64, height=64, seed=7.0,
                     mode='new-image', steps=1).items():
        c.set_property(k, v)
    c.set_property('run-mode', Gimp.RunMode.NONINTERACTIVE)
    r = p.run(c)
    check(r.index(0) == SUCCESS, f'the call of the manual: {r.index(1)}')
    path = os.path.join(FOLDER, 'fox.png')
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, r.index(1), Gio.File.new_for_path(path), None)
    check(os.path.getsize(path) > 100, 'fox.png')
    layer = r.index(1).get_layers()[0]
    check(recipe(layer)['prompt'] == os.environ['PROMPT'], 'quotes survive')
    xcf = os.path.join(FOLDER, 'fox.xcf')
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, r.index(1), Gio.File.new_for_path(xcf), None)
    back = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(xcf))
    check(recipe(back.get_layers()[0])['prompt'] == os.environ['PROMPT'], 'the XCF has the recipe')


test_arguments()
test_new_image()
test_variants()
RGB, GRAY = Gimp.ImageBaseType.RGB, Gimp.ImageBaseType.GRAY
for kind, precision, what in ((RGB, Gimp.Precision.U8_NON_LINEAR, 'RGB 8'),
                              (RGB, Gimp.Precision.U16_NON_LINEAR, 'RGB 16'),
                              (RGB, Gimp.Precision.FLOAT_LINEAR, 'RGB float'),
                              (GRAY, Gimp.Precision.U8_NON_LINEAR, 'gray 8'),
                              (GRAY, Gimp.Precision.FLOAT_NON_LINEAR, 'gray float')):
    test_fill(kind, precision, what)
test_refine()
test_baked()
test_matched()
test_groups()
test_errors()
test_profile()
test_python_call_of_the_manual()
done()
