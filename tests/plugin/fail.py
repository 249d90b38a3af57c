# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing is selected, a bad call: an exception in Python, and GIMP's exit code is 64."""
import sys

from gi.repository import Gimp, Gio

procedure = Gimp.get_pdb().lookup_procedure('plug-in-ebru-fill')
config = procedure.create_config()
config.set_property('run-mode', Gimp.RunMode.NONINTERACTIVE)
config.set_property('image', Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path('in.png')))
result = procedure.run(config)
print('status', result.index(0).value_nick, file=sys.stderr)
if result.index(0) != Gimp.PDBStatusType.SUCCESS:
    raise RuntimeError(result.index(1))
