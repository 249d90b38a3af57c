# SPDX-License-Identifier: GPL-3.0-or-later
"""What outlives its window: jobs of a process that was killed or stopped are offered by the next."""
import glob
import json
import shutil

from scene_queue import *

STATE = WORK + '/home/.local/state/ebru'
NEWEST = '''(lambda G, l: __import__("hashlib").md5(bytes(l.get_buffer().get(
    G.Rectangle.new(0, 0, l.get_width(), l.get_height()), 1.0, None, G.AbyssPolicy.NONE)))
    .hexdigest())(__import__("gi.repository", fromlist=["Gegl"]).Gegl, im.get_layers()[0])'''


def kept():
    """Jobs in the list on disk; each has its pixels beside it, and nothing else is there, but for the
    moment between the writing of both."""
    def whole():
        with open(STATE + '/queue.json') as f:
            jobs = json.load(f)['jobs']
        pixels = sorted(glob.glob(STATE + '/job-*'))
        return [jobs] if pixels == sorted(f'{STATE}/job-{j["id"]}.pixels' for j in jobs) else None

    return len(wait(whole, 'a list that agrees with the files', 5)[0])


def question(text, button):
    wait(lambda: find(app(PLUGIN), 'label', contains=text, showing=True), f'the question “{text}”')
    shot('question-' + button.split()[0].lower())
    click(wait(lambda: find(app(PLUGIN), 'button', button, showing=True), button))


def fix_seed(d, value):
    if not find(d, 'label', 'Number of steps:', showing=True):  # the seed may be scrolled away
        click(find(d, 'toggle button', 'Advanced'))
    box = wait(lambda: find(d, 'check box', 'Keep'), 'the seed')
    if not has(box, Atspi.StateType.CHECKED):
        click(box)
    set_value(labelled(d, 'Seed number:'), value)


def free_seed(d):
    box = find(d, 'check box', 'Keep')
    if has(box, Atspi.StateType.CHECKED):
        click(box)


def leave_running(d):
    click(find(d, 'button', 'Close'))
    click(wait(lambda: find(app(PLUGIN), 'button', 'Keep Running in Background'), 'the question'))


def killed():
    """GIMP's Cancel kills the process; the next window makes the same pictures for the same image."""
    d = open_dialog()
    set_steps(d, 100)
    fix_seed(d, 11)
    press(d, 'Fill')
    wait(lambda: layers() == 2, 'the picture that is made in peace', 120)
    wait(lambda: idle(d), 'an idle dialog')
    want = ask(NEWEST)
    undo()
    press(d, 'Fill')
    question('was made already', 'Same Again')
    fix_seed(d, 12)
    press(d, 'Fill')
    wait(lambda: len(rows(d)) == 3 and kept(), 'jobs on disk')
    leave_running(d)
    cancel = wait(lambda: find(app('gimp'), 'button', 'Cancel', showing=True), "GIMP's Cancel")
    click(cancel)
    wait(lambda: not app(PLUGIN), 'the end of the process')
    left = kept()  # a quick machine has made the first by now
    assert left and layers() == 3 - left, (layers(), left)
    d = open_dialog()
    question('not finished', 'Run Them')
    wait(lambda: layers() == 3, 'both pictures', 180)
    wait(lambda: idle(d), 'an idle dialog')
    undo()
    wait(lambda: layers() == 2, 'the undo of the second')
    assert ask(NEWEST) == want, 'the picture is another than without the kill'
    undo()
    assert kept() == 0
    free_seed(d)
    close_dialog(d)


def stopped():
    """Stop All keeps what had not begun; Discard forgets it."""
    d = open_dialog()
    set_steps(d, 150)
    for n in range(3):
        press(d, 'Fill')
    wait(lambda: len(rows(d)) == 3 and kept() == 3, 'three jobs')
    click(find(d, 'button', 'Close'))
    wait(lambda: find(app(PLUGIN), 'label', contains='3 jobs are waiting'), 'the question')
    shot('closing')
    click(find(app(PLUGIN), 'button', 'Stop All'))
    wait(lambda: not app(PLUGIN), 'the plug-in to leave')
    assert layers() == 1 and kept() == 2
    d = open_dialog()
    question('2 jobs were not finished', 'Discard')
    wait(lambda: kept() == 0, 'that they are forgotten')
    set_steps(d, 2)
    close_dialog(d)
    d = open_dialog()
    assert not find(d, 'label', contains='not finished', showing=True), 'they are offered again'
    close_dialog(d)


LONG = '狐' * 40  # in UTF-8 longer than what is remembered of a name


