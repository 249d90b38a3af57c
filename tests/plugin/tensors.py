# SPDX-License-Identifier: GPL-3.0-or-later
"""Safetensors files for tests."""
import json
import struct


def safetensors(path, tensors, missing=0):
    """A file of zeros, without its last `missing` bytes; the size that its header promises."""
    header, at = {}, 0
    for name, shape in tensors.items():
        size = 4
        for n in shape:
            size *= n
        header[name] = {'dtype': 'F32', 'shape': shape, 'data_offsets': [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    with open(path, 'wb') as f:
        f.write(struct.pack('<Q', len(text)) + text + bytes(at - missing))
    return 8 + len(text) + at
