# SPDX-License-Identifier: GPL-3.0-or-later
"""The window, in a real GIMP on a virtual screen, driven as a screen reader would drive it. One GIMP
plays all scenes, each of which opens the window and leaves the image as it was; they need no order
but that the first types the prompt that the others find.

    gui.sh BUILD test_dialog.py [SCENE...]
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from window import *
import scene_fill
import scene_models
import scene_queue

scenes = [s for file in (scene_fill, scene_queue, scene_models) for s in file.SCENES]
ready()
Atspi.generate_mouse_event(1270, 890, 'abs')  # no tooltips
ask('im.select_ellipse(Gimp.ChannelOps.REPLACE, 100, 80, 200, 150) and Gimp.Selection.feather(im, 10)')
for scene in scenes:
    if not sys.argv[1:] or scene.__name__ in sys.argv[1:]:
        log(f'{scene.__name__}: {scene.__doc__.splitlines()[0]}')
        scene()
print('test_dialog: passed')
