# SPDX-License-Identifier: GPL-3.0-or-later
"""Called by screenshots.sh: the pictures of the guide, each cut to what it is about, in a folder."""
import math
import sys

from fits import box, screen
from scene_models import window
from scene_queue import rows, set_steps, thumbs
from scene_rows import remove_all, undo_all
from window import *

FOLDER = sys.argv[1]
CANVAS = 204, 170, 342, 390  # in GIMP's window as a new profile has it,
LAYERS = 204, 170, 598, 390  # and that with the layers
TAGS = ('water,0,900,', 'water lilies,0,300,', 'waterfall,0,500,')


def picture(name):
    away()
    shot(name)
    return f'{os.environ.get("SHOTS") or WORK}/{name}.png'


def keep(name, *parts):
    """Parts of pictures, side by side, in few colours; a part is an area, or one of another picture."""
    now = picture(name)
    cut = []
    for part in parts:
        file, (x, y, w, h) = part if isinstance(part[0], str) else (now, part)
        cut += ['(', file, '-crop', f'{w}x{h}+{x}+{y}', '+repage', ')']
    subprocess.run(['convert', *cut, '+append', '+dither', '-colors', '256', '-strip', '-define',
                    'png:compression-level=9', f'PNG8:{FOLDER}/{name}.png'], check=True)


def between(d, top, bottom):
    """The part of the window between two of its widgets."""
    x, y, w, h = around(d)
    begin, end = box(top).y - 3, box(bottom).y + box(bottom).height + 8
    return x, begin, w, end - begin


def around(node):
    at = box(node)
    return at.x, at.y, at.width, at.height


def away():
    """No tooltips."""
    Atspi.generate_mouse_event(screen()[0] - 5, screen()[1] - 5, 'abs')
    time.sleep(1)


def move(d, left, top):
    """Takes the window by its title bar."""
    x, y, *_ = around(d)
    Atspi.generate_mouse_event(x + 100, y + 9, 'abs')
    time.sleep(0.5)
    drag(x + 100, y + 9, left + 100, top + 9, 60)
    time.sleep(1)  # else the window follows the pointer
    away()
    assert abs(box(d).x - left) < 30, box(d).x


def select(x, y, width, height):
    """As with the lasso, from a hand that is not quite steady."""
    points = []
    for i in range(90):
        a = i * math.pi / 45
        r = 1 + 0.08 * math.sin(3 * a + 1) + 0.05 * math.sin(5 * a) + 0.02 * math.sin(11 * a)
        points += [x + width / 2 * (1 + r * math.cos(a)), y + height / 2 * (1 + r * math.sin(a))]
    ask(f'im.select_polygon(Gimp.ChannelOps.REPLACE, {points})')


def opened():
    d = open_dialog()
    wait(lambda: find(d, 'label', contains='/ 75'), 'the model', 120)
    time.sleep(2)
    move(d, 562, 20)
    return d


def run(d, prompt, variants=1):
    set_text(find(d, 'text', 'Prompt'), prompt)
    set_value(labelled(d, 'Variants:'), variants)
    press(d, 'Fill')
    wait(lambda: layers() == 2, 'the result', 300)
    wait(lambda: idle(d), 'an idle dialog')


def back():
    undo()
    wait(lambda: layers() == 1, 'the undo')


def fill():
    """The window as it opens first, and what it makes of a selection."""
    d = opened()
    set_text(find(d, 'text', 'Prompt'), 'water')
    x, y, w, h = around(d)
    keep('window', (0, 0, x + w, y + h))
    move(d, 810, 20)
    before = picture('before')
    edges = find(d, 'toggle button', 'Selection edges')
    click(edges)
    blend = wait(lambda: labelled(d, 'Blend:'), 'the edges')
    usual = blend.get_value_iface().get_current_value()
    set_value(blend, NARROW)  # the picture is small, and the usual border would be a tenth of it
    run(d, 'water')
    keep('filled', (before, CANVAS), LAYERS)
    back()
    set_value(blend, usual)
    click(edges)
    close_dialog(d)


