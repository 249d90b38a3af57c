# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a window lies on the screen, and what it shows in the window, from side to side; whether what is
written can be read."""
from collections import Counter

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


# ---- to be read ----

WRITTEN = 'label', 'button', 'toggle button', 'check box', 'table cell'
TEXT, DIM = 4.5, 3  # what WCAG 2.1 wants of text and of graphics; GTK's dim labels and chosen rows are between


class Screenshot:
    """A picture of shot(), its pixels as red, green and blue."""

    def __init__(self, name):
        path = f'{os.environ.get("SHOTS") or WORK}/{name}.png'
        self.width = screen()[0]
        self.data = subprocess.check_output(['convert', path, '-depth', '8', 'rgb:-'],
                                            env={**os.environ, 'LC_ALL': 'C'})

    def colours(self, at):
        """How often each colour is there within a box."""
        counted = Counter()
        for y in range(max(0, at.y), min(at.y + at.height, len(self.data) // (3 * self.width))):
            row = self.data[3 * (y * self.width + max(0, at.x)):3 * (y * self.width + min(at.x + at.width, self.width))]
            counted.update(row[i:i + 3] for i in range(0, len(row), 3))
        return counted


def luminance(colour):
    """Relative luminance of sRGB as WCAG 2.1 has it."""
    linear = [v / 255 / 12.92 if v <= 10 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def of_text(colours):
    """The background, and by how much the writing differs from it."""
    ground = colours.most_common(1)[0][0]
    return ground, max(contrast(ground, c) for c in colours)


def within(inner, outer, room=2):
    return (inner.x >= outer.x - room and inner.y >= outer.y - room and
            inner.x + inner.width <= outer.x + outer.width + room and
            inner.y + inner.height <= outer.y + outer.height + room)


def written(node, view):
    """What has words, can be used and is seen whole in `view`, the part of it that scrolls; with its box."""
    if not has(node, Atspi.StateType.SHOWING):
        return
    role, at = node.get_role_name(), box(node) if node.get_component_iface() else None
    if role in ('scroll pane', 'viewport'):
        view = at
    if (role in WRITTEN and node.get_name() and has(node, Atspi.StateType.SENSITIVE)
            and at.width > 4 and at.height > 4 and within(at, view)):
        yield node, at
    for i in range(node.get_child_count()):
        yield from written(node.get_child_at_index(i), view)


def legible(d, what):
    """In the screenshot `what` all that is written stands out and has its room; a chosen row can be told."""
    picture = Screenshot(what)
    chosen, others = set(), set()
    n = 0
    for node, at in written(d, box(d)):
        name, role = node.get_name(), node.get_role_name()
        selected = has(node, Atspi.StateType.SELECTED)
        ground, ratio = of_text(picture.colours(at))
        want = DIM if role == 'label' or selected else TEXT
        assert ratio >= want, f'{what}: “{name}” ({role}) has a contrast of {ratio:.1f}'
        if role == 'label':
            text = node.get_text_iface()
            used = Atspi.Text.get_range_extents(text, 0, Atspi.Text.get_character_count(text), Atspi.CoordType.SCREEN)
            assert within(used, at), f'{what}: “{name}” has {at.width}×{at.height}, needs {used.width}×{used.height}'
        if role == 'table cell':
            (chosen if selected else others).add(ground)
        n += 1
    assert n, f'{what}: nothing is written'
    assert not chosen & others and not (chosen and others) or min(
        contrast(a, b) for a in chosen for b in others) > 1.3, f'{what}: the chosen row is like the others'
