# SPDX-License-Identifier: GPL-3.0-or-later
"""What looks.sh calls: each window, with all in it open, lies on the screen, and what it shows lies in
the window from side to side."""
from scene_models import window
from window import *

gi.require_version('Gdk', '3.0')
from gi.repository import Gdk


def screen():
    root = Gdk.Screen.get_default().get_root_window()
    return root.get_width(), root.get_height()


def box(node):
    return node.get_component_iface().get_extents(Atspi.CoordType.SCREEN)


def check(d, what):
    time.sleep(1)
    shot(what)
    width, height = screen()
    outer = box(d)
    assert outer.x >= 0 and outer.y >= 0, (what, outer.x, outer.y)
    assert outer.x + outer.width <= width and outer.y + outer.height <= height, (
        what, outer.width, outer.height, 'on', width, height)
    for node, _ in walk(d):
        if (not has(node, Atspi.StateType.SHOWING) or not node.get_component_iface()
                or node.get_role_name().startswith('table')):  # which scrolls
            continue
        inner = box(node)
        assert inner.width <= 0 or (inner.x >= outer.x and inner.x + inner.width <= outer.x + outer.width), (
            what, node.get_role_name(), node.get_name(), inner.x, inner.width)


def other(d, title, ready):
    """Another window of the plug-in, opened meanwhile; it closes again."""
    w = window(title)
    wait(lambda: ready(w), 'what it shows', 120)
    check(w, title.lower().replace(' ', '-'))
    press(w, 'Close')
    wait(lambda: not find(app(PLUGIN), 'dialog', title, showing=True), 'that it closes')


ready()
Atspi.generate_mouse_event(screen()[0] - 5, screen()[1] - 5, 'abs')  # no tooltips
ask('im.select_ellipse(Gimp.ChannelOps.REPLACE, 100, 80, 200, 150)')
d = open_dialog()
set_text(find(d, 'text', 'Prompt'), 'a lighthouse at dusk, oil on canvas, a storm, waves')
wait(lambda: find(d, 'label', contains='/ 75'), 'the model', 120)
check(d, 'closed')
press(d, 'Models…')
other(d, 'Models', lambda m: find(m, 'table cell', 'random'))
set_value(labelled(d, 'Variants:'), 3)
press(d, 'Fill')
wait(lambda: layers() == 2, 'the layer', 240)
wait(lambda: idle(d), 'an idle dialog')
check(d, 'results')
for name in ('Advanced', 'Selection edges', 'Avoid'):
    click(find(d, 'toggle button', name))
    time.sleep(0.5)
check(d, 'open')
close_dialog(d)
menu('Filters', 'Generate', 'Check Setup')
other(d, 'Check Setup', lambda c: find(c, 'button', 'Copy'))
print('looks: passed')
