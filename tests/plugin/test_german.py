# SPDX-License-Identifier: GPL-3.0-or-later
"""The menu entry and the window in German.

    german.sh BUILD
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gimpgui import *

ready()
Atspi.generate_mouse_event(1270, 890, 'abs')
filters = find(find(app('gimp'), 'menu bar'), 'menu', 'Filter')
assert filters, 'GIMP is not in German'
click(wait(lambda: find(filters, 'menu item', contains='Erzeugen'), 'the menu entry'))
d = wait(lambda: app('ebru') and find(app('ebru'), 'dialog', 'Erzeugen'), 'the window', 60)
for label in ('Modus:', 'Varianten:', 'Qualität:', 'Modell:'):
    assert find(d, 'label', label), 'no label ' + label
for button in ('Erzeugen', 'Schließen', 'Anhalten'):
    assert find(d, 'button', button), 'no button ' + button
wait(lambda: find(d, 'label', contains='/ 75'), 'the tokens', 120)
shot('german')
click(find(d, 'button', 'Schließen'))
wait(lambda: not app('ebru'), 'the plug-in to leave')
print('test_german: passed')
