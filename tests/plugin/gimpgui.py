# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives a real GIMP 3 through AT-SPI and D-Bus: finds widgets by role and name, presses, types,
paints with the pointer, and asks GIMP itself what the image looks like.
Needs python3-gi, gir1.2-atspi-2.0, at-spi2-core, and imagemagick for shot()."""
import json, os, socket, subprocess, time
import gi
gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, Gio, GLib

WORK = os.environ['WORK']       # set by run-gui.sh; screenshots and logs go here
START = time.time()
SLOW = 3  # s; a wait that takes longer is told, to see where a test's time goes
Atspi.set_timeout(20000, 60000)  # ms; a busy program that does not answer sooner is there all the same


def log(*words):
    print('%6.2f' % (time.time() - START), *words, flush=True)


def wait(condition, what, timeout=60, poll=0.1):
    """The first true value of condition(); accessibility errors count as false. What takes long to ask,
    as GIMP's layers do, is asked half of the time at most: the work that is waited for needs the cores."""
    start = time.time()
    while time.time() < start + timeout:
        asked = time.time()
        try:
            value = condition()
        except GLib.Error:
            value = None
        if value:
            if time.time() > start + SLOW:
                log('  %.1f s for %s' % (time.time() - start, what))
            return value
        time.sleep(max(poll, time.time() - asked))
    shot('timeout')
    raise SystemExit('TIMEOUT waiting for ' + what)


def soon(condition, seconds, poll=0.05):
    """Whether it becomes true within this time; for what may as well not."""
    start = time.time()
    while not condition():
        if time.time() > start + seconds:
            return False
        time.sleep(poll)
    return True


class Events:
    """What the accessibility bus tells of these kinds."""

    def __init__(self, *kinds):
        self.told = []
        self.listener = Atspi.EventListener.new(lambda e: self.told.append(e.any_data))
        for kind in kinds:
            self.listener.register(kind)

    def all(self):
        context = GLib.MainContext.default()
        while context.iteration(False):
            pass
        return self.told


# ---- the accessible tree ----

def app(name):
    """The process called `name` on the accessibility bus: 'gimp', or a plug-in by its binary's name."""
    desktop = Atspi.get_desktop(0)
    desktop.clear_cache()
    for i in range(desktop.get_child_count()):
        child = desktop.get_child_at_index(i)
        if child and name in (child.get_name() or ''):
            return child


def walk(node, depth=0):
    if node is None or depth > 40:
        return
    yield node, depth
    try:
        children = [node.get_child_at_index(i) for i in range(node.get_child_count())]
    except GLib.Error:
        return
    for child in children:
        yield from walk(child, depth + 1)


def find(root, role=None, name=None, contains=None, showing=False):
    for node, _ in walk(root):
        try:
            text = node.get_name() or ''
            if ((role is None or node.get_role_name() == role)
                    and (name is None or text == name)
                    and (contains is None or contains in text)
                    and (not showing or node.get_state_set().contains(Atspi.StateType.SHOWING))):
                return node
        except GLib.Error:
            continue


def labelled(root, label):
    """The control that a visible label belongs to: by relation, else the first control beside it."""
    text = find(root, 'label', label)
    for relation in text.get_relation_set():
        if relation.get_relation_type() == Atspi.RelationType.LABEL_FOR:
            return relation.get_target(0)
    parent = text.get_parent()
    for i in range(parent.get_child_count()):
        child = parent.get_child_at_index(i)
        if child.get_role_name() in ('spin button', 'combo box', 'text', 'slider'):
            return child


def dump(root):
    for node, depth in walk(root):
        print('  ' * depth + '[%s] %r' % (node.get_role_name(), node.get_name()), flush=True)


# ---- acting ----

def click(node):
    action = node.get_action_iface()
    assert action and action.get_n_actions(), 'nothing to press: %r' % node.get_name()
    action.do_action(0)


