# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs in gimp-console: expand, again, recall and check, and test_models.py.

    run-batch.sh BUILD test_workflow.py MODEL FOLDER
"""
import os
import struct
import zlib

from exif import as_a1111, jpeg_of_a1111, user_comment
from gimpbatch import *
from gi.repository import GExiv2  # after GIMP, which says of which version
from test_models import *


def ellipse(image):
    image.select_ellipse(Gimp.ChannelOps.REPLACE, 60, 40, 30, 36)


def mask_at(layer, x, y):
    """The value of the layer mask at a place of the image; 0 outside of the layer."""
    _, x0, y0 = layer.get_offsets()
    x, y = x - x0, y - y0
    if not (0 <= x < layer.get_width() and 0 <= y < layer.get_height()):
        return 0
    return pixels(layer.get_mask())[y * layer.get_width() + x]


def crop(image, x, y, width, height):
    """What is seen of a part of the image, in bytes."""
    seen = Gimp.Layer.new_from_visible(image, image, 'seen')
    data = bytes(seen.get_buffer().get(Gegl.Rectangle.new(x, y, width, height), 1.0, "R'G'B' u8",
                                       Gegl.AbyssPolicy.NONE))
    seen.delete()
    return data


def test_expand():
    image, ground = picture()
    before = pixels(ground)
    refused = call('expand', image)
    check(refused.index(0) == CALLING and 'grow by nothing' in refused.index(1), 'expand by nothing')
    check((image.get_width(), image.get_height()) == (160, 128), 'the size is as it was')
    result = call('expand', image, right=48, top=40)
    check(result.index(0) == SUCCESS, f'expand: {result.index(1)}')
    check((image.get_width(), image.get_height()) == (208, 168), 'the new size')
    check(ground.get_offsets()[1:] == (0, 40), 'the old layer is where it was in the picture')
    check(pixels(ground) == before, 'expand: the original')
    top = image.get_layers()[0]
    check(top.get_mask() is not None, 'expand: a mask')
    for x, y in (0, 0), (100, 10), (207, 0), (207, 167), (160, 100):
        check(mask_at(top, x, y) == 255, f'what is new at {x},{y} is shown')
    check(mask_at(top, 20, 140) == 0, 'far inside nothing is shown')
    check(0 < mask_at(top, 60, 60) < 255, 'it fades in between')
    check(crop(image, 0, 110, 90, 58) == bytes(ground.get_buffer().get(
        Gegl.Rectangle.new(0, 70, 90, 58), 1.0, "R'G'B' u8", Gegl.AbyssPolicy.NONE)),
        'beyond the overlap every byte is as before')
    check(recipe(top)['mode'] == 'expand' and recipe(top)['right'] == 48, 'expand: recipe')
    again = call('again', image, seed=-1.0)
    check(again.index(0) == SUCCESS, f'expand again: {again.index(1)}')
    check((image.get_width(), image.get_height()) == (208, 168), 'again: the size stays')
    second = image.get_layers()[0]
    check(second.get_offsets() == top.get_offsets() and pixels(second.get_mask()) ==
          pixels(top.get_mask()), 'again: the same place and mask')
    check(pixels(second) != pixels(top), 'again: another picture')
    image.delete()


def test_expand_repeats():
    made = []
    for _ in range(2):
        image, ground = picture()
        call('expand', image, left=64, count=2)
        group, = [l for l in image.get_layers() if l.is_group_layer()]
        made.append([pixels(l) for l in group.get_children()])
        image.delete()
    check(made[0] == made[1], 'expand: the same seed, the same bytes')
    check(made[0][0] != made[0][1], 'expand: variants differ')


def test_again():
    image, ground = picture()
    ellipse(image)
    result = call('fill', image, seed=21.0)
    first = layers_of(result)[0]
    made, place = pixels(first), first.get_offsets()
    Gimp.Selection.none(image)
    result = call('again', image, seed=21.0, steps=20, prompt='')
    check(result.index(0) == SUCCESS, f'again: {result.index(1)}')
    second = layers_of(result)[0]
    check(second.get_offsets() == place and pixels(second) == made,
          'again with the same seed makes the same bytes, without the selection and below its result')
    check(pixels(second.get_mask()) == pixels(first.get_mask()), 'again: the same mask')
    check(Gimp.Selection.is_empty(image), 'again: the selection stays as it is')
    third = layers_of(call('again', image, seed=-1.0))[0]
    check(pixels(third) != made and recipe(third)['prompt'] == 'a red fox', 'again: a new seed')
    check(len(image.get_layers()) == 4, 'again: one layer each')
    image.set_selected_layers([ground])
    result = call('again', image, width=64, height=64)
    check(result.index(0) == SUCCESS, f'again without a recipe: {result.index(1)}')
    image.delete()


def test_again_repeats():
    """From what was there before the first, however many of its kind there are; others are read."""
    image, _ = picture()
    other = layers_of(call('refine', image, strength=0.9, seed=3.0))[0]
    first = layers_of(call('refine', image, strength=0.5, seed=4.0, count=2))
    made = pixels(first[0])
    second = layers_of(call('again', image, seed=9.0))[0]
    third = layers_of(call('again', image, seed=4.0))
    check(pixels(third[0]) == made, 'again of again with the first seed makes the first bytes')
    check(recipe(second)['again-of'] == recipe(third[0])['again-of'] == recipe(first[0])['time'],
          'its recipe says which was the first')
    image.remove_layer(other)
    fourth = layers_of(call('again', image, seed=4.0))[0]
    check(pixels(fourth) != made, 'what lay below is read')
    image.delete()


def test_foreign():
    """A layer of another image is none of this one."""
    image, ground = picture()
    other, foreign = picture()
    for name in 'refine', 'again', 'recall':
        result = call(name, image, drawables=[foreign])
        check(result.index(0) == CALLING and 'is of another image' in result.index(1), f'{name}: {result.index(1)}')
    check(image.get_layers() == [ground], 'nothing was made')
    image.delete()
    other.delete()


def comment(keyword, text):
    data = keyword.encode('latin-1') + b'\0' + text.encode('latin-1')
    return struct.pack('>I', len(data)) + b'tEXt' + data + struct.pack('>I', zlib.crc32(b'tEXt' + data))


def png_with(keyword, text, name):
    image, _ = picture(size=(64, 64))
    path = os.path.join(FOLDER, name)
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, Gio.File.new_for_path(path), None)
    image.delete()
    with open(path, 'rb') as f:
        data = f.read()
    with open(path, 'wb') as f:
        f.write(data[:33] + comment(keyword, text) + data[33:])
    return path


def test_recall():
    image, _ = picture()
    result = call('recall', image)
    check(result.index(0) == EXECUTION and 'how it was generated' in result.index(1), 'no recipe')
    result = call('recall', image, file='/nowhere/x.png')
    check(result.index(0) == EXECUTION and '“x.png” cannot be read' in result.index(1), f'no file: {result.index(1)}')
    result = call('recall', image, file=__file__)
    check(result.index(0) == EXECUTION and '” does not say how' in result.index(1), f'no settings: {result.index(1)}')
    ellipse(image)
    call('fill', image, count=2, negative='rain', grow=9, guidance=3.5)
    group = image.get_layers()[0]
    for layer in group, group.get_children()[1]:
        image.set_selected_layers([layer])
        result = call('recall', image)
        check(result.index(0) == SUCCESS, f'recall: {result.index(1)}')
        got = json.loads(result.index(5))
        check(got['prompt'] == 'a red fox' and got['negative'] == 'rain' and got['grow'] == 9 and
              got['guidance'] == 3.5 and got['seed'] in (7, 8), f'recall: {got}')
    path = png_with('parameters', 'a fox\nNegative prompt: fog\nSteps: 9, Sampler: Euler a, '
                     'CFG scale: 4, Seed: 12, Size: 512x640, Model: fox', 'a1111.png')
    got = json.loads(call('recall', image, file=path).index(5))
    check(got['prompt'] == 'a fox' and got['negative'] == 'fog' and got['seed'] == 12 and
          got['sampler'] == 'euler-ancestral' and got['height'] == 640, f"A1111's: {got}")
    path = png_with('prompt', json.dumps({'1': {'class_type': 'KSampler', 'inputs': {
        'seed': 5, 'steps': 3, 'cfg': 2, 'positive': ['2', 0]}}, '2': {
            'class_type': 'CLIPTextEncode', 'inputs': {'text': 'an owl'}}}), 'comfyui.png')
    got = json.loads(call('recall', image, file=path).index(5))
    check(got['prompt'] == 'an owl' and got['seed'] == 5, f"ComfyUI's: {got}")
    ours, = [l for l in image.get_layers() if not l.is_group_layer()]
    image.set_selected_layers([ours])
    image.attach_parasite(Gimp.Parasite.new('stable_gimpfusion', 0, json.dumps(
        {'prompt': 'a hare', 'steps': 9, 'seed': '5'}).encode()))
    got = json.loads(call('recall', image).index(5))
    check(got['prompt'] == 'a hare' and got['seed'] == 5, f"another plug-in's: {got}")
    image.delete()


def test_recall_photo():
    """A1111's JPEG, by its file; a photograph says nothing; what is painted into a loaded picture counts more."""
    path = os.path.join(FOLDER, 'a1111.jpeg')
    image, _ = picture(size=(64, 64))
    exported(image, 'jpeg')
    result = call('recall', image, file=os.path.join(FOLDER, 'export.jpeg'))
    check(result.index(0) == EXECUTION, 'a picture without settings')
    metadata = GExiv2.Metadata()
    metadata.open_path(os.path.join(FOLDER, 'export.jpeg'))
    metadata.clear()
    metadata.save_file(os.path.join(FOLDER, 'export.jpeg'))
    with open(os.path.join(FOLDER, 'export.jpeg'), 'rb') as f:
        data = f.read()
    with open(path, 'wb') as f:
        f.write(jpeg_of_a1111(data, PROMPTS[1] + '\nNegative prompt: fog\nSteps: 9, Sampler: Euler a, Seed: 12, '
                              'Size: 512x640'))
    result = call('recall', image, file=path)
    got = json.loads(result.index(5)) if result.index(0) == SUCCESS else result.index(1)
    check(got['prompt'] == PROMPTS[1] and got['negative'] == 'fog' and got['height'] == 640, f"A1111's JPEG: {got}")
    image.delete()
    image = loaded(path)
    call('fill', image, mode='refine', strength=1.0, prompt='a hare', metadata='all')
    for layer in image.get_layers():
        layer.detach_parasite('ebru-recipe')
    got = json.loads(call('recall', image).index(5))
    check(got['prompt'] == 'a hare', f'what is there by now: {got}')
    image.delete()


