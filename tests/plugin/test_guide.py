# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs in gimp-console: every example of docs/scripting.md, in order, in a folder with in.png. The
examples in Script-Fu go through a GIMP of their own, those in Python share their names."""
import os
import re
import subprocess

from gimpbatch import *

HERE = os.path.dirname(os.path.abspath(sys.argv[0]))
GUIDE = os.path.join(HERE, '../../docs/scripting.md')


def examples():
    with open(GUIDE) as f:
        return re.findall(r'```(scheme|python)\n(.*?)```', f.read(), re.S)


def run_scheme(text, number):
    path = os.path.join(FOLDER, f'example{number}.scm')
    with open(path, 'w') as f:
        f.write(text)
    done = subprocess.run(['gimp-console-3', '-idf', '--batch-interpreter=plug-in-script-fu-eval', '-b',
                           f'(load "{path}")', '--quit'], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, errors='replace', timeout=300)
    check(done.returncode == 0, f'example {number}: {done.stderr[-600:]}')
    for name in re.findall(r'"([^"]+\.xcf)"', text):
        check(os.path.exists(name), f'example {number}: no {name}')


os.chdir(FOLDER)
image, _ = picture()
Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, Gio.File.new_for_path('in.png'), None)
image.delete()
names = {}
found = examples()
check(len(found) >= 4, 'there are examples')
for number, (language, text) in enumerate(found):
    if language == 'scheme':
        run_scheme(text, number)
    else:
        exec(compile(text, f'example {number}', 'exec'), names)
check(os.path.exists('lighthouse.xcf'), 'lighthouse.xcf')
names['image'].delete()
done()
