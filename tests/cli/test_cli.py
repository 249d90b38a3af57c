#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-or-later
"""The command line as a person and a script use it, with a random model: test_cli.py EBRU MANPAGE SOURCE."""
import json
import os
import pathlib
import signal
import struct
import subprocess
import sys
import tempfile
import time

from calls import EBRU, check, done, run
from pngs import chunks, pixels, write as png

MAN, SOURCE = pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])


def test_help_and_words():
    names = run('--words').stdout.split()
    man = MAN.read_text().replace('\\-', '-')
    for name in names:
        text = run(name, '--help').stdout
        for option in run('--words', name).stdout.split():
            check(option in text, f'{option} is in the help of {name}')
            check(option in man, f'{option} is in the manual page')
    check('euler-ancestral' in run('--words', 'sampler').stdout.split(), 'samplers are completed')
    check('c' in run('--words', 'isa').stdout.split(), 'instruction sets are completed')
    for option in 'sampler', 'schedule', 'decoder', 'tile', 'isa', 'precision':
        check(completed(f'--{option}') == run('--words', option).stdout.split() != [], f'bash completes --{option}')
    check(run('--version').stdout.startswith('ebru '), 'there is a version')
    check('--version' in man and '--version' in run('--help').stdout, 'and one is told how to see it')
    for name in 'EBRU_MODEL_PATH', 'EBRU_ISA', 'EBRU_MEMORY':
        check(name in man, f'{name} is in the manual page')
    check({'bf16', 'int8'} < set(run('--words', 'precision').stdout.split()), 'precisions are completed')


def completed(option):
    """What bash offers after `ebru generate OPTION `."""
    script = f'''. "$1"; COMP_WORDS=(ebru generate {option} ''); COMP_CWORD=3; _ebru; printf '%s\\n' "${{COMPREPLY[@]}}"'''
    path = os.path.dirname(EBRU) + ':' + os.environ['PATH']
    r = subprocess.run(['bash', '-c', script, '-', SOURCE / 'data/completions/ebru.bash'], capture_output=True, text=True,
                       env={**os.environ, 'PATH': path})
    return r.stdout.split()


def test_pictures(model, folder):
    def make(name, *options):
        path = folder / name
        run('generate', '--model', model, '--steps', 2, '--width', 64, '--height', 64, '-o', path, '--quiet', *options)
        return path.read_bytes() if path.exists() else b''

    fox = make('fox.png', '--prompt', 'a fox', '--seed', 1)
    check(len(fox) > 1000, 'there is a picture')
    check(fox == make('again.png', '--prompt', 'a fox', '--seed', 1), 'the same request gives the same bytes')
    check(fox != make('seed.png', '--prompt', 'a fox', '--seed', 2), 'another seed gives other bytes')
    check(pixels(folder / 'fox.png') != pixels(folder / 'seed.png'), 'and other pixels')
    make('dog.png', '--prompt', 'a dog', '--seed', 1)
    check(pixels(folder / 'fox.png') != pixels(folder / 'dog.png'), 'another prompt gives other pixels')
    for threads in 1, 3, 7:
        check(fox == make('t.png', '--prompt', 'a fox', '--seed', 1, '--threads', threads), f'{threads} threads give the same bytes')
    for precision in run('--words', 'precision').stdout.split():
        first = make('p.png', '--prompt', 'a fox', '--seed', 1, '--precision', precision)
        recipe = json.loads(b'\0'.join(chunks(folder / 'p.png')['tEXt']).decode().split('ebru-recipe\0')[1])
        check(recipe['precision'] == precision, f'{precision} is in the recipe')
        for isa in run('--words', 'isa').stdout.split():
            check(first == make('i.png', '--prompt', 'a fox', '--seed', 1, '--precision', precision, '--isa', isa), f'{isa} gives the same bytes in {precision}')
        for threads in 1, 3:
            check(first == make('t.png', '--prompt', 'a fox', '--seed', 1, '--precision', precision, '--threads', threads), f'{threads} threads give the same bytes in {precision}')
    make('many.png', '--prompt', 'a fox', '--seed', 1, '--count', 2)
    check(pixels(folder / 'many.png') == pixels(folder / 'fox.png'), 'the first of two is seeded as one')
    check(pixels(folder / 'many-2.png') == pixels(folder / 'seed.png'), 'the second of two has the next seed')
    text = b'\0'.join(chunks(folder / 'fox.png')['tEXt']).decode()
    check('parameters\0a fox\nSteps: 2, ' in text and 'Seed: 1, Size: 64x64' in text, 'A1111 text is in the file')
    recipe = json.loads(text.split('ebru-recipe\0')[1])
    check(recipe['seed'] == 1 and recipe['prompt'] == 'a fox' and recipe['model'] == 'model', 'the recipe is in the file')
    make('emoji.png', '--prompt', 'a fox 🦊', '--seed', 1)
    check('🦊'.encode() in b''.join(chunks(folder / 'emoji.png')['iTXt']), 'text beyond ASCII is kept as iTXt')


