#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-or-later
"""No layer of the engine includes one above it. Prints what breaks the rule."""
import pathlib
import re
import sys

ALLOWED = {
    'base': {'base'},
    'kernels': {'kernels'},
    'tensor': {'base', 'tensor'},
    'load': {'base', 'tensor', 'load'},
    'text': {'base', 'load', 'text'},
    'nn': {'base', 'kernels', 'tensor', 'nn'},
    'samplers': {'base', 'samplers'},
    'models': {'base', 'tensor', 'nn', 'models'},
    'families': {'base', 'kernels', 'tensor', 'load', 'text', 'nn', 'models', 'samplers', 'families'},
    'pipeline': {'base', 'tensor', 'load', 'text', 'nn', 'models', 'families', 'samplers', 'pipeline'},
    'api': {'base', 'kernels', 'tensor', 'load', 'text', 'nn', 'models', 'families', 'samplers', 'pipeline', 'api'},
}

bad = 0
src = pathlib.Path(sys.argv[1])
for path in sorted(src.rglob('*.[ch]')):
    layer = path.relative_to(src).parts[0]
    for line in path.read_text().splitlines():
        m = re.match(r'#include "(\w+)/', line)
        if m and m[1] not in ALLOWED.get(layer, set()):
            print(f'{path}: {layer}/ must not include {m[1]}/')
            bad = 1
sys.exit(bad)
