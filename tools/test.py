#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds Ebru in two ways and runs the tests; ./bootstrap test calls it where all it needs is.

The last line counts what passed, failed and was skipped, and the exit code is 0 when nothing failed.
A build counts as one. Where ../shared is, a golden test that is skipped has failed: the data it
says it lacks are there. --long sets EBRU_LONG=1, which tests with a longer sweep look at, and runs
the sanitizers over all of them.

--plug-in FILE: builds once and runs the tests that need GIMP alone; what came out is written to FILE.
--with FILE: counts what such a run has written; a file that is not there is a failure.
"""
import argparse
import fcntl
import json
import os
import pathlib
import subprocess
import sys
import time

SOURCE = pathlib.Path(__file__).resolve().parent.parent
BUILD = SOURCE / os.environ.get('EBRU_BUILD', '_build/system')

arguments = argparse.ArgumentParser()
arguments.add_argument('--long', action='store_true')
arguments.add_argument('--plug-in', metavar='FILE', type=pathlib.Path)
arguments.add_argument('--with', dest='other', metavar='FILE', type=pathlib.Path)
ARGUMENTS = arguments.parse_args()

# What a sanitizer would find in the engine shows in the parts; whole pictures take minutes there.
NOT_SANITIZED = ['project', 'emulator', 'plugin'] + ([] if ARGUMENTS.long else ['pipeline', 'cli', 'slow'])

passed, failed, skipped = [], [], []


def say(text):
    print(f'--- {text}', flush=True)


def build(name, compiler, *options):
    """The folder of a build, or None; a later call compiles what has changed."""
    folder = BUILD / name
    title = f'build with {compiler}: {name}'
    say(title)
    command = ['meson', 'setup', str(folder), str(SOURCE), '-Dwerror=true', *options]
    if (folder / 'build.ninja').exists():
        command.insert(2, '--reconfigure')
    environment = dict(os.environ, CC=compiler)
    for step in command, ['meson', 'compile', '-C', str(folder)]:
        done = subprocess.run(step, env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            print(*done.stdout.splitlines()[-100:], sep='\n')
            failed.append(title)
            return None
    passed.append(title)
    return folder


def lacks_goldens(entry):
    words = entry.get('stdout', '') + entry.get('stderr', '')
    return (SOURCE.parent / 'shared/goldens').is_dir() and ('shared' in words or 'golden' in words)


def count(entry, kind):
    """Files one line of meson's log under its result."""
    title, result = f'{entry["name"]} ({kind})', entry['result']
    if result in ('OK', 'EXPECTEDFAIL'):
        passed.append(title)
    elif result == 'SKIP' and not lacks_goldens(entry):
        skipped.append(title)
    else:
        failed.append(title)
        say(f'{title}: {result}, exit code {entry["returncode"]}; the last lines:')
        lines = (entry.get('stdout', '') + entry.get('stderr', '')).splitlines()
        print(*lines[-100:], sep='\n', flush=True)


def test(folder, kind, choice=(), **environment):
    """Runs the tests of a build that meson's options in `choice` leave."""
    say(f'tests: {kind}')
    log = folder / 'meson-logs/testlog.json'
    log.unlink(missing_ok=True)
    command = ['meson', 'test', '-C', str(folder), '--no-rebuild', *choice]
    if environment:
        command += ['--timeout-multiplier', '4']
    subprocess.run(command, env=dict(os.environ, **environment), stdin=subprocess.DEVNULL)
    if not log.exists():
        failed.append(f'meson ran no test: {kind}')
        return
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    for entry in entries:
        count(entry, kind)
    slow = sorted(entries, key=lambda entry: -entry['duration'])[:5]
    say('slowest: ' + ', '.join(f'{e["name"]} {e["duration"]:.1f} s' for e in slow))


def test_plug_in():
    """The tests that need GIMP, with the GIMP that is here."""
    version = subprocess.run(['gimp-console-3', '--version'], stdout=subprocess.PIPE, text=True).stdout
    gimp = 'GIMP ' + version.split()[-1]
    folder = build('gcc', 'gcc', '-Dgimp=enabled')
    if folder:
        test(folder, gimp, ['--suite', 'plugin'])
    ARGUMENTS.plug_in.write_text(json.dumps([passed, failed, skipped]))


def test_all():
    gcc = build('gcc', 'gcc', '-Dgimp=enabled')
    if gcc:
        test(gcc, 'gcc')
    # clang: gcc needs a minute for a kernel with UBSan; the plug-in is compiled for what clang warns of
    sanitized = build('sanitized', 'clang', '-Dgimp=enabled', '-Db_lundef=false',
                      '-Db_sanitize=address,undefined', '-Dc_args=-fno-sanitize-recover=all')
    if sanitized:
        test(sanitized, 'without GIMP, ASan+UBSan', [f'--no-suite={s}' for s in NOT_SANITIZED],
             ASAN_OPTIONS='detect_stack_use_after_return=1', UBSAN_OPTIONS='print_stacktrace=1')


def add_other():
    """What a run with --plug-in has found is ours too."""
    if not ARGUMENTS.other:
        return
    if not ARGUMENTS.other.exists():
        failed.append('tests in another GIMP: they did not end, see above')
        return
    for ours, theirs in zip((passed, failed, skipped), json.loads(ARGUMENTS.other.read_text())):
        ours += theirs


def main():
    start = time.time()
    BUILD.mkdir(parents=True, exist_ok=True)
    lock = open(BUILD / 'lock', 'w')
    fcntl.flock(lock, fcntl.LOCK_EX)
    os.environ.setdefault('OMP_WAIT_POLICY', 'passive')  # meson runs several tests at once
    if ARGUMENTS.long:
        os.environ['EBRU_LONG'] = '1'

    if ARGUMENTS.plug_in:
        test_plug_in()
    else:
        test_all()
        add_other()

    say(f'{time.time() - start:.0f} s')
    for title in skipped:
        print('skipped:', title)
    for title in failed:
        print('FAILED:', title)
    print(f'{len(passed)} passed, {len(failed)} failed, {len(skipped)} skipped', flush=True)
    sys.exit(1 if failed else 0)


main()