def test_prompts(model, folder):
    (folder / 'lists').mkdir()
    (folder / 'lists/animal.txt').write_text('fox\nowl\nhare\n')
    (folder / 'style.json').write_text('{ "prompt": "oil painting of {prompt}", "negative": "photo" }')

    def make(name, *options, code=0):
        path = folder / name
        r = run('generate', '--model', model, '--steps', 1, '--width', 64, '--height', 64, '-o', path, '--quiet', *options,
                code=code)
        return r.stderr if code else json.loads(
            b'\0'.join(chunks(path)['tEXt']).decode().split('ebru-recipe\0')[1])

    words = '--prompt', 'a {red|green|blue|grey} __animal__', '--wildcards', folder / 'lists', '--style', folder / 'style.json'
    first = make('w.png', *words, '--seed', 3, '--count', 3)
    prompts = [first['prompt']] + [json.loads(b'\0'.join(chunks(folder / f'w-{i}.png')['tEXt']).decode().split(
        'ebru-recipe\0')[1])['prompt'] for i in (2, 3)]
    check(all(p.startswith('oil painting of a ') and '{' not in p and '__' not in p for p in prompts), prompts)
    check(len(set(prompts)) > 1, f'every picture has its own words: {prompts}')
    check(first['negative'] == 'photo', 'the style has its own words to avoid')
    make('plain.png', '--prompt', prompts[0], '--negative', 'photo', '--seed', 3)
    check(pixels(folder / 'plain.png') == pixels(folder / 'w.png'), 'the words of the recipe make the same picture')
    check('none.txt' in make('n.png', '--prompt', '__none__', '--wildcards', folder / 'lists', code=2), 'no list')


def test_prompts_from_file(model, folder):
    """The model is loaded once; each line makes what it makes alone, and files are numbered on."""
    lines = folder / 'prompts.txt'
    lines.write_bytes(b'\xef\xbb\xbfa fox\r\n\n  # not this one\n\ta {red|blue} owl  \n')
    common = 'generate', '--model', model, '--steps', 1, '--width', 64, '--height', 64, '--quiet', '--seed', 3, '--count', 2
    r = run(*common, '--prompts-from-file', lines, '-o', folder / 'l.png', '--json')
    loads = [line for line in r.stdout.split('\n') if 'load_seconds' in line]
    check(len(set(loads)) == 1, f'loaded once: {loads}')
    check(sorted(p.name for p in folder.glob('l*.png')) == ['l-2.png', 'l-3.png', 'l-4.png', 'l.png'], 'four pictures')
    for prompt, names in ('a fox', ('l.png', 'l-2.png')), ('a {red|blue} owl', ('l-3.png', 'l-4.png')):
        run(*common, '--prompt', prompt, '-o', folder / 'alone.png')
        for name, alone in zip(names, ('alone.png', 'alone-2.png')):
            check(pixels(folder / name) == pixels(folder / alone), f'{name}: {prompt}')
    check('one of them' in run(*common, '--prompts-from-file', lines, '--prompt', 'a', '-o', folder / 'x.png', code=2).stderr,
          'two kinds of prompts')
    check('--latents' in run(*common, '--prompts-from-file', lines, '--latents', folder / 'x', '-o', folder / 'x.png',
                             code=2).stderr, 'latents of several')
    lines.write_text('# nothing\n')
    check('prompts.txt has no prompt' in run(*common, '--prompts-from-file', lines, '-o', folder / 'x.png', code=2).stderr,
          'no prompt')


