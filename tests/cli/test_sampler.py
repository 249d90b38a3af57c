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
from pngs import chunks, pixels

GOLDENS = pathlib.Path(sys.argv[2])
said = []  # of each picture: A1111's text, the recipe


def painter(model, vocabulary, folder):
    def paint(*options):
        path = folder / 'picture.png'
        run('generate', '--model', model, '--vocabulary', vocabulary, '--prompt', 'a fox', '--seed', 1, '--steps', 4,
            '--width', 64, '--height', 64, '-o', path, '--quiet', *options)
        texts = dict(t.decode().split('\0', 1) for t in chunks(path)['tEXt'])
        said.append((texts['parameters'], json.loads(texts['ebru-recipe'])))
        return pixels(path)
    return paint


def names(what, schedule):
    """What the last file says was used."""
    text, recipe = said[-1]
    check(f', Sampler: {what}, Schedule type: {schedule}, CFG' in text, f'{what}, {schedule}: {text}')
    return recipe['sampler-used'], recipe['schedule-used'], recipe['sampler']


def test_file(name, paint):
    """Noise: DPM++ 2M Karras. Its schedule is not for a sampler that is named. v: DDIM."""
    best = '--sampler', 'dpmpp-2m', '--schedule', 'karras'
    automatic = paint()
    check(names('DPM++ 2M', 'Karras') == ('dpmpp-2m', 'karras', 'auto'), f'{name}: what was used is told')
    check(automatic == paint(*best), f'{name}: DPM++ 2M Karras where nothing is named')
    check(automatic == paint('--schedule', 'karras'), f'{name}: and where its schedule is')
    for other in ('dpmpp-2m',), ('dpmpp-2m', 'linspace'), ('pndm',), ('ddim',):
        options = [x for pair in zip(('--sampler', '--schedule'), other) for x in pair]
        check(automatic != paint(*options), f'{name}: {other} is something else')
    check(paint('--sampler', 'euler') == paint('--sampler', 'euler', '--schedule', 'linspace'),
          f'{name}: a sampler that is named has its own schedule')
    names('Euler', 'Uniform')
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
        check(names('PLMS', 'Automatic') == ('pndm', 'leading', 'pndm'), 'and its names')
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
