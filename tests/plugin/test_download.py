# SPDX-License-Identifier: GPL-3.0-or-later
"""Downloads from a server on the loopback, whole and interrupted, good and bad.

    test_download.py FETCH
"""
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from server import DATA, SUM, Server

FETCH = sys.argv[1]
STOPPED, DISK, CHECKSUM, SERVER, NETWORK, FILE = range(6)
server = Server()
folder = tempfile.mkdtemp(prefix='ebru-download-')
place = folder + '/models/new'
failures = 0


def check(condition, what):
    global failures
    if not condition:
        failures += 1
        print('FAILED:', what)


def fetch(kind, size=len(DATA), sha256=SUM, stop=None, url=None):
    """What the program says."""
    del server.asked[:]
    command = [FETCH, url or server.url(kind), 'model.safetensors', str(size), sha256, place]
    return subprocess.run(command + ([str(stop)] if stop else []), stdout=subprocess.PIPE, text=True,
                          timeout=60).stdout.strip()


def files():
    """Name and size of all that is there."""
    names = sorted(os.listdir(place)) if os.path.isdir(place) else []
    return {name: os.path.getsize(place + '/' + name) for name in names}


def clean():
    shutil.rmtree(place, ignore_errors=True)


def whole(said):
    path = place + '/model.safetensors'
    return said == path and open(path, 'rb').read() == DATA and list(files()) == ['model.safetensors']


def test_whole():
    check(whole(fetch('whole')), 'a whole file')
    check(server.asked[0][1] is None, 'no Range at first')
    check(whole(fetch('whole')) and not server.asked, 'what is there is not fetched again')
    clean()
    check(whole(fetch('moved')), 'a file that was moved')
    clean()


def test_resume():
    said = fetch('cut')
    check(said.startswith(f'{NETWORK}: '), f'a cut: {said}')
    check(files() == {'model.safetensors.part': len(DATA) // 2}, f'half of it stays: {files()}')
    check(whole(fetch('cut')), 'the rest')
    check(server.asked[0][1] == f'bytes={len(DATA) // 2}-', f'only the rest is asked for: {server.asked}')
    clean()
    fetch('cut')
    check(whole(fetch('norange')), 'a server that knows no ranges')
    clean()
    fetch('cut')
    said = fetch('wrongrange')
    check(said.startswith(f'{SERVER}: '), f'another range: {said}')
    check(files() == {'model.safetensors.part': len(DATA) // 2}, 'the half is as it was')
    clean()
    os.makedirs(place)
    with open(place + '/model.safetensors.part', 'wb') as f:
        f.write(DATA + b'more')
    check(whole(fetch('whole')), 'a part that is too long')
    clean()
    os.makedirs(place)
    with open(place + '/model.safetensors.part', 'wb') as f:
        f.write(DATA)
    check(whole(fetch('whole')) and not server.asked, 'a part that has all')
    clean()


def test_checksum():
    said = fetch('wrong')
    check(said == f'{CHECKSUM}: The file differs from the published checksum; it was kept as '
          '“model.safetensors.bad”.', said)
    check(list(files()) == ['model.safetensors.bad'], f'it is kept: {files()}')
    check(fetch('whole').endswith('/model.safetensors'), 'again')
    check(list(files()) == ['model.safetensors', 'model.safetensors.bad'], 'beside the bad one')
    with open(place + '/model.safetensors', 'wb') as f:
        f.write(b'mine')
    said = fetch('whole')
    check(said.startswith(f'{FILE}: There is another file') and files()['model.safetensors'] == 4,
          f'a file of the user: {said}')
    clean()


def test_server():
    for kind, words in (('nowhere', '404'), ('longer', 'another file'), ('endless', 'more than')):
        said = fetch(kind)
        check(said.startswith(f'{SERVER}: ') and words in said, f'{kind}: {said}')
        clean()
    for url in ('http://127.0.0.1:9/x', 'file:///etc/passwd', server.url('elsewhere')):
        said = fetch('', url=url)
        check(said.startswith(f'{NETWORK}: ') and not files(), f'{url}: {said}, {files()}')


def test_disk():
    said = fetch('whole', size=10**15)
    check(said.startswith(f'{DISK}: Only ') and said.endswith(
        f'GB free in {place}; the download needs 1000000 GB.'), said)
    check(not server.asked, 'nothing was asked for')
    clean()
    open(folder + '/models', 'w').close() if not os.path.exists(folder + '/models') else None
    shutil.rmtree(folder + '/models', ignore_errors=True)
    open(folder + '/models', 'w').close()
    said = fetch('whole')
    check(said.startswith(f'{FILE}: '), f'no folder can be made: {said}')
    os.unlink(folder + '/models')


def test_full():
    """A file system of 1 MB fills while it is written to; only root can make one."""
    small = folder + '/small'
    os.mkdir(small)
    if subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small],
                      stderr=subprocess.DEVNULL).returncode:
        print('a full disk: cannot be tried without mount')
        return
    command = [FETCH, server.url('endless'), 'model.safetensors', '800000', SUM, small]
    with open(small + '/other', 'wb') as f:
        f.write(bytes(100_000))
    said = subprocess.run(command[:3] + [str(len(DATA)), SUM, small], stdout=subprocess.PIPE, text=True).stdout
    check(said.startswith(f'{DISK}: Only 0.00 GB free'), f'a full disk: {said}')
    subprocess.run(['umount', small])


def test_stop():
    said = fetch('slow', stop=500_000)
    check(said.startswith(f'{STOPPED}: '), f'stopped: {said}')
    size = files().get('model.safetensors.part', 0)
    check(500_000 <= size < len(DATA), f'what was there stays: {files()}')
    check(whole(fetch('whole')), 'and is gone on with')
    check(server.asked[0][1] == f'bytes={size}-', f'from there: {server.asked}')
    clean()


for test in test_whole, test_resume, test_checksum, test_server, test_disk, test_full, test_stop:
    test()
shutil.rmtree(folder)
print('test_download:', f'{failures} failed' if failures else 'passed')
sys.exit(failures > 0)
