# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes of jobs: their list, what the image must endure, what is remembered of them. As in
test_dialog.py one GIMP plays all scenes, and they need no order.

    gui.sh BUILD test_results.py [SCENE...]
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from window import *
import scene_history
import scene_image
import scene_rows

play([s for file in (scene_rows, scene_image, scene_history) for s in file.SCENES])
print('test_results: passed')
