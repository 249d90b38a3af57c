#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-or-later
"""Every C file is as clang-format would write it. Prints the places that are not.

The version of clang-format matters: the one of Debian 13 decides, and others skip the test.
To repair: ./bootstrap shell clang-format -i FILE...
"""
import pathlib
import re
import shutil
import subprocess
import sys

VERSION = 19
FOLDERS = 'engine', 'plugin', 'tests'

source = pathlib.Path(sys.argv[1])
program = shutil.which(f'clang-format-{VERSION}') or shutil.which('clang-format')
found = program and subprocess.check_output([program, '--version'], text=True)
if not found or int(re.search(r'version (\d+)', found)[1]) != VERSION:
    print(f'skipped: clang-format {VERSION} is not installed')
    sys.exit(77)
files = [str(path) for folder in FOLDERS for path in sorted((source / folder).rglob('*.[ch]'))]
print(len(files), 'files', flush=True)
sys.exit(subprocess.call([program, '--dry-run', '--Werror', *files]))
