# SPDX-License-Identifier: LGPL-3.0-or-later
"""How long thousands of files in the folder of models take, at first and with the index.

    tests/plugin/console.sh BUILD tests/bench/many_models.py [COUNT]

COUNT (10,000) files are made with headers of 10 KB and no data behind them that matters. The times
are those of plug-in-ebru-models, which looks into all, less those with an empty folder.
"""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(sys.argv[0])), '../plugin'))
from gimpbatch import *

COUNT = int(sys.argv[3]) if len(sys.argv) > 3 else 10000


def seconds():
    procedure = Gimp.get_pdb().lookup_procedure('plug-in-ebru-models')
    config = procedure.create_config()
    config.set_property('run-mode', Gimp.RunMode.NONINTERACTIVE)
    start = time.monotonic()
    result = procedure.run(config)
    check(result.index(0) == SUCCESS, result.index(1))
    return time.monotonic() - start


seconds()
empty = seconds()
entries = {f'lora_unet_blocks_{i}.lora_up.weight': {'dtype': 'F32', 'shape': [1], 'data_offsets': [4 * i, 4 * i + 4]}
           for i in range(100)}
text = json.dumps(entries).encode()
data = len(text).to_bytes(8, 'little') + text + bytes(400)
folder = os.path.join(os.path.dirname(MODEL), 'many')
os.mkdir(folder)
for i in range(COUNT):
    with open(f'{folder}/{i:05}.safetensors', 'wb') as f:
        f.write(data)
first, second, third = seconds(), seconds(), seconds()
print(f'test_many_models: {COUNT} files: {first - empty:.2f} s at first, {min(second, third) - empty:.2f} s with the '
      f'index; an empty folder {empty:.2f} s')
done()
