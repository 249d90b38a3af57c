# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window says on a processor without AVX2 and of too little memory; EBRU_ISA and EBRU_MEMORY
make this computer such a one.

    limits.sh BUILD
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from scene_messages import banner, message
from window import *

ready()
Atspi.generate_mouse_event(1270, 890, 'abs')
d = open_dialog()
banner(d, 'is far from the 256×256 this model knows', 'Use 256×256')
text = wait(lambda: find(d, 'label', contains='This processor lacks AVX2. Generating works, but slowly: about ',
                         showing=True), 'the message', 120).get_name()
assert text.endswith(' for this picture.'), text
message(d, 'no-avx2', text, 'OK')
wait(lambda: not find(d, 'label', text, showing=True), 'that it goes')
set_value(labelled(d, 'Size:'), 1024)
wait(lambda: find(d, 'label', contains='1024 × 256 px'), 'the size')
press(d, 'Generate')
text = wait(lambda: find(d, 'label', contains='This needs about 0.', showing=True), 'the message', 120).get_name()
assert text.endswith(' GB; 0.06 GB are free. Close programs, or choose a smaller size.'), text
message(d, 'memory', text, 'OK')
assert layers() == 1, 'a layer of nothing'
close_dialog(d)
print('test_limits: passed')