def test_context_from_channel():
    image, ground = picture()
    channel = Gimp.Channel.new(image, 'frame', 160, 128, 50, Gegl.Color.new('red'))
    image.insert_channel(channel, None, 0)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 16, 8, 128, 112)
    Gimp.context_set_foreground(Gegl.Color.new('white'))
    channel.fill(Gimp.FillType.TRANSPARENT)
    channel.edit_fill(Gimp.FillType.FOREGROUND)
    ellipse(image)
    image.set_selected_layers([ground])
    top = layers_of(call('fill', image, context='channel',
                         context_channel='frame'))[0]
    x, y, w, h = recipe(top)['crop']
    check(x <= 16 and y <= 8 and x + w >= 144 and y + h >= 120, f'context {x},{y} {w}x{h}')
    result = call('fill', image, context='channel', context_channel='none')
    check(result.index(0) == CALLING and '“none”' in result.index(1), 'there is no such channel')
    image.delete()


def test_fine():
    image, ground = picture(size=(448, 320))
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 20, 20, 400, 280)
    coarse = layers_of(call('fill', image, steps=6))[0]
    image.set_selected_layers([ground])
    coarse.set_visible(False)
    result = call('fill', image, steps=6, fine=True)
    check(result.index(0) == SUCCESS, f'a second pass: {result.index(1)}')
    fine = layers_of(result)[0]
    check(pixels(fine) != pixels(coarse) and pixels(fine.get_mask()) == pixels(coarse.get_mask()),
          'the second pass changes the picture and not the mask')
    image.delete()


