# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways through menus and windows with nothing but keys."""
from window import *

DOWN, TAB, R = 116, 23, 27
moves = Events('object:state-changed:focused', 'object:state-changed:selected', 'object:selection-changed',
               'object:active-descendant-changed')


def press_until(condition, what, *keys, most=60):
    """The key, again and again, each time when what the last one has done is to be seen."""
    for _ in range(most):
        if condition():
            return
        moves.all().clear()
        key(*keys)
        soon(moves.all, 0.6)
        time.sleep(0.05)  # for what else comes of it
    if condition():
        return
    shot('keys-lost')
    raise SystemExit('the keys do not reach ' + what)


def unfold(d, name):
    """Opens an expander by Tab and Space."""
    toggle = find(d, 'toggle button', name)
    press_until(lambda: has(toggle, Atspi.StateType.FOCUSED), name, TAB)
    if not has(toggle, Atspi.StateType.CHECKED):
        key(SPACE)
        wait(lambda: has(toggle, Atspi.StateType.CHECKED), name + ' to open')


def focused(root):
    """What has the focus, of this and all that is in it."""
    for node, _ in walk(root):
        if has(node, Atspi.StateType.FOCUSED):
            return node


def children(node):
    return [node.get_child_at_index(i) for i in range(node.get_child_count())]


def chosen(menu_node, name):
    """Whether the entry of an open menu is the one that Return would take."""
    entry = next((n for n in children(menu_node) if n.get_name() == name), None)
    return entry and (has(entry, Atspi.StateType.SELECTED) or has(entry, Atspi.StateType.FOCUSED))


def from_the_menu(entry):
    """Alt+R opens Filters; arrows and Return do the rest."""
    find(app('gimp'), 'frame').get_component_iface().grab_focus()
    time.sleep(0.5)
    filters = find(find(app('gimp'), 'menu bar'), 'menu', 'Filters')
    submenu = find(filters, 'menu', 'Generate')
    key(R, ALT)
    press_until(lambda: chosen(filters, 'Generate'), 'the submenu', UP)
    key(RIGHT)
    time.sleep(0.3)
    press_until(lambda: chosen(submenu, entry), 'the entry', DOWN)
    key(RETURN)
    return wait(lambda: app(PLUGIN) and find(app(PLUGIN), 'dialog', showing=True), 'the window', 60)