def again_kept():
    """A job of Generate Again that was stopped is the same when it is offered, with the selection of then."""
    d = open_dialog()
    set_steps(d, 80)
    press(d, 'Fill')
    wait(lambda: layers() == 2, 'the layer', 120)
    wait(lambda: idle(d), 'an idle dialog')
    crop = json.loads(ask(TOP_LAYER)[5].rstrip('\0'))['crop']
    ask(f'[im.get_layers()[0].set_name("{LONG}"), Gimp.Selection.none(im)][1]')
    for n in 1, 2:
        menu('Filters', 'Generate', 'Generate Again')
        wait(lambda: kept() == n, f'job {n}')
    click(find(d, 'button', 'Close'))
    click(wait(lambda: find(app(PLUGIN), 'button', 'Stop All'), 'the question'))
    wait(lambda: not app(PLUGIN), 'the plug-in to leave')
    assert layers() == 2 and kept() == 1, (layers(), kept())
    d = open_dialog()
    question('1 job was not finished', 'Run It')
    wait(lambda: layers() == 3, 'its picture', 120)
    wait(lambda: idle(d), 'an idle dialog')
    assert json.loads(ask(TOP_LAYER)[5].rstrip('\0'))['crop'] == crop != [0, 0, 480, 360], crop
    assert kept() == 0
    while layers() > 1:  # the name and the selection are steps, too
        undo()
        time.sleep(0.2)
    set_steps(d, 2)
    generate(d)
    close_dialog(d)


def same_again():
    """With a fixed seed, what was made already is made with a new one."""
    d = open_dialog()
    set_steps(d, 2)
    fix_seed(d, 5)
    generate(d)
    press(d, 'Fill')
    question('Use a new seed?', 'New Seed')
    wait(lambda: layers() == 2, 'the layer', 60)
    wait(lambda: idle(d), 'an idle dialog')
    recipe = json.loads(ask(TOP_LAYER)[5].rstrip('\0'))
    assert recipe['seed'] != 5, recipe['seed']
    undo()
    free_seed(d)
    close_dialog(d)


def put_off():
    """What cannot be made now, as its model is away, is offered again; what is damaged is forgotten."""
    shutil.copytree(MODELS + '/random', MODELS + '/away')
    d = open_dialog()
    choose_model(d, 'away')
    set_steps(d, 100)
    for n in range(3):
        press(d, 'Fill')
    wait(lambda: len(rows(d)) == 3 and kept() == 3, 'three jobs')
    choose_model(d, 'random')
    set_steps(d, 2)
    click(find(d, 'button', 'Close'))
    click(wait(lambda: find(app(PLUGIN), 'button', 'Stop All'), 'the question'))
    wait(lambda: not app(PLUGIN), 'the plug-in to leave')
    with open(STATE + '/queue.json') as f:
        ledger = json.load(f)
    assert len(ledger['jobs']) == 2, ledger
    ledger['jobs'][0]['job']['settings'] = '(nonsense'
    with open(STATE + '/queue.json', 'w') as f:
        json.dump(ledger, f)
    shutil.move(MODELS + '/away', WORK + '/away')
    d = open_dialog()
    question('2 jobs were not finished', 'Run Them')
    said = wait(lambda: find(d, 'label', contains='the next window offers it again', showing=True), 'what becomes of it')
    shot('put-off')
    said = said.get_name()
    assert 'is damaged' in said and 'away' in said and '1 job is kept' in said, said
    assert kept() == 1 and not find(d, 'label', contains='not finished', showing=True)
    close_dialog(d)
    shutil.move(WORK + '/away', MODELS + '/away')
    d = open_dialog()
    question('1 job was not finished', 'Run It')
    wait(lambda: layers() == 2, 'its picture', 120)
    wait(lambda: idle(d), 'an idle dialog')
    assert kept() == 0
    undo()
    close_dialog(d)
    shutil.rmtree(MODELS + '/away')


def seed_kept():
    """A seed that is fixed while a picture is made stays when it is done."""
    d = open_dialog()
    set_steps(d, 80)
    press(d, 'Fill')
    wait(lambda: not idle(d), 'the job')
    fix_seed(d, 77)
    wait(lambda: layers() == 2, 'the layer', 60)
    wait(lambda: idle(d), 'an idle dialog')
    assert labelled(d, 'Seed number:').get_value_iface().get_current_value() == 77, 'it is that of the picture'
    undo()
    set_steps(d, 2)
    generate(d)
    free_seed(d)
    close_dialog(d)


SCENES = killed, stopped, put_off, again_kept, same_again, seed_kept