def test_words():
    """Alternatives and lists are decided by the seed, and the recipe has what was chosen."""
    with open(os.path.join(settings_folder('wildcards'), 'animal.txt'), 'w') as f:
        f.write('fox\nowl\nbear\nhare\n')
    with open(os.path.join(settings_folder('styles'), 'oil.json'), 'w') as f:
        json.dump({'prompt': 'oil painting of {prompt}', 'negative': 'photo'}, f)
    template = 'a {red|green|blue|grey} __animal__ # {x|y}'
    size = {'mode': 'new-image', 'width': 64, 'height': 64}
    made = call('generate', prompt=template, count=4, style='oil', **size)
    check(made.index(0) == SUCCESS, f'alternatives: {made.index(1)}')
    recipes = [recipe(l) for l in layers_of(made)]
    prompts = [r['prompt'] for r in recipes]
    check(all(p.startswith('oil painting of a ') and '__' not in p and '{r' not in p
              for p in prompts), f'the chosen words: {prompts}')
    check(len(set(prompts)) > 1, f'variants have their own words: {prompts}')
    check(all(r['prompt-template'] == template and r['negative'] == 'photo' for r in recipes),
          'the template stays known')
    same = call('generate', prompt=prompts[2], negative='photo', seed=float(recipes[2]['seed']), **size)
    check(pixels(layers_of(same)[0]) == pixels(layers_of(made)[2]), 'the recipe makes the same bytes')
    for words, text in ('__nothing__', 'nothing.txt.'), ('<lora:x:1>', '<lora:x:1>: Ebru has no LoRAs'):
        refused = call('generate', prompt=words, **size)
        check(refused.index(0) == CALLING and text in refused.index(1), f'{words}: {refused.index(1)}')
    missing = call('generate', style='none', **size)
    check(missing.index(0) != SUCCESS and '“none”' in missing.index(1), 'there is no such style')
    for result in made, same:
        result.index(1).delete()


