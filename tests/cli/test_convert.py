#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-or-later
"""8-bit copies: the pictures of --precision int8, half the size, complete or not at all: test_convert.py EBRU GOLDENS."""
import json
import os
import pathlib
import resource
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
    quoted = folder / 'a "quoted" name.safetensors'
    r = run('convert', model / 'unet/diffusion_pytorch_model.safetensors', quoted, '--json')
    check(json.loads(r.stdout) == {'file': str(quoted)}, f'JSON names the copy: {r.stdout}')
    quoted.unlink()
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
    whole = folder / 'whole'
    check('an 8-bit copy' in run('convert', model, f'{whole}/').stdout, 'a folder at once')
    check({p.relative_to(whole) for p in whole.rglob('*')} == {p.relative_to(model) for p in model.rglob('*')}, 'with all its files')
    for file in (p for p in whole.rglob('*') if p.is_file()):
        like = (copy if file.suffix == '.safetensors' else model) / file.relative_to(whole)
        check(file.read_bytes() == like.read_bytes(), f'{file} is that of parts converted one by one, or of the original')
    check(picture(whole, folder / 'e.png') == (want, 'int8'), 'a copied folder gives the bytes of int8')
    check('is there already' in run('convert', model, whole, code=2).stderr, 'no folder is overwritten')
    check('copy already' in run('convert', whole, folder / 'x', code=3).stderr, 'a folder once, too')
    check('model_index.json' in run('convert', model / 'unet', folder / 'x', code=3).stderr, 'a part is no model')
    run('convert', folder / 'none', folder / 'x', code=3)
    check('needs the path' in run('convert', model / unet, code=2).stderr, 'two paths')
    check(sorted(p.name for p in folder.iterdir()) == ['a.png', 'b.png', 'c.png', 'copy', 'd.png', 'e.png', 'model', 'whole'],
          'nothing is left')


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


def test_shards(folder):
    """Weights in shards, with what Ebru does not read beside them, come out as one file."""
    model, copy, want = folder / 'model', folder / 'copy', folder / 'want'
    run('make-random', model)
    run('convert', model, want)
    whole = model / 'unet' / f'{PARTS["unet"]}.safetensors'
    data, tensors = whole.read_bytes(), header(whole)
    start, index = 8 + struct.unpack('<Q', data[:8])[0], {}
    names = [n for n in tensors if n != '__metadata__']
    for number, part in enumerate((names[::2], names[1::2])):
        shard, values, inner = whole.with_name(f'{PARTS["unet"]}-{number}.safetensors'), b'', {}
        for n in part:
            a, b = tensors[n]['data_offsets']
            inner[n] = {**tensors[n], 'data_offsets': [len(values), len(values) + b - a]}
            values += data[start + a:start + b]
            index[n] = shard.name
        text = json.dumps(inner).encode()
        shard.write_bytes(struct.pack('<Q', len(text)) + text + values)
    whole.unlink()
    whole.with_suffix('.safetensors.index.json').write_text(json.dumps({'weight_map': index}))
    (model / 'LICENSE').write_text('free')
    (model / 'unet' / 'diffusion_pytorch_model.bin').write_bytes(bytes(1 << 20))
    run('convert', model, copy)
    check({p.relative_to(copy) for p in copy.rglob('*')} == {p.relative_to(want) for p in want.rglob('*')} | {pathlib.Path('LICENSE')},
          'one file of weights, and the licence')
    check(picture(copy, folder / 'a.png') == picture(want, folder / 'b.png'), 'shards give the same picture')


def limited(folder, source, copy):
    """A file may grow to 64 KiB."""
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, 1 << 16))
    r = run('convert', source, folder / copy, code=3, preexec_fn=limit)
    check('File too large' in r.stderr and copy in r.stderr, f'it says what is wrong: {r.stderr}')
    return [p.name for p in folder.iterdir()]


def full(folder, source, copy):
    """A disk of 256 KiB, in a world of its own; None: this machine lets nobody mount one."""
    unshare = ['unshare', '--mount', *([] if os.getuid() == 0 else ['--map-root-user', '--user'])]
    mount = 'mount -t tmpfs -o size=256k tmpfs "$1" || exit 99; '
    if subprocess.run([*unshare, 'sh', '-c', mount, 'sh', folder], capture_output=True).returncode:
        return None
    r = subprocess.run([*unshare, 'sh', '-c', mount + '"$2" convert "$3" "$1/$4"; code=$?; ls -A "$1"; exit $code',
                        'sh', folder, EBRU, source, copy], capture_output=True, text=True, timeout=300)
    check(r.returncode == 3 and 'No space left on device' in r.stderr and copy in r.stderr, f'{r.returncode}: {r.stderr}')
    return r.stdout.split()


def test_full_disk(folder):
    """No room for the copy: an error that says so, and nothing is left."""
    model, disk = folder / 'model', folder / 'disk'
    disk.mkdir()
    run('make-random', model)
    unet = model / 'unet' / f'{PARTS["unet"]}.safetensors'
    check(unet.stat().st_size > 1 << 21, 'the copy is larger than the disk')
    for what in limited, full:
        for source, copy in (unet, 'x.safetensors'), (model, 'x'):
            left = what(disk, source, copy)
            check(not left, f'{what.__name__}: {left} is left of {copy}')
            if left is None:
                print('no disk of our own to fill: only the limit of files was tried')


with tempfile.TemporaryDirectory() as name:
    for number, test in enumerate((test_folder, test_single, test_stopping, test_shards, test_full_disk)):
        inner = pathlib.Path(name) / str(number)
        inner.mkdir()
        test(inner)
done()
