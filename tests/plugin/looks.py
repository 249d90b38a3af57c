# SPDX-License-Identifier: GPL-3.0-or-later
"""What looks.sh calls: each window, with all in it open, fits on the screen and can be read."""
import shutil

from fits import *
from scene_models import window
from scene_rows import remove_all


def look(w, what):
    fits(w, what)
    legible(w, what)


def other(title, ready):
    """Another window of the plug-in; it closes again."""
    w = window(title)
    wait(lambda: ready(w), 'what it shows', 120)
    look(w, title.lower().replace(' ', '-'))
    press(w, 'Close')


def usable(d):
    """All that is visible at first is still to be seen, beside or above the results."""
    last, below = box(find(d, 'toggle button', 'Selection edges')), box(find(d, 'button', 'Save Settings'))
    assert last.height > 0 and last.y + last.height <= below.y, (last.y, last.height, below.y)


shutil.copytree(MODELS + '/random', MODELS + '/second', dirs_exist_ok=True)  # so that one is not chosen
ready()
Atspi.generate_mouse_event(screen()[0] - 5, screen()[1] - 5, 'abs')  # no tooltips
ask('im.select_ellipse(Gimp.ChannelOps.REPLACE, 100, 80, 200, 150)')
d = open_dialog()
set_text(find(d, 'text', 'Prompt'), 'a lighthouse at dusk, oil on canvas, a storm, waves')
wait(lambda: find(d, 'label', contains='/ 75'), 'the model', 120)
look(d, 'closed')
press(d, 'Models…')
other('Models', lambda m: find(m, 'table cell', 'second'))
set_value(labelled(d, 'Variants:'), 3)
set_value(labelled(d, 'Number of steps:'), 2)
press(d, 'Fill')
wait(lambda: layers() == 2, 'the layer', 240)
wait(lambda: idle(d), 'an idle dialog')
look(d, 'results')
usable(d)
box_ = find(d, 'check box', 'Drafts first')
click(box_)
press(d, 'Fill')
title = wait(lambda: find(d, 'label', 'Drafts: choose those to be finished', showing=True), 'the drafts', 240)
wait(lambda: idle(d), 'an idle dialog')
look(d, 'drafts')
text, place = title.get_text_iface(), box(title)
last = Atspi.Text.get_character_extents(text, Atspi.Text.get_character_count(text) - 1, Atspi.CoordType.SCREEN)
assert last.width > 0 and last.x + last.width <= place.x + place.width and last.y + last.height <= (
    place.y + place.height + 2), f'the title is cut: {last.x, last.y, last.width, last.height}'
log('the end of the title', last.x, last.y, last.width, last.height, 'in', place.x, place.y, place.width, place.height)
click(box_)
remove_all(d)
for name in (CHOICE, 'Advanced', 'Selection edges', 'Avoid'):
    click(find(d, 'toggle button', name))
    time.sleep(0.5)
look(d, 'open')
close_dialog(d)
menu('Filters', 'Generate', 'Check Setup')
other('Check Setup', lambda c: find(c, 'button', 'Copy'))
print('looks: passed')
