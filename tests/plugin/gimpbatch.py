# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests in gimp-console share: counted checks, calls of our procedures, pictures."""
import json
import sys

from gi.repository import Gegl, Gimp, Gio, GObject

MODEL, FOLDER = sys.argv[1:3]
SUCCESS, CALLING, EXECUTION = (Gimp.PDBStatusType.SUCCESS, Gimp.PDBStatusType.CALLING_ERROR,
                               Gimp.PDBStatusType.EXECUTION_ERROR)
NAME = sys.argv[0].rsplit('/', 1)[-1].removesuffix('.py')
checks = failures = 0


def check(claim, what):
    global checks, failures
    checks += 1
    if not claim:
        failures += 1
        print(f'{NAME}: not true:', what)


def call(name, image=None, drawables=None, **values):
    procedure = Gimp.get_pdb().lookup_procedure('plug-in-ebru-' + name)
    config = procedure.create_config()
    config.set_property('run-mode', Gimp.RunMode.NONINTERACTIVE)
    if image:
        config.set_property('image', image)
    if drawables:
        config.set_core_object_array('drawables', drawables)
    for key, value in dict({'model': MODEL, 'steps': 2, 'seed': 7.0, 'prompt': 'a red fox'},
                           **values).items():
        config.set_property(key.replace('_', '-'), value)
    return procedure.run(config)


def layers_of(result):
    """The new layers that a procedure returned."""
    return result.get_core_object_array(2)


def pixels(drawable):
    """The stored bytes, converted by nothing."""
    buffer = drawable.get_buffer()
    rectangle = Gegl.Rectangle.new(0, 0, drawable.get_width(), drawable.get_height())
    return bytes(buffer.get(rectangle, 1.0, None, Gegl.AbyssPolicy.NONE))


def picture(kind=Gimp.ImageBaseType.RGB, precision=Gimp.Precision.U8_NON_LINEAR, size=(160, 128)):
    """An image with one layer of coloured stripes."""
    image = Gimp.Image.new_with_precision(*size, kind, precision)
    layer = Gimp.Layer.new(image, 'ground', *size, {
        Gimp.ImageBaseType.RGB: Gimp.ImageType.RGB_IMAGE,
        Gimp.ImageBaseType.GRAY: Gimp.ImageType.GRAY_IMAGE}[kind], 100, Gimp.LayerMode.NORMAL)
    image.insert_layer(layer, None, 0)
    for i, colour in enumerate(['0.3,0.5,0.7', '1,0.6,0', '0.2,0.5,0.3', '1,0.8,0']):
        Gimp.context_set_foreground(Gegl.Color.new(f'rgb({colour})'))
        image.select_rectangle(Gimp.ChannelOps.REPLACE, i * size[0] / 4, 0, size[0] / 4, size[1])
        layer.edit_fill(Gimp.FillType.FOREGROUND)
    Gimp.Selection.none(image)
    return image, layer


def recipe(layer):
    return json.loads(bytes(layer.get_parasite('ebru-recipe').get_data()).rstrip(b'\0'))


def done():
    """The last line; raises when a check failed."""
    print(f'{NAME}: {checks} checks, {failures} failed')
    if failures:
        raise RuntimeError(f'{failures} checks failed')