def variants():
    """Three at once; and as drafts."""
    d = opened()
    run(d, 'lava', 3)
    focus(thumbs(d)[1])
    keep('variants', between(d, find(d, 'label', '3 variants'), find(d, 'progress bar')))
    back()
    select(*CLOUDS)
    set_text(find(d, 'text', 'Prompt'), 'the sky at sunset')
    click(find(d, 'check box', 'Drafts first'))
    set_value(labelled(d, 'Variants:'), 4)
    press(d, 'Fill')
    wait(lambda: len(thumbs(d)) == 4 and 'draft' in thumbs(d)[3].get_name(), 'the drafts', 300)
    wait(lambda: idle(d), 'an idle dialog')
    keep('drafts', between(d, find(d, 'label', contains='Drafts: '), find(d, 'progress bar')))
    click(find(d, 'check box', 'Drafts first'))
    set_value(labelled(d, 'Variants:'), 1)
    press(d, 'Close')
    click(wait(lambda: find(app(PLUGIN), 'button', 'Finish in Background'), 'the question'))
    wait(lambda: not app(PLUGIN), 'the plug-in to leave', 60)
    back()
    select(*POND)


def queue():
    """One that is made and two that wait."""
    d = opened()
    set_steps(d, 150)
    click(find(d, 'toggle button', 'Advanced'))
    for prompt in 'water', 'sand', 'pebbles':
        set_text(find(d, 'text', 'Prompt'), prompt)
        press(d, 'Fill')
    bar = find(d, 'progress bar')
    wait(lambda: len(rows(d)) == 3 and bar.get_value_iface().get_current_value() > 0.3, 'progress', 120)
    keep('queue', between(d, find(d, None, 'Preview'), find(d, 'check box', 'Pause the queue')))
    click(find(d, 'check box', 'Pause the queue'))
    remove_all(d)
    wait(lambda: idle(d), 'the stop')
    undo_all()
    set_steps(d, 20)
    click(find(d, 'toggle button', 'Advanced'))
    close_dialog(d)


def details():
    """All that is folded away at first, and a prompt with weights that is being completed."""
    with open(os.environ['GIMP3_DIRECTORY'] + '/ebru/tags/guide.csv', 'w') as f:
        f.write('tag,type,count,aliases\n' + '\n'.join(TAGS) + '\n')
    d = opened()
    prompt = find(d, 'text', 'Prompt')
    set_text(prompt, '(clouds:1.2), [sunset], a lake with ')
    prompt.get_text_iface().set_caret_offset(len(get_text(prompt)))
    focus(prompt)
    type_keys('wat')
    wait(lambda: find(app(PLUGIN), 'list item', 'waterfall', showing=True), 'the list')
    x, y, w, h = around(d)
    keep('prompt', (x, y, w, 330))
    key(ESCAPE)
    set_text(prompt, 'water')
    for name in CHOICE, 'Advanced', 'Faster, at a price', 'Selection edges', 'Avoid':
        click(find(d, 'toggle button', name))
    time.sleep(1)
    keep('settings', around(d))
    close_dialog(d)


def models():
    """The window of models, and the check of the setup."""
    menu('Filters', 'Generate', 'Models...')
    w = window('Models')
    wait(lambda: find(w, 'table cell', contains='starter'), 'the model')
    wait(lambda: find(w, 'label', contains='SHA-256: ') and not find(w, 'label', contains='being computed'), 'its sum', 60)
    keep('models', around(w))
    press(w, 'Close')
    wait(lambda: not app(PLUGIN), 'the plug-in to leave')
    menu('Filters', 'Generate', 'Check Setup')
    w = window('Check Setup')
    text = find(w, 'text', 'Report')
    wait(lambda: 'passed in' in get_text(text), 'the test of the engine', 60)
    keep('check', around(w))
    press(w, 'Close')


POND, CLOUDS, NARROW = (35, 145, 185, 80), (30, 5, 195, 85), 8
SCENES = fill, variants, queue, details, models
os.makedirs(os.environ['GIMP3_DIRECTORY'] + '/ebru/tags', exist_ok=True)
away()
ready()
select(*POND)
for scene in SCENES:
    if not sys.argv[2:] or scene.__name__ in sys.argv[2:]:
        log(scene.__name__)
        scene()
print('screenshots:', FOLDER)