def test_edits(model, folder):
    rows = [bytes((x * 4, y * 4, 128) [i] for x in range(64) for i in range(3)) for y in range(64)]
    png(folder / 'in.png', rows, 3)
    png(folder / 'mask.png', [bytes(255 if x < 24 and y < 24 else 0 for x in range(64)) for y in range(64)], 1)
    common = 'generate', '--model', model, '--prompt', 'a fox', '--seed', 1, '--steps', 4, '--quiet', '--image', folder / 'in.png'
    run(*common, '--strength', 0, '-o', folder / 's0.png')
    check(pixels(folder / 's0.png') == rows, 'strength 0 keeps the picture')
    run(*common, '--strength', 0.5, '-o', folder / 's5.png')
    check(pixels(folder / 's5.png') != rows, 'strength 0.5 does not')
    run(*common, '--mask', folder / 'mask.png', '-o', folder / 'fill.png')
    out = pixels(folder / 'fill.png')
    check(all(out[y][x * 3:x * 3 + 3] == rows[y][x * 3:x * 3 + 3] for y in range(64) for x in range(64) if x >= 24 or y >= 24),
          'outside the mask every pixel is kept')
    check(out[10][:72] != rows[10][:72], 'inside it is not')
    run('generate', '--model', model, '--prompt', 'x', '--mask', folder / 'mask.png', '-o', folder / 'no.png', code=2)
    png(folder / 'small.png', [bytes(32)] * 32, 1)
    check('the mask is 32x32' in run(*common, '--mask', folder / 'small.png', '-o', folder / 'no.png', code=2).stderr, 'sizes are compared')


def test_latents(model, folder):
    common = 'generate', '--model', model, '--prompt', 'a fox', '--steps', 2, '--width', 64, '--height', 64, '--quiet'
    run(*common, '--seed', 1, '--latents', folder / 'l.safetensors', '-o', folder / 'l.png')
    data = (folder / 'l.safetensors').read_bytes()
    header = json.loads(data[8:8 + struct.unpack('<Q', data[:8])[0]])
    check(header['latents']['shape'] == [1, 4, 8, 8] and header['latents']['dtype'] == 'F32', 'latents are written')
    run(*common, '--seed', 5, '--noise', folder / 'l.safetensors', '-o', folder / 'n1.png')
    run(*common, '--seed', 6, '--noise', folder / 'l.safetensors', '-o', folder / 'n2.png')
    check(pixels(folder / 'n1.png') == pixels(folder / 'n2.png'), 'given noise takes the place of the seed')
    check(pixels(folder / 'n1.png') != pixels(folder / 'l.png'), 'and is not the seed\'s')
    two = *common[:4], 'a fox_two', *common[5:], '--count', 2, '--latents', folder / 'two.safetensors', '-o', folder / 't.png'
    run(*two)
    data = (folder / 'two.safetensors').read_bytes()
    header = json.loads(data[8:8 + struct.unpack('<Q', data[:8])[0]])
    check(header['latents']['shape'] == [2, 4, 8, 8], 'a line below is no list of words: two pictures of one call')
    open_ = *common[:4], 'a {fox|dog}', *common[5:], '--count', 2, '-o', folder / 't.png'
    check('expected --count 1' in run(*open_, '--latents', folder / 'l.safetensors', code=2).stderr, 'whose latents is asked')


def test_no_utf8(model, folder):
    run('generate', '--model', model, '--prompt', os.fsdecode(b'a caf\xe9'), '--steps', 1, '--width', 64, '--height', 64,
        '--quiet', '-o', folder / 'latin.png')
    check((folder / 'latin.png').exists(), 'a prompt that is not UTF-8 does not lose the picture')


def is_sanitized():
    """Such a program needs more memory than it says."""
    return b'__asan_init' in pathlib.Path(EBRU).read_bytes()