def exported(image, ending):
    """What the metadata of an exported file say, read back by GIMP."""
    path = os.path.join(FOLDER, 'export.' + ending)
    procedure = Gimp.get_pdb().lookup_procedure(f'file-{ending}-export')
    config = procedure.create_config()
    for name, value in (('image', image), ('file', Gio.File.new_for_path(path)),
                        ('include-exif', True), ('include-xmp', True)):
        config.set_property(name, value)
    check(procedure.run(config).index(0) == SUCCESS, f'export to {ending}')
    metadata = GExiv2.Metadata()
    metadata.open_path(path)
    return [metadata.get_tag_interpreted_string(tag) if metadata.has_tag(tag) else None
            for tag in ('Exif.Photo.UserComment', 'Xmp.iptcExt.DigitalSourceType')]


def test_metadata():
    size = {'mode': 'new-image', 'width': 64, 'height': 64}
    for metadata, comment, source in ('all', True, True), ('none', False, False), ('preference', False, True):
        image = call('generate', metadata=metadata, **size).index(1)
        for ending in 'png', 'jpeg', 'webp':
            text, term = exported(image, ending)
            check(bool(text and 'a red fox' in text and 'Steps: 2, ' in text) == comment,
                  f'{metadata}, {ending}: {text}')
            check(bool(term and '/trainedAlgorithmicMedia' in term) == source,
                  f'{metadata}, {ending}: {term}')
        if comment:
            for layer in image.get_layers():
                layer.detach_parasite('ebru-recipe')
            got = json.loads(call('recall', image).index(5))
            check(got['prompt'] == 'a red fox' and got['seed'] == 7, f'recalled from EXIF: {got}')
        image.delete()
    image, _ = picture()
    ellipse(image)
    call('fill', image)
    check('/compositeWithTrainedAlgorithmicMedia' in exported(image, 'png')[1], 'a part of it')
    image.delete()


PROMPTS = 'a red fox, 4k', 'gün doğumunda İstanbul’un ŞIK çeşmesi, Ünye', '夜明けの灯台、ヘボンの海 ポスター'


def loaded(path):
    return Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(path))


def test_letters():
    """Prompts in any script are read rightly by A1111, by other readers of EXIF, and by Recall."""
    for prompt in PROMPTS:
        image = call('generate', prompt=prompt, mode='new-image', width=64, height=64, metadata='all').index(1)
        for ending in 'png', 'jpeg', 'webp':
            text, _ = exported(image, ending)
            path = os.path.join(FOLDER, 'export.' + ending)
            raw = user_comment(path)
            want = 'ASCII' if prompt.isascii() else '\0' * 8
            check(raw.startswith(want.encode()) and as_a1111(raw).startswith(prompt + '\nSteps: 2, Sampler: PLMS, '
                  'Schedule type: Automatic, CFG scale: '), f'{ending}, A1111: {raw}')
            check(prompt + '\nSteps: 2, ' in text, f'{ending}, exiv2: {text}')
            said = call('recall', image, file=path).index(5)
            check(bool(said) and json.loads(said)['prompt'] == prompt, f'{ending}, recalled from the file: {said}')
            back = loaded(path)
            got = json.loads(call('recall', back).index(5))
            check(got['prompt'] == prompt and got['sampler'] == 'pndm', f'{ending}, recalled: {got}')
            back.delete()
        image.delete()


