# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs, in the window and beyond it: the queue, variants, drafts, what is left unfinished. As in
test_dialog.py one GIMP plays all scenes, and they need no order.

    gui.sh BUILD test_jobs.py [SCENE...]
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from window import *
import scene_drafts
import scene_queue
import scene_unfinished

play([s for file in (scene_queue, scene_drafts, scene_unfinished) for s in file.SCENES])
print('test_jobs: passed')
