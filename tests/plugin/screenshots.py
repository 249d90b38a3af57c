# SPDX-License-Identifier: GPL-3.0-or-later
"""Called by screenshots.sh: pictures of the dialog before, during and after a run, in a folder."""
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gimpgui import *

FOLDER = sys.argv[1]
PROMPT = os.environ.get('PROMPT', 'a lighthouse at dusk, oil on canvas')


def save(name, moment=1):
    """The whole screen, in few colours."""
    time.sleep(moment)
    shot(name)
    subprocess.run(['convert', f'{WORK}/{name}.png', '+dither', '-colors', '256', '-strip', '-define', 'png:compression-level=9',
                    f'{FOLDER}/dialog-{name}.png'], check=True)


def move(d, left, top):
    """Takes the window by its title bar."""
    at = d.get_component_iface().get_extents(Atspi.CoordType.SCREEN)
    x, y = at.x + 100, at.y + 9
    Atspi.generate_mouse_event(x, y, 'abs')
    time.sleep(0.5)
    drag(x, y, x + left - at.x, y + top - at.y, 60)
    Atspi.generate_mouse_event(30, 850, 'abs')
    time.sleep(0.5)


def sensitive(node):
    return node.get_state_set().contains(Atspi.StateType.SENSITIVE)


Atspi.generate_mouse_event(30, 850, 'abs')
ready()
ask('im.select_ellipse(Gimp.ChannelOps.REPLACE, 40, 70, 210, 220) and Gimp.Selection.feather(im, 10)')
menu('Filters', 'Generate', 'Generate...')
d = wait(lambda: app('ebru') and find(app('ebru'), 'dialog', showing=True), 'the dialog', 60)
set_text(find(d, 'text', 'Prompt'), PROMPT)
wait(lambda: find(d, 'label', contains='/ 75'), 'the model', 120)
wait(lambda: find(d, 'menu item', contains='Normal'), 'the times')
time.sleep(2)
move(d, 690, 40)
save('before')
click(wait(lambda: find(d, 'menu item', contains='Fine'), 'the quality'))
click(find(d, 'button', 'Fill'))
bar = wait(lambda: find(d, 'progress bar'), 'progress')
wait(lambda: bar.get_value_iface().get_current_value() > 0.3, 'a third of it', 300, 0.02)
save('during', 0)
wait(lambda: ask('len(im.get_layers())') == 2, 'the layer', 600)
wait(lambda: sensitive(find(d, 'button', 'Fill')), 'an idle dialog')
save('after')
click(find(d, 'button', 'Close'))
wait(lambda: not app('ebru'), 'the plug-in to leave')
print('screenshots:', FOLDER)
