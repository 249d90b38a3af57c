# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in the image, pixel by pixel, and the pointer on its canvas."""
from window import *

WIDTH, HEIGHT = 480, 360
DUMP = '''(lambda G, f, d: [f.write(bytes(d.get_buffer().get(G.Rectangle.new(%d, %d, 480, 360), 1.0, "%s",
    G.AbyssPolicy.NONE))), f.close(), %s])(__import__("gi.repository", fromlist=["Gegl"]).Gegl,
    open("%s/pixels", "wb"), %s)'''
PAINTBRUSH, FREE_SELECT = 33, 41  # the keys p and f
TITLE = 200, 9  # of GIMP's window, left of Ebru's


def dump(drawable, form='Y u8', offset=(0, 0), then='None'):
    """The pixels of a drawable below the canvas, in this format of babl."""
    ask(DUMP % (-offset[0], -offset[1], form, then, WORK, drawable))
    with open(WORK + '/pixels', 'rb') as f:
        return f.read()


def seen():
    """The image as it is seen, as red, green and blue of each pixel."""
    data = dump('Gimp.Layer.new_from_visible(im, im, "seen")', "R'G'B' u8", then='d.delete()')
    return [data[i:i + 3] for i in range(0, len(data), 3)]


def selected():
    return dump('im.get_selection()')


def shown(layer='im.get_layers()[0]'):
    """The layer mask of the result, 0 beyond it."""
    return dump(layer + '.get_mask()', offset=ask(f'list({layer}.get_offsets()[1:])'))


def changed(before, after):
    """By how much each pixel is another, the sum of its three values."""
    return [sum(abs(x - y) for x, y in zip(a, b)) for a, b in zip(before, after)]


def to_canvas(tool):
    """GIMP's window has the keys, and this tool."""
    drag(*TITLE, *TITLE, 1)
    time.sleep(0.5)
    key(tool)
    time.sleep(0.3)


def stroke(points):
    """One stroke of the pointer through points of the screen."""
    Atspi.generate_mouse_event(*points[0], 'abs')
    time.sleep(0.1)
    Atspi.generate_mouse_event(*points[0], 'b1p')
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        for i in range(1, 11):
            Atspi.generate_mouse_event(x0 + (x1 - x0) * i // 10, y0 + (y1 - y0) * i // 10, 'abs')
            time.sleep(0.01)
    Atspi.generate_mouse_event(*points[-1], 'b1r')


def set_edges(d, **values):
    """Numbers of Selection edges, by the first word of their labels."""
    open_expander(d, 'Selection edges')
    for label, value in values.items():
        field = wait(lambda: labelled(d, label + ':'), label)
        set_value(field, value)