def test_json(model, folder):
    r = json.loads(run('generate', '--model', model, '--prompt', 'a fox', '--steps', 2, '--json', '--quiet', '-o', folder / 'j.png').stdout)
    check(r['pictures'][0]['file'] == str(folder / 'j.png') and r['steps'] == 2, 'the JSON names the file')
    check(is_sanitized() or r['peak_bytes'] < 1.05 * r['estimated_bytes'], f"peak {r['peak_bytes']} is not above the estimate {r['estimated_bytes']}")
    e = json.loads(run('estimate', '--model', model, '--steps', 2, '--json').stdout)
    check(e['bytes'] == r['estimated_bytes'] and e['flops'] == r['flops'] and e['seconds'] > 0, 'estimate says the same before')
    p = json.loads(run('probe', model, '--json').stdout)
    check(p[0]['family'] == 'Stable Diffusion 1' and 'unet' in p[0]['parts'], 'probe knows the family')
    c = json.loads(run('check', '--json').stdout)
    check(c['ok'] and c['cores'] > 0, 'check passes')


def test_check(model, folder):
    tmp = folder / "a 'quoted' folder"
    tmp.mkdir()
    env = {**os.environ, 'TMPDIR': str(tmp)}
    for given in {}, {'EBRU_ISA': run('--words', 'isa').stdout.split()[-1]}:
        r = run('check', '--isa', 'c', '--json', env={**env, **given})
        check(json.loads(r.stdout)['isa'] == 'c', f'check tells the set of --isa with {given}')
        check(r.stderr == '' and not list(tmp.iterdir()), f'check leaves nothing in its folder: {r.stderr}')
    check('used: c,' in run('check', '--isa', 'c', env=env).stdout, 'for people, too')
    check('no instruction set "z80"' in run('check', '--isa', 'z80', code=2).stderr, 'an unknown set is refused')


def test_errors(model, folder):
    (folder / 'bad.safetensors').write_bytes(b'\xff' * 100)
    (folder / 'text.png').write_text('no picture')
    out = folder / 'never.png'
    base = ['generate', '--model', model, '--prompt', 'x', '--steps', 1, '-o', out]
    cases = [
        (2, 'no command', ['draw']), (2, 'no option', ['generate', '--colour', 'red']),
        (2, '--model is missing', ['generate', '--prompt', 'x', '-o', out]),
        (2, '--output is missing', ['generate', '--model', model, '--prompt', 'x']),
        (2, 'steps is "0"', base + ['--steps', 0]), (2, 'steps is "2.5"', base + ['--steps', 2.5]),
        (2, 'no sampler "fast"', base + ['--sampler', 'fast']), (2, 'multiples of', base + ['--width', 100]),
        (2, 'LoRA', base[:3] + ['--prompt', '<lora:x:1>', '-o', out]), (2, 'no instruction set "z80"', base + ['--isa', 'z80']),
        (2, 'precision is "f8"', base + ['--precision', 'f8']), (2, 'lacks its value', ['generate', '--model']),
        (2, '--memory is "much"', base + ['--memory', 'much']),
        (3, 'no-such', ['generate', '--model', folder / 'no-such.safetensors', '--prompt', 'x', '-o', out]),
        (3, 'bad.safetensors', ['generate', '--model', folder / 'bad.safetensors', '--prompt', 'x', '-o', out]),
        (3, 'not a PNG', base + ['--image', folder / 'text.png']), (3, 'never', base + ['-o', folder / 'no' / 'never.png']),
        (4, 'GB', base + ['--memory', '20M', '--width', 2048, '--height', 2048]),
    ]
    for code, word, args in cases:
        r = run(*args, code=code)
        check(word in r.stderr, f'{args[-2:]}: "{word}" is said, not: {r.stderr.strip()[-200:]}')
    r = json.loads(run('generate', '--json', '-o', out, code=2).stdout)
    check(r['exit'] == 2 and 'model' in r['error'], 'errors come as JSON too')
    check(not out.exists(), 'no failure writes a picture')


