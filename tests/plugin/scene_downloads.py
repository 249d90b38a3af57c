# SPDX-License-Identifier: GPL-3.0-or-later
"""Downloads from a server on the loopback: nothing without a yes to the licence; good and bad ends."""
import json

from scene_models import unnamed, window
from server import DATA, SUM, Server
from window import *

PROFILE = os.environ['GIMP3_DIRECTORY']
PLACE = os.environ['HOME'] + '/.local/share/ebru/models'


def write(entries):
    with open(PROFILE + '/ebru/catalogue.json', 'w') as f:
        json.dump({'catalogue': 1, 'models': entries}, f)


def catalogue(server):
    entries = [{'name': kind, 'note': 'for a test', 'file': kind + '.safetensors', 'url': server.url(kind),
                'size': 10**15 if kind == 'disk' else len(DATA), 'sha256': SUM, 'licence': 'CC0 1.0',
                'licence-url': server.url('licence')} for kind in ('slow', 'wrong', 'disk', 'nowhere')]
    os.makedirs(PROFILE + '/ebru', exist_ok=True)
    write(entries)
    return entries


def accept(w, name):
    choose(w, name)
    press(w, 'Download')
    wait(lambda: find(w, 'label', f'“{name}” is under CC0 1.0. Read it before use.', showing=True), 'the licence')


def told(w, text, button=None):
    wait(lambda: find(w, 'label', contains=text, showing=True), f'“{text}”', 120)
    if button:
        wait(lambda: find(w, 'button', button, showing=True), 'the button ' + button)


def choose(w, name):
    find(w, 'table cell', name).get_component_iface().grab_focus()
    time.sleep(0.3)


def open_empty():
    """The window Models and, over it, Download Models, which says that its catalogue is empty."""
    d = open_dialog()
    press(d, 'Models…')
    press(window('Models'), 'Download…')
    w = window('Download Models')
    told(w, 'The catalogue is empty')
    shot('downloads-empty')
    return d, w


def edit(w, server):
    """Edit Catalogue makes the user's own; the list follows what is written into it, and says what is wrong."""
    path = PROFILE + '/ebru/catalogue.json'
    press(w, 'Edit Catalogue')
    wait(lambda: os.path.exists(path), 'a catalogue of one\'s own')
    shot('downloads-edit')
    entries = catalogue(server)
    wait(lambda: find(w, 'table cell', 'wrong'), 'what was added')
    assert not find(w, 'label', contains='The catalogue is empty', showing=True), 'it is said to be empty'
    accept(w, 'wrong')
    write([{**entries[0], 'url': 'http://example.org/file'}])
    told(w, 'https')
    shot('downloads-catalogue-wrong')
    assert not find(w, 'button', 'I Accept', showing=True), 'a question about what is not there any more'
    write(entries)
    wait(lambda: find(w, 'table cell', 'wrong'), 'what was mended')
    assert not find(w, 'label', contains='https', showing=True), 'the error is still said'
    choose(w, 'wrong')
    write(entries[1:])
    wait(lambda: not find(w, 'table cell', 'slow'), 'what was taken out')
    assert has(find(w, 'table cell', 'wrong'), Atspi.StateType.SELECTED), 'the selection is lost'
    press(w, 'Close')


def good(w, server):
    """The licence, progress, Stop, and going on. What is fetched is what was asked about."""
    accept(w, 'slow')
    assert find(w, 'button', 'Read', showing=True), 'the licence cannot be read'
    assert not server.asked, 'something was fetched without a yes'
    shot('message-licence')
    choose(w, 'disk')  # the question stays, and is about the other
    press(w, 'I Accept')
    bar = wait(lambda: find(w, 'progress bar', showing=True), 'progress')
    wait(lambda: bar.get_value_iface().get_current_value() > 0.3, 'a third of it', 60, 0.05)
    shot('downloading')
    press(w, 'Stop')
    told(w, 'Stopped. What has arrived is kept')
    part = os.path.getsize(PLACE + '/slow.safetensors.part')
    assert 0 < part < len(DATA), part
    accept(w, 'slow')
    press(w, 'I Accept')
    told(w, 'is there and as published')
    assert server.asked[-1][1] == f'bytes={part}-', server.asked
    with open(PLACE + '/slow.safetensors', 'rb') as f:
        assert f.read() == DATA, 'another file'


def bad(w, server):
    """A wrong sum, no room, no file; Retry tries what has failed, whatever is selected by then."""
    for name, text, button in (
            ('wrong', 'The file differs from the published checksum; it was kept as “wrong.safetensors.bad”.', 'Retry'),
            ('disk', f'GB free in {PLACE}; the download needs 1000000 GB.', 'Choose Folder…'),
            ('nowhere', 'The server has no such file (404)', 'Retry')):
        accept(w, name)
        press(w, 'I Accept')
        told(w, text, button)
        shot('message-' + name)
    assert sorted(os.listdir(PLACE)) == ['slow.safetensors', 'wrong.safetensors.bad'], os.listdir(PLACE)
    choose(w, 'wrong')
    asked = len(server.asked)
    press(w, 'Retry')
    wait(lambda: len(server.asked) > asked, 'another attempt')
    assert server.asked[-1][0].startswith('/nowhere'), server.asked[-1]
    told(w, 'The server has no such file (404)')


def downloads():
    """The catalogue, the licence, progress, Stop, and going on; a wrong sum, no room, no file."""
    d, w = open_empty()
    server = Server()
    edit(w, server)
    catalogue(server)
    press(window('Models'), 'Download…')
    w = window('Download Models')
    assert not list(unnamed(w)), list(unnamed(w))
    good(w, server)
    bad(w, server)
    press(w, 'Close')
    press(window('Models'), 'Close')
    close_dialog(d)
    os.unlink(PROFILE + '/ebru/catalogue.json')


SCENES = downloads,
