# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs in GIMP, from demo.sh: a new picture for a prompt, saved as PNG and XCF."""
import os
import sys
import time

from gi.repository import Gimp, Gio

model, prompt, folder = sys.argv[1:]
procedure = Gimp.get_pdb().lookup_procedure('plug-in-ebru-generate')
if procedure is None:
    raise RuntimeError('GIMP has no procedure plug-in-ebru-generate: the plug-in is not there')
config = procedure.create_config()
config.set_property('run-mode', Gimp.RunMode.NONINTERACTIVE)
for name, value in {'prompt': prompt, 'mode': 'new-image', 'model': model, 'seed': 7.0}.items():
    config.set_property(name, value)
if os.path.basename(os.path.realpath(model)) == 'starter':
    # a young model saturates at the usual guidance of 7.5
    for name, value in {'guidance': 3.0, 'width': 256, 'height': 256}.items():
        config.set_property(name, value)

start = time.time()
result = procedure.run(config)
if result.index(0) != Gimp.PDBStatusType.SUCCESS:
    raise RuntimeError(f'{result.index(0).value_nick}: {result.index(1)}')
image = result.index(1)
print(f'demo: {image.get_width()}x{image.get_height()} in {time.time() - start:.1f} s')
for name in 'ebru.xcf', 'ebru.png':
    file = Gio.File.new_for_path(os.path.abspath(os.path.join(folder, name)))
    if not Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, file, None):
        raise RuntimeError('cannot write ' + file.get_path())
