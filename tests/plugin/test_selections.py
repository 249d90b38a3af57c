# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs in gimp-console: random selections on random images. Nothing outside of the composite mask
changes, nothing crashes. test_undo.py runs the same cases in a GIMP with windows, where there is an
undo, and it restores the image to the byte.

    run-batch.sh BUILD test_selections.py MODEL FOLDER [COUNT [FIRST]]

COUNT is 20, or 200 where EBRU_LONG is set. A case depends on its number alone.
"""
import os
import random

from gimpbatch import *

NUMBERS = [int(a) for a in sys.argv[3:]]
COUNT = NUMBERS[0] if NUMBERS else 200 if os.environ.get('EBRU_LONG') else 20
FIRST = NUMBERS[1] if len(NUMBERS) > 1 else 0
ONE, GRAY = Gimp.ImageBaseType.RGB, Gimp.ImageBaseType.GRAY
PRECISIONS = (Gimp.Precision.U8_NON_LINEAR, Gimp.Precision.U8_NON_LINEAR, Gimp.Precision.U8_LINEAR,
              Gimp.Precision.U16_NON_LINEAR, Gimp.Precision.U16_LINEAR, Gimp.Precision.U32_NON_LINEAR,
              Gimp.Precision.HALF_LINEAR, Gimp.Precision.FLOAT_LINEAR, Gimp.Precision.FLOAT_NON_LINEAR)


def new_layer(r, image, kind, size, name, alpha):
    types = {(ONE, False): Gimp.ImageType.RGB_IMAGE, (ONE, True): Gimp.ImageType.RGBA_IMAGE,
             (GRAY, False): Gimp.ImageType.GRAY_IMAGE, (GRAY, True): Gimp.ImageType.GRAYA_IMAGE}
    layer = Gimp.Layer.new(image, name, *size, types[kind, alpha], 100, Gimp.LayerMode.NORMAL)
    image.insert_layer(layer, None, 0)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 0, 0, image.get_width(), image.get_height())
    for _ in range(3):
        Gimp.context_set_foreground(Gegl.Color.new('rgb(%f,%f,%f)' % tuple(r.random() for _ in '123')))
        layer.edit_fill(Gimp.FillType.FOREGROUND)
        image.select_ellipse(Gimp.ChannelOps.REPLACE, r.randint(-20, size[0]), r.randint(-20, size[1]),
                             r.randint(1, 120), r.randint(1, 120))
    if alpha and r.random() < 0.5:
        layer.edit_clear()
    Gimp.Selection.none(image)
    return layer


def build(r):
    """A random image, and the layer that is active in it."""
    kind = r.choice((ONE, ONE, GRAY))
    size = r.choice(((64, 64), (96, 160), (200, 72), (161, 133), (320, 240), (33, 300)))
    image = Gimp.Image.new_with_precision(*size, kind, r.choice(PRECISIONS))
    image.undo_disable()
    traits = [f'{size[0]}x{size[1]}', image.get_precision().value_nick, kind.value_nick]
    ground = layer = new_layer(r, image, kind, size, 'ground', r.random() < 0.3)
    if kind == ONE and r.random() < 0.25:
        image.set_color_profile(Gimp.ColorProfile.new_rgb_adobe())
        traits.append('Adobe RGB')
    if r.random() < 0.5:
        other = tuple(max(4, r.randint(size[i] // 4, size[i] * 3 // 2)) for i in (0, 1))
        layer = new_layer(r, image, kind, other, 'upper', r.random() < 0.7)
        layer.set_offsets(r.randint(-20, size[0] // 2), r.randint(-20, size[1] // 2))
        traits.append('offset')
    if r.random() < 0.3:
        mask = layer.create_mask(Gimp.AddMaskType.WHITE)
        layer.add_mask(mask)
        traits.append('layer mask')
    if r.random() < 0.3:
        group = Gimp.GroupLayer.new(image, 'group')
        image.insert_layer(group, None, 0)
        image.reorder_item(layer, group, 0)
        layer = group if r.random() < 0.3 else layer
        traits.append('group')
    image.set_selected_layers([layer])
    return image, traits


def select(r, image):
    """One of many kinds of selection, inside the image or partly so."""
    w, h = image.get_width(), image.get_height()
    add = Gimp.ChannelOps.ADD
    kind = r.choice(('thin', 'huge', 'parts', 'border', 'soft', 'ellipse', 'pixel', 'value'))
    if kind == 'thin':
        image.select_rectangle(add, r.randint(0, w - 1), 0, r.randint(1, 3), h)
    elif kind == 'huge':
        image.select_rectangle(add, -50, -50, w + 100, h + 100)
    elif kind == 'parts':
        for _ in range(r.randint(2, 6)):
            image.select_ellipse(add, r.randint(0, w - 1), r.randint(0, h - 1), r.randint(3, 40),
                                 r.randint(3, 40))
    elif kind == 'border':
        image.select_rectangle(add, w - r.randint(1, w), h - r.randint(1, h), w, h)
    elif kind == 'pixel':
        image.select_rectangle(add, r.randint(0, w - 1), r.randint(0, h - 1), 1, 1)
    else:
        image.select_ellipse(add, r.randint(0, w // 2), r.randint(0, h // 2), r.randint(4, w), r.randint(4, h))
    if kind == 'soft':
        Gimp.Selection.feather(image, r.randint(2, 20))
    if kind == 'value':
        half = Gimp.Channel.new(image, 'half', w, h, 50, Gegl.Color.new('red'))
        image.insert_channel(half, None, 0)
        Gimp.context_set_foreground(Gegl.Color.new('rgb(0.4,0.4,0.4)'))
        half.edit_fill(Gimp.FillType.FOREGROUND)
        image.select_item(Gimp.ChannelOps.INTERSECT, half)
        image.remove_channel(half)
    return kind


def all_layers(image):
    found, left = [], list(image.get_layers())
    while left:
        layer = left.pop(0)
        found.append(layer)
        left += layer.get_children() if layer.is_group_layer() else []
    return found


def state(image):
    """Everything that an undo has to restore."""
    return [(image.get_width(), image.get_height(), pixels(image.get_selection()))] + [
        (l.get_id(), l.get_name(), l.get_offsets()[1:], l.get_visible(), pixels(l),
         pixels(l.get_mask()) if l.get_mask() else None, sorted(l.get_parasite_list()))
        for l in all_layers(image)]


def composed(image):
    seen = Gimp.Layer.new_from_visible(image, image, 'seen')
    data = pixels(seen)
    seen.delete()
    return data


def shown_values(image, layer):
    """Whether the composite mask is above 0, for each pixel of the image."""
    w, h = image.get_width(), image.get_height()
    _, x0, y0 = layer.get_offsets()
    mask, width = pixels(layer.get_mask()), layer.get_width()
    deep = len(mask) // (width * layer.get_height())
    shown = bytearray(w * h)
    for y in range(max(0, y0), min(h, y0 + layer.get_height())):
        for x in range(max(0, x0), min(w, x0 + width)):
            at = ((y - y0) * width + x - x0) * deep
            shown[y * w + x] = any(mask[at:at + deep])
    return shown


def close(image, one, other):
    """GIMP itself, composing layers in floats of 32 bits, rounds what a mask of 0 hides; with a profile
    by up to 1.3e-5, as integers of 32 bits by 4.3e-5 of their range. The layers themselves are compared
    to the byte (one())."""
    kinds = {'half': ('e', 1, 3e-5), 'float': ('f', 1, 3e-5), 'double': ('d', 1, 3e-5), 'u32': ('I', 0xffffffff, 5e-5)}
    kind, unit, bound = kinds.get(image.get_precision().value_nick.split('-')[0], (None, 0, 0))
    if not kind:
        return False
    return all(abs(a - b) <= bound * max(unit, abs(a)) for a, b in zip(memoryview(one).cast(kind),
                                                                       memoryview(other).cast(kind)))


def same(image, one, other):
    """Whether two parts of state() are the same to the byte; a group's pixels, which GIMP has rendered again
    from its layers, by what it rounds."""
    if one == other:
        return True
    group = len(one) > 3 and one[0] == other[0] and Gimp.Item.get_by_id(one[0]).is_group_layer()
    return group and one[:4] + one[5:] == other[:4] + other[5:] and len(one[4]) == len(other[4]) and close(
        image, one[4], other[4])


def compare(image, layer, before, after, what):
    shown = shown_values(image, layer)
    n = len(before) // len(shown)
    changed = sum(1 for i, s in enumerate(shown) if not s and before[i * n:i * n + n] != after[i * n:i * n + n]
                  and not close(image, before[i * n:i * n + n], after[i * n:i * n + n]))
    check(changed == 0, f'{what}: {changed} pixels changed where the mask is 0')
    check(sum(shown) > 0, f'{what}: the mask shows nothing')


def one(number):
    r = random.Random(number)
    image, traits = build(r)
    traits.append(select(r, image))
    name = r.choice(('fill', 'fill', 'refine'))
    settings = {'steps': 1, 'guidance': 1.0, 'strength': 1.0 if name == 'fill' else r.choice((0.3, 0.6)),
                'context': r.choice(('automatic', 'selection', 'image')), 'grow': r.choice((0, 4, 20)),
                'feather': r.choice((0.0, 10.0, 50.0)), 'blend': r.choice((0, 25, 60)),
                'prefill': r.choice(('automatic', 'none', 'neutral', 'blur', 'border')),
                'match_colours': r.random() < 0.7, 'fine': r.random() < 0.15,
                'sample_merged': r.random() < 0.7, 'count': r.choice((1, 1, 1, 2))}
    what = f'case {number}, {name}: {", ".join(traits)}; {settings}'
    image.undo_enable()
    before, seen = state(image), composed(image)
    result = call(name, image, **settings)
    check(result.index(0) == SUCCESS, f'{what}: {result.index(1)}')
    if result.index(0) == SUCCESS:
        new = {l.get_id() for l in all_layers(image)} - {s[0] for s in before[1:]}
        kept = [s for s in state(image)[1:] if s[0] not in new]
        check([s[4:6] for s in kept if not Gimp.Item.get_by_id(s[0]).is_group_layer()] ==
              [s[4:6] for s in before[1:] if not Gimp.Item.get_by_id(s[0]).is_group_layer()],
              f'{what}: the layers that were there')
        compare(image, layers_of(result)[0], seen, composed(image), what)
    return image, what, before


def undone(image, what, before):
    now = state(image)
    check(len(now) == len(before) and all(same(image, *both) for both in zip(now, before)), f'{what}: the image after undo')


if __name__ == '__main__' or sys.argv[0].endswith('test_selections.py'):
    for number in range(FIRST, FIRST + COUNT):
        one(number)[0].delete()
    done()
