# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a window lies on the screen, and what it shows in the window, from side to side."""
from window import *

gi.require_version('Gdk', '3.0')
from gi.repository import Gdk


def screen():
    root = Gdk.Screen.get_default().get_root_window()
    return root.get_width(), root.get_height()


def box(node):
    return node.get_component_iface().get_extents(Atspi.CoordType.SCREEN)


def fits(d, what):
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
