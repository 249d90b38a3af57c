#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-or-later
"""Which sampler is used where none is named: test_sampler.py EBRU GOLDENS. A single file says nothing of samplers;
one of our own random model is always there, that of the goldens where they are."""
import json
import pathlib
import sys
import tempfile

from calls import check, done, run
from one_file import one_file
from pngs import pixels

GOLDENS = pathlib.Path(sys.argv[2])


def painter(model, vocabulary, folder):
    def paint(*options):
        path = folder / 'picture.png'
        run('generate', '--model', model, '--vocabulary', vocabulary, '--prompt', 'a fox', '--seed', 1, '--steps', 4,
            '--width', 64, '--height', 64, '-o', path, '--quiet', *options)
        return pixels(path)
    return paint


def test_file(name, paint):
    """Noise: DPM++ 2M Karras. Its schedule is not for a sampler that is named. v: DDIM."""
    best = '--sampler', 'dpmpp-2m', '--schedule', 'karras'
    automatic = paint()
    check(automatic == paint(*best), f'{name}: DPM++ 2M Karras where nothing is named')
    check(automatic == paint('--schedule', 'karras'), f'{name}: and where its schedule is')
    for other in ('dpmpp-2m',), ('dpmpp-2m', 'linspace'), ('pndm',), ('ddim',):
        options = [x for pair in zip(('--sampler', '--schedule'), other) for x in pair]
        check(automatic != paint(*options), f'{name}: {other} is something else')
    check(paint('--sampler', 'euler') == paint('--sampler', 'euler', '--schedule', 'linspace'),
          f'{name}: a sampler that is named has its own schedule')
    v = paint('--prediction', 'v')
    check(v == paint('--prediction', 'v', '--sampler', 'ddim') != automatic, f'{name}: DDIM for v')


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        model, single, vocabulary = folder / 'model', folder / 'single.safetensors', folder / 'model/tokenizer'
        run('make-random', model)
        for part, key, heads in ('unet', 'attention_head_dim', 8), ('text_encoder', 'num_attention_heads', 1):
            config = model / part / 'config.json'  # as all files of Stable Diffusion 1 have them, so that none says it
            config.write_text(json.dumps({**json.loads(config.read_text()), key: heads}))
        one_file(model, single)
        paint = painter(model, vocabulary, folder)
        check(paint() == paint('--sampler', 'pndm'), 'a folder has what its scheduler_config.json says')
        check(paint('--sampler', 'euler') == painter(single, vocabulary, folder)('--sampler', 'euler', '--schedule', 'linspace'),
              'the file holds the weights of the folder')
        test_file('our own', painter(single, vocabulary, folder))
        golden = GOLDENS / 'a/models/sd1.safetensors'
        if golden.exists():
            test_file('golden', painter(golden, GOLDENS / 'a/models/sd1/tokenizer', folder))
        else:
            print('no goldens: our own file alone')
    done()


main()