def test_bench(model, folder):
    r = json.loads(run('bench', 'net', 'taesd', '--width', 64, '--height', 64, '--batch', 2, '--threads', 1, '--json').stdout)
    check(r['threads'] == 1 and r['peak_gflops'] > 0 and r['read_gb_per_second'] > 0, 'bench tells of the machine')
    n = r['networks'][0]
    check(n['network'] == 'taesd' and n['batch'] == 2 and n['pass']['ms'] > 0 and n['pass']['samples'] >= 3, 'and of a network')
    total = sum(o['flop'] * o['calls'] for o in n['ops'])
    check(abs(total - n['flop']) < 1e-3 * n['flop'], 'the operations are all the work')
    check(abs(sum(o['ms'] * o['calls'] for o in n['ops']) - n['sum_ms']) < 1e-3 * n['sum_ms'], 'the sum is their sum')
    n = json.loads(run('bench', 'pass', 'taesd', '--width', 64, '--height', 64, '--json').stdout)['networks'][0]
    check(n['pass']['ms'] > 0 and not n['ops'], 'a pass alone has no operations')
    b = json.loads(run('bench', 'pass', 'taesd', '--width', 64, '--height', 64, '--precision', 'bf16', '--json').stdout)
    check(b['precision'] == 'bf16' and b['networks'], 'bench measures the other precision')
    check('expected auto' in run('bench', 'ops', '--precision', 'x', code=2).stderr, 'an unknown precision is refused')
    rows = run('bench', 'ops', 'taesd', '--width', 64, '--height', 64, '--isa', r['isa']).stdout.splitlines()
    check(rows[0].startswith(r['isa']), 'the instruction set is told')
    check(rows[1].startswith('operation') and rows[-1].startswith('sum of the operations'), 'people get a table')
    check('taesd' in run('--words', 'networks').stdout.split(), 'networks are completed')
    check('needs to know what' in run('bench', code=2).stderr, 'bench asks what')
    check('expected one of unet15' in run('bench', 'net', 'x', code=2).stderr, 'an unknown network is refused')
    check('multiples of 64' in run('bench', 'ops', 'taesd', '--width', 100, code=2).stderr, 'an odd size is refused')


def test_waiting(model, folder):
    """Threads are told how to wait, unless somebody has."""
    for given in {}, {'OMP_WAIT_POLICY': 'active'}:
        env = {k: v for k, v in os.environ.items() if k not in ('OMP_WAIT_POLICY', 'GOMP_SPINCOUNT', 'KMP_BLOCKTIME')} | given
        p = subprocess.Popen([EBRU, 'generate', '--model', model, '--prompt', 'x', '--steps', '50', '-o', folder / 'stopped.png'],
                             stderr=subprocess.PIPE, env=env)
        p.stderr.readline()
        told = b'GOMP_SPINCOUNT=' in pathlib.Path(f'/proc/{p.pid}/environ').read_bytes()
        check(told != bool(given), f'with {given} the environment is {"" if told else "not "}changed')
        name = pathlib.Path(f'/proc/{p.pid}/comm').read_text().strip()
        check(name == 'ebru', f'the process is called {name}, not ebru')
        p.send_signal(signal.SIGINT)
        p.communicate(timeout=60)


def test_stop(model, folder):
    """Ctrl+C at several moments leaves no file and exits with 130."""
    for wait in 0.3, 0.6, 1.2:
        p = subprocess.Popen([EBRU, 'generate', '--model', model, '--prompt', 'x', '--steps', '150', '--width', '512', '--height', '512',
                              '-o', folder / 'stopped.png'], stderr=subprocess.PIPE)
        p.stderr.readline()
        time.sleep(wait)
        p.send_signal(signal.SIGINT)
        start = time.monotonic()
        p.communicate(timeout=60)
        check(p.returncode == 130, f'Ctrl+C exits with 130, not {p.returncode}')
        check(time.monotonic() - start < 10, 'and soon')
    check(not list(folder.glob('stopped*')), 'nothing is left')


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        os.environ['XDG_DATA_HOME'] = name
        os.environ.pop('MALLOC_PERTURB_', None)  # it touches memory that nobody uses: the peak would not be ours
        model = folder / 'model'
        run('make-random', model, '--seed', 1)
        run('make-random', model, code=3)
        run('make-random', folder / 'other', '--seed', 2)
        a, b = (f / 'unet/diffusion_pytorch_model.safetensors' for f in (model, folder / 'other'))
        check(a.read_bytes() != b.read_bytes(), 'another seed gives another model')
        test_help_and_words()
        for test in (test_pictures, test_prompts, test_prompts_from_file, test_edits, test_latents, test_no_utf8, test_json, test_check,
                     test_errors, test_bench, test_waiting, test_stop):
            start = time.monotonic()
            test(model, folder)
            print(f'{test.__name__}: {time.monotonic() - start:.1f} s')
    done()


main()
