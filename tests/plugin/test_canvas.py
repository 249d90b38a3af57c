# SPDX-License-Identifier: GPL-3.0-or-later
"""The window beside a canvas where the user works: selections drawn by hand, strokes during a job,
layers of all sorts, a second window. As in test_dialog.py one GIMP plays all scenes, and they need no
order.

    gui.sh BUILD test_canvas.py [SCENE...]
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from window import *
import scene_kept
import scene_layers
import scene_meanwhile
import scene_second
import scene_select

play([s for file in (scene_select, scene_meanwhile, scene_layers, scene_second, scene_kept) for s in file.SCENES])
print('test_canvas: passed')