def menu(*path):
    """Fires a menu item by its shown names, without opening the menus."""
    node = wait(lambda: find(app('gimp'), 'menu bar'), 'menu bar')
    for step in path[:-1]:
        node = find(node, 'menu', step)
        assert node, 'no menu ' + step
    item = find(node, 'menu item', path[-1])
    assert item, 'no menu item ' + path[-1]
    click(item)


def set_text(node, text):
    assert node.get_editable_text_iface().set_text_contents(text)


def get_text(node):
    text = node.get_text_iface()
    return Atspi.Text.get_text(text, 0, Atspi.Text.get_character_count(text))


def set_value(node, value):
    assert node.get_value_iface().set_current_value(value)


def type_keys(text):
    """Real key events to whatever has the focus."""
    Atspi.generate_keyboard_event(0, text, Atspi.KeySynthType.STRING)


def drag(x0, y0, x1, y1, steps=20):
    """Presses button 1 at screen position x0,y0 and draws to x1,y1."""
    Atspi.generate_mouse_event(x0, y0, 'abs')
    Atspi.generate_mouse_event(x0, y0, 'b1p')
    for i in range(1, steps + 1):
        Atspi.generate_mouse_event(x0 + (x1 - x0) * i // steps, y0 + (y1 - y0) * i // steps, 'abs')
        time.sleep(0.01)
    Atspi.generate_mouse_event(x1, y1, 'b1r')


def shot(name):
    """The screen as a picture in WORK; in SHOTS if that names a folder, to be looked at."""
    folder = os.environ.get('SHOTS') or WORK
    os.makedirs(folder, exist_ok=True)
    subprocess.run(['import', '-window', 'root', '%s/%s.png' % (folder, name)], check=True,
                   env={**os.environ, 'LC_ALL': 'C'})  # in Turkish its own words have other capitals


# ---- asking GIMP ----

def batch(code, finished=True):
    """Runs Python code in the live GIMP through the D-Bus service of its own."""
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    call = ('org.gimp.GIMP.UI', '/org/gimp/GIMP/UI', 'org.gimp.GIMP.UI', 'BatchRun',
            GLib.Variant('(ss)', ('python-fu-eval', code)), None, 0)
    if finished:
        bus.call_sync(*call, 60 * 1000, None)
    else:
        bus.call(*call, GLib.MAXINT, None, None)
        bus.flush_sync()


SERVER = '''
from gi.repository import Gimp
import json, os, socket
server = socket.socket(socket.AF_UNIX)
server.bind(%(path)r + '.part')
server.listen(1)
os.rename(%(path)r + '.part', %(path)r)
lines = server.accept()[0].makefile('rw')
for line in lines:
    try:
        answer = [eval(json.loads(line), {'Gimp': Gimp, 'im': (Gimp.get_images() or [None])[0]}), None]
    except Exception as e:
        answer = [None, repr(e)]
    print(json.dumps(answer), file=lines, flush=True)
'''
gimp = None  # the connection to what runs SERVER


def connect():
    """Starts SERVER inside of the live GIMP, where it stays: to start an interpreter for each question
    takes longer than most answers."""
    path = WORK + '/gimp.socket'
    for old in path, path + '.part':
        if os.path.exists(old):
            os.unlink(old)
    batch('0')  # fails before GIMP is there
    batch(SERVER % {'path': path}, finished=False)
    wait(lambda: os.path.exists(path), 'an interpreter inside of GIMP')
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(60)
    connection.connect(path)
    return connection.makefile('rw')


def ask(expression):
    """The value of a Python expression in GIMP; `im` is the first image."""
    global gimp
    gimp = gimp or connect()
    print(json.dumps(expression), file=gimp, flush=True)
    value, error = json.loads(gimp.readline())
    assert error is None, f'{error} of {expression}'
    return value


def hang_up():
    """Ends what answers ask(): GIMP runs one batch at a time."""
    global gimp
    gimp.close()
    gimp = None


def ready():
    """Waits until GIMP shows its menus, has opened the image and answers."""
    wait(lambda: find(app('gimp'), 'menu bar'), 'menu bar', 200)

    def opened():
        try:
            return ask('im is not None')
        except GLib.Error:
            return False
    wait(opened, 'the image')
