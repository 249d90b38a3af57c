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
import scene_downloads
import scene_fill
import scene_messages
import scene_models
import scene_windows

play([s for file in (scene_fill, scene_models, scene_messages, scene_downloads, scene_windows) for s in file.SCENES])
print('test_dialog: passed')