def test_comment():
    """A comment that a person wrote stays; GIMP's own and the settings of before do not stand in the way."""
    path = os.path.join(FOLDER, 'export.jpeg')
    made, _ = picture()
    exported(made, 'jpeg')
    made.delete()
    metadata = GExiv2.Metadata()
    metadata.open_path(path)
    metadata.set_tag_string('Exif.Photo.UserComment', 'charset=Ascii my note')
    metadata.save_file(path)
    image = loaded(path)
    ellipse(image)
    call('fill', image, metadata='all')
    check(exported(image, 'png')[0] == 'my note', f'the note of a photograph: {exported(image, "png")}')
    image.delete()
    image, _ = picture()
    image.attach_parasite(Gimp.Parasite.new('gimp-comment', 1, b'Created with GIMP\0'))
    ellipse(image)
    call('fill', image, prompt='the first', metadata='all')
    check('the first\n' in exported(image, 'jpeg')[0], f'{exported(image, "jpeg")}')
    image.delete()
    image = loaded(path)
    ellipse(image)
    call('fill', image, prompt='the second', metadata='all')
    check('the second\n' in exported(image, 'jpeg')[0], f'{exported(image, "jpeg")}')
    image.delete()


def test_newest():
    """The text is that of the newest result that is visible, wherever it lies."""
    image, ground = picture()
    ellipse(image)
    first, = layers_of(call('fill', image, prompt='the first', metadata='all'))
    check('the first\n' in exported(image, 'png')[0], 'the first')
    image.lower_item_to_bottom(first)
    second = layers_of(call('fill', image, prompt='the second', metadata='all', count=2))
    check('the second\n' in exported(image, 'png')[0] and 'Seed: 7,' in exported(image, 'png')[0], 'the second')
    second[0].get_parent().set_visible(False)
    image.set_selected_layers([ground])
    third, = layers_of(call('fill', image, prompt='the third', metadata='all'))
    check('the third\n' in exported(image, 'png')[0], 'the third')
    times = [recipe(l)['time'] for l in (first, *second, third)]
    check(times == sorted(times) and times[1] == times[2] != times[3], f'times: {times}')
    image.delete()


def test_hash():
    """Once the model's checksum is known, recipes and A1111's text have it; the bytes are the same."""
    size = {'mode': 'new-image', 'width': 64, 'height': 64, 'metadata': 'all'}
    before = call('generate', **size).index(1)
    text, = exported(before, 'png')[:1]
    check('model-sha256' not in recipe(before.get_layers()[0]) and 'Model hash' not in text, f'not known yet: {text}')
    sha256 = models('verify', MODEL)[0]['sha256']
    after = call('generate', **size).index(1)
    text, = exported(after, 'png')[:1]
    check(recipe(after.get_layers()[0])['model-sha256'] == sha256[:10], 'the recipe')
    check(f', Model hash: {sha256[:10]}, Model: ' in text, f"A1111's text: {text}")
    check(pixels(after.get_layers()[0]) == pixels(before.get_layers()[0]), 'the same bytes')
    before.delete()
    after.delete()


def speeds():
    path = os.path.join(Gimp.directory(), 'ebru', 'settings.ini')
    if not os.path.exists(path):
        return {}
    with open(path) as f:
        lines = f.read().partition('[speed]\n')[2].partition('\n[')[0].split('\n')
    return dict(line.split('=') for line in lines if '=' in line)


def test_speed():
    """What scripts and Generate Again make is measured as what the window makes, for its promises."""
    seen = [speeds()]
    image, _ = picture()
    for name, size in ('generate', {'mode': 'new-layer', 'width': 96, 'height': 64}), ('again', {}):
        check(call(name, image, **size).index(0) == SUCCESS, name)
        seen.append(speeds())
        key, = [k for k in seen[-1] if k.startswith('random/') and k.endswith('/96x64')]
        check(float(seen[-1][key]) > 0 and seen[-1][key] != seen[-2].get(key), f'{name}: {seen}')
    image.delete()


def test_check():
    procedure = Gimp.get_pdb().lookup_procedure('plug-in-ebru-check')
    config = procedure.create_config()
    config.set_property('run-mode', Gimp.RunMode.NONINTERACTIVE)
    result = procedure.run(config)
    check(result.index(0) == SUCCESS and result.index(2), 'the engine works')
    report = result.index(1)
    for word in Gimp.version(), 'Processor', 'Memory', MODEL, 'passed', 'can be written to':
        check(word in report, f'“{word}” in the report:\n{report}')


test_expand()
test_expand_repeats()
test_again()
test_again_repeats()
test_foreign()
test_recall()
test_recall_photo()
test_context_from_channel()
test_fine()
test_words()
test_metadata()
test_letters()
test_comment()
test_newest()
test_hash()
test_speed()
test_models()
test_download()
test_convert()
test_messages()
test_check()
done()
