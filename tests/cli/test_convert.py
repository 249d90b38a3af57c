#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-or-later
"""8-bit copies: the pictures of --precision int8, half the size, complete or not at all: test_convert.py EBRU GOLDENS."""
import json
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

from calls import EBRU, check, done, run
from pngs import chunks, pixels

GOLDENS = pathlib.Path(sys.argv[2])
PARTS = {'unet': 'diffusion_pytorch_model', 'vae': 'diffusion_pytorch_model', 'text_encoder': 'model'}


def header(path):
    with open(path, 'rb') as f:
        return json.loads(f.read(struct.unpack('<Q', f.read(8))[0]))


def picture(model, path, *options):
    run('generate', '--model', model, '--prompt', 'a fox', '--seed', 1, '--steps', 3, '--width', 64, '--height', 64,
        '-o', path, '--quiet', *options)
    recipe = json.loads(b'\0'.join(chunks(path)['tEXt']).decode().split('ebru-recipe\0')[1])
    return pixels(path), recipe['precision']


def check_copy(before, after):
    """What there is in a copy; the values are checked by the pictures."""
    old, new = header(before), header(after)
    metadata = new.pop('__metadata__')
    old.pop('__metadata__', None)
    check(metadata['ebru.weights'] == 'I8 times NAME_scale, one per row', metadata)
    integers = [name for name in old if new[name]['dtype'] == 'I8']
    check(len(integers) > 10, f'{len(integers)} weights became integers')
    for name in integers:
        shape = old[name]['shape']
        check(new[name]['shape'] == shape and min(shape[:2]) >= 16, name)
        check(new[name + '_scale']['dtype'] == 'F32' and new[name + '_scale']['shape'] == shape[:1], name + '_scale')
    check(set(new) == set(old) | {name + '_scale' for name in integers}, 'all tensors are there, and their scales')
    check(all(new[name]['dtype'] == old[name]['dtype'] for name in old if name not in integers), 'others are as they were')
    check(not any('token_embedding' in name for name in integers), 'tables are as they were')


def test_folder(folder):
    model, copy = folder / 'model', folder / 'copy'
    run('make-random', model)
    shutil.copytree(model, copy)
    for part, name in PARTS.items():
        (copy / part / f'{name}.safetensors').unlink()
        r = run('convert', model / part / f'{name}.safetensors', copy / part / f'{name}.safetensors')
        check('an 8-bit copy' in r.stdout, r.stdout)
        check_copy(model / part / f'{name}.safetensors', copy / part / f'{name}.safetensors')
    check(json.loads(run('probe', '--json', copy).stdout)[0]['precision'] == 'int8', 'probe says what it is')
    want, precision = picture(model, folder / 'a.png', '--precision', 'int8')
    check(precision == 'int8', precision)
    got, precision = picture(copy, folder / 'b.png')
    check(precision == 'int8', 'a copy is computed in int8 unless told otherwise')
    check(got == want, 'a copy gives the bytes of int8')
    got, precision = picture(copy, folder / 'c.png', '--precision', 'f32')
    check(precision == 'f32' and got != want, 'it can be computed in float32, with its own weights')
    exact = picture(model, folder / 'd.png', '--precision', 'f32')[0]
    check(got != exact, 'which are not those of the original')
    unet = f'unet/{PARTS["unet"]}.safetensors'
    check('is there already' in run('convert', model / unet, copy / unet, code=2).stderr, 'nothing is overwritten')
    check('copy already' in run('convert', copy / unet, folder / 'x.safetensors', code=3).stderr, 'once is enough')
    check('is a folder' in run('convert', model, folder / 'x', code=2).stderr, 'folders part by part')
    run('convert', folder / 'none', folder / 'x', code=3)
    check('needs the path' in run('convert', model / unet, code=2).stderr, 'two paths')
    check(sorted(p.name for p in folder.iterdir()) == ['a.png', 'b.png', 'c.png', 'copy', 'd.png', 'model'], 'nothing is left')


def test_single(folder):
    """All parts in one file, of the LDM layout."""
    original = GOLDENS / 'a/models/sd1.safetensors'
    if not original.exists():
        print('no single file to convert')
        return
    copy = folder / 'single.safetensors'
    run('convert', original, copy, '--json')
    check_copy(original, copy)
    vocabulary = next(p.parent for p in (GOLDENS / 'a').rglob('vocab.json') if len(json.loads(p.read_text())) == 1000)
    options = '--vocabulary', vocabulary
    want = picture(original, folder / 'a.png', *options, '--precision', 'int8')[0]
    check(picture(copy, folder / 'b.png', *options)[0] == want, 'a single file gives the bytes of int8')


def test_stopping(folder):
    """A large file, full of holes; Ctrl+C once the copy has begun."""
    large, copy = folder / 'large.safetensors', folder / 'small.safetensors'
    tensors = {f'down_blocks.0.resnets.{i}.conv1.weight': {'dtype': 'F16', 'shape': [1 << 13, 1 << 13],
               'data_offsets': [i << 27, (i + 1) << 27]} for i in range(16)}
    text = json.dumps(tensors).encode()
    with open(large, 'wb') as f:
        f.write(struct.pack('<Q', len(text)) + text)
        f.truncate(8 + len(text) + (16 << 27))
    p = subprocess.Popen([EBRU, 'convert', large, copy], stderr=subprocess.PIPE, text=True)
    part = folder / 'small.safetensors.part'
    while p.poll() is None and not part.exists():
        time.sleep(0.01)
    p.send_signal(signal.SIGINT)
    p.wait(timeout=60)
    check(p.returncode == 130, f'stopped, not {p.returncode}: {p.stderr.read()}')
    check(not copy.exists() and not part.exists(), 'nothing is left')


with tempfile.TemporaryDirectory() as name:
    for number, test in enumerate((test_folder, test_single, test_stopping)):
        inner = pathlib.Path(name) / str(number)
        inner.mkdir()
        test(inner)
done()
