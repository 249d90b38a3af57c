# SPDX-License-Identifier: GPL-3.0-or-later
"""What is typed and set in the window: the prompt and its keys, the fields, the window by keys alone.
As in test_dialog.py one GIMP plays all scenes; they need no order but that the first types the
prompt that the others find.

    gui.sh BUILD test_prompt.py [SCENE...]
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from window import *
import scene_form
import scene_keys
import scene_preferences
import scene_prompt

play([s for file in (scene_prompt, scene_form, scene_preferences, scene_keys) for s in file.SCENES])
print('test_prompt: passed')
