# SPDX-License-Identifier: GPL-3.0-or-later
"""Run by test_undo.py inside of a GIMP that has fonts: sources that hold no pixels of their own."""
import os

from gimpbatch import *


def test_layers_without_pixels():
    """Text, group and, where GIMP has them, vector and link layers are read as they are seen."""
    image, ground = picture()
    before = pixels(ground)
    text = Gimp.TextLayer.new(image, 'Ebru', Gimp.context_get_font(), 40, Gimp.Unit.pixel())
    image.insert_layer(text, None, 0)
    layers = [text]
    for maker in 'VectorLayer', 'LinkLayer':
        if not hasattr(Gimp, maker):
            continue
        if maker == 'VectorLayer':
            path = Gimp.Path.new(image, 'path')
            path.bezier_stroke_new_ellipse(80, 64, 30, 20, 0)
            image.insert_path(path, None, 0)
            layer = Gimp.VectorLayer.new(image, path)
        else:
            file = os.path.join(FOLDER, 'link.png')
            other, _ = picture(size=(32, 32))
            Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, other, Gio.File.new_for_path(file), None)
            other.delete()
            layer = Gimp.LinkLayer.new(image, Gio.File.new_for_path(file))
        image.insert_layer(layer, None, 0)
        layers.append(layer)
    for layer in layers:
        image.set_selected_layers([layer])
        kept = pixels(layer)
        image.select_ellipse(Gimp.ChannelOps.REPLACE, 60, 40, 30, 36)
        what = type(layer).__name__
        count = len(image.get_layers())
        for name, values in ('fill', {}), ('refine', {'sample_merged': False, 'strength': 0.5}):
            result = call(name, image, **values)
            check(result.index(0) == SUCCESS, f'{name} on a {what}: {result.index(1)}')
        check(len(image.get_layers()) == count + 2, f'{what}: two layers more')
        check(pixels(layer) == kept and pixels(ground) == before, f'{what}: not touched')
    image.delete()
