# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window says on a processor without AVX2 and of too little memory; EBRU_ISA and EBRU_MEMORY
make this computer such a one.

    limits.sh BUILD
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from scene_messages import banner, message
from scene_models import model_button
from window import *



def needs():
    """What the banner says; the row of the job says it too, with a word before it."""
    return next((n.get_name() for n, _ in walk(d) if n.get_role_name() == 'label' and
                 n.get_name().startswith('This needs about 0.') and has(n, Atspi.StateType.SHOWING)), None)


ready()
Atspi.generate_mouse_event(1270, 890, 'abs')
d = open_dialog()
wait(lambda: find(d, 'label', contains='256 × 256 px'), 'the size that suits the model', 60)
for side in 'Width', 'Height':
    set_value(find(d, 'spin button', side), 128)
banner(d, 'is far from the 256×256 this model knows', 'Use 256×256')
text = wait(lambda: find(d, 'label', contains='This processor lacks AVX2. Generating works, but slowly: about ',
                         showing=True), 'the message', 240).get_name()
assert text.endswith(' for this picture.'), text
message(d, 'no-avx2', text, 'OK')
wait(lambda: not find(d, 'label', text, showing=True), 'that it goes')
set_value(labelled(d, 'Size:'), 1024)
wait(lambda: find(d, 'label', contains='1024 × 256 px'), 'the size')
press(d, 'Generate')
text = wait(needs, 'the message', 240)
assert text.endswith(' GB; 0.06 GB are free. Close programs, choose a smaller size, or use the 8-bit copy.'), text
message(d, 'memory-8bit', text, 'Use 8-bit')
wait(lambda: model_button(d, 'random-8bit'), 'the copy')
assert os.path.exists(MODELS + '/random-8bit/model_index.json')
wait(lambda: find(d, 'label', contains='/ 75'), 'that it is open', 120)
press(d, 'Generate')
text = wait(needs, 'the message', 240)
assert text.endswith(' GB; 0.06 GB are free. Close programs, or choose a smaller size.'), text
message(d, 'memory', text, 'OK')
for side in 'Width', 'Height':
    set_value(find(d, 'spin button', side), 512)
wait(lambda: find(d, 'label', contains='512 × 512 px'), 'the size')
text = wait(needs, 'that it is told before', 120)
message(d, 'memory-before', text, 'Use 256×256')
wait(lambda: find(d, 'label', contains='256 × 256 px'), 'the size that helps')
assert layers() == 1, 'a layer of nothing'
close_dialog(d)
print('test_limits: passed')
