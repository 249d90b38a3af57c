# SPDX-License-Identifier: GPL-3.0-or-later
"""What was made before: the window History, Recall Settings, and what the image says of itself."""
import json

from fits import box, fits
from scene_queue import *
from scene_unfinished import STATE, fix_seed, free_seed

HISTORY = STATE + '/history'
METADATA = 'im.get_metadata().serialize()'


def remembered():
    """The lines of the history."""
    if not os.path.exists(HISTORY + '/pictures.jsonl'):
        return []
    with open(HISTORY + '/pictures.jsonl') as f:
        return [json.loads(line) for line in f]


def whole():
    """Each line has its thumbnail, and nothing else is there."""
    names = [line['id'] + '.png' for line in remembered()] + ['lock', 'pictures.jsonl']
    return sorted(os.listdir(HISTORY)) == sorted(names)


def window(name):
    return wait(lambda: find(app(PLUGIN), 'dialog', name, showing=True), 'the window ' + name)


def shown(w):
    return [n.get_name().split('\n')[0] for n, _ in walk(find(w, None, 'Pictures'))
            if n.get_role_name() == 'table cell' and n.get_name()]


def cells(w):
    return [n for n, _ in walk(find(w, None, 'Pictures')) if n.get_role_name() == 'table cell' and n.get_name()]


def brightness(picture, x, y):
    """Of a pixel of a picture that shot() took, from 0 to 255."""
    where = os.environ.get('SHOTS') or WORK
    text = subprocess.check_output(['convert', f'{where}/{picture}.png', '-crop', f'1x1+{x}+{y}', '-colorspace',
                                    'gray', '-format', '%[fx:255*mean]', 'info:'], text=True)
    return float(text)


def make(d, prompt):
    """A picture, whose layer is undone."""
    n = len(remembered())
    set_text(find(d, 'text', 'Prompt'), prompt)
    generate(d)
    wait(lambda: len(remembered()) == n + 1, 'the line in the history')


def history():
    """Each picture is remembered; found by a word, its settings come back; removed, cleared, switched off."""
    d = open_dialog()
    set_steps(d, 2)
    n = len(remembered())
    fix_seed(d, 77)
    click(find(d, 'menu item', 'Fill selection'))
    set_value(find(d, 'slider', 'Strength'), 40)
    click(find(d, 'toggle button', 'Avoid'))
    set_text(wait(lambda: find(d, 'text', 'Avoid'), 'the field'), 'fog')
    make(d, 'a blue teapot')
    free_seed(d)
    set_text(find(d, 'text', 'Avoid'), '')
    click(find(d, 'toggle button', 'Avoid'))
    set_value(find(d, 'slider', 'Strength'), 100)
    click(find(d, 'menu item', 'Automatic'))
    make(d, 'green hills')
    last = remembered()[-1]
    assert last['recipe']['prompt'] == 'green hills'
    press(d, 'History…')
    w = window('History')
    wait(lambda: shown(w)[:2] == ['green hills', 'a blue teapot'], 'the newest first')
    assert 'green hills' in get_text(find(w, 'text', 'Settings as text'))
    unnamed = [r for r in ('text', 'push button', 'button', 'check box') if find(w, r, '', showing=True)]
    assert not unnamed, unnamed
    shot('history')
    rows = [b for b in map(box, cells(w)) if b.height > 20][:2]
    chosen, other = (brightness('history', b.x + b.width - 6, b.y + b.height // 2) for b in rows)
    assert abs(chosen - other) > 30, f'the chosen row is hardly seen: {chosen}, {other}'
    set_text(find(w, 'text', 'Search'), 'TEAPOT blue')
    wait(lambda: shown(w) == ['a blue teapot'], 'the one that was searched')
    wait(lambda: 'Seed: 77' in get_text(find(w, 'text', 'Settings as text')), 'its settings')
    click(find(w, 'button', 'Use These Settings'))
    wait(lambda: get_text(find(d, 'text', 'Prompt')) == 'a blue teapot', 'the prompt')
    wait(lambda: not find(app(PLUGIN), 'dialog', 'History', showing=True), 'the window to close')
    assert labelled(d, 'Seed number:').get_value_iface().get_current_value() == 77
    assert find(d, 'slider', 'Strength').get_value_iface().get_current_value() == 40, 'the strength is another'
    assert get_text(find(d, 'text', 'Avoid', showing=True)) == 'fog', 'what counts is folded away'
    set_text(find(d, 'text', 'Avoid'), '')
    click(find(d, 'toggle button', 'Avoid'))
    set_value(find(d, 'slider', 'Strength'), 100)
    click(find(d, 'menu item', 'Automatic'))
    free_seed(d)

    press(d, 'History…')
    w = window('History')
    click(find(w, 'button', 'Generate Again'))
    wait(lambda: layers() == 2, 'the picture once more', 120)
    wait(lambda: idle(d), 'an idle dialog')
    undo()
    wait(lambda: len(remembered()) == n + 3, 'its line')
    again = remembered()[-1]['recipe']
    assert again['prompt'] == 'green hills' and again['seed'] != last['recipe']['seed'], again

    press(d, 'History…')
    w = window('History')
    focus(find(w, None, 'Pictures'))
    key(DELETE)
    wait(lambda: len(remembered()) == n + 2 and whole(), 'the removal')
    click(find(w, 'check box', 'Remember what I make'))
    click(find(w, 'button', 'Close'))
    set_text(find(d, 'text', 'Prompt'), 'a lighthouse at dusk')
    generate(d)
    press(d, 'History…')
    w = window('History')
    assert len(remembered()) == n + 2, 'it was remembered all the same'
    click(find(w, 'check box', 'Remember what I make'))
    press(w, 'Clear…')
    click(wait(lambda: find(app(PLUGIN), 'button', 'Forget All', showing=True), 'the question'))
    wait(lambda: not remembered() and whole() and find(w, 'label', 'Nothing is remembered yet.'), 'an empty history')
    shot('history-empty')
    click(find(w, 'button', 'Close'))
    close_dialog(d)


def history_menu():
    """From GIMP's menu; the chosen settings open the window."""
    d = open_dialog()
    make(d, 'a lighthouse at dusk')
    close_dialog(d)
    w = open_dialog('History...')
    wait(lambda: shown(w)[:1] == ['a lighthouse at dusk'], 'the list')
    focus(find(w, None, 'Pictures'))
    key(RETURN)
    d = wait(lambda: find(app(PLUGIN), 'dialog', 'Generate', showing=True), 'the window')
    wait(lambda: 'lighthouse' in get_text(find(d, 'text', 'Prompt')), 'the prompt')
    free = find(d, 'toggle button', 'Advanced')
    assert free
    close_dialog(d)


def recall():
    """Recall shows text, JSON and what cannot be had here; Close leaves all as it was."""
    ask('im.get_layers()[0].attach_parasite(Gimp.Parasite.new("parameters", 0, '
        'b"an owl <lora:x:1>\\nSteps: 9, Sampler: Restart, Seed: 5, Size: 512x512, Model: nowhere")) or 1')
    w = open_dialog('Recall Settings from Layer...')
    assert 'Sampler: Restart' in get_text(find(w, 'text', 'Settings as text'))
    said = wait(lambda: find(w, 'label', contains='“nowhere” is not here'), 'the model that is missing').get_name()
    assert '“Restart” is not known here.' in said and '<lora:x:1>: Ebru has no LoRAs' in said, said
    shot('recall-window')
    click(find(w, 'button', 'Close'))
    wait(lambda: not app(PLUGIN), 'the plug-in to leave')
    w = open_dialog('Recall Settings from Layer...')
    click(find(w, 'button', 'Use These Settings'))
    d = wait(lambda: next((n for n, _ in walk(app(PLUGIN)) if n.get_role_name() == 'dialog' and
                           find(n, 'text', 'Prompt')), None), 'the window')
    assert get_text(find(d, 'text', 'Prompt')).startswith('an owl')
    close_dialog(d)
    ask('im.get_layers()[0].detach_parasite("parameters") or 1')


def recall_much():
    """Many fields that are not taken are scrolled, in a window that stays on the screen; of a seed of 64
    bits the lower half counts."""
    left = {f'Field {i}': f'value {i}' for i in range(40)}
    text = json.dumps({'recipe': 1, 'prompt': 'an owl', 'seed': 156680208700286, 'not-taken': left})
    ask(f'im.get_layers()[0].attach_parasite(Gimp.Parasite.new("ebru-recipe", 0, {text.encode()!r})) or 1')
    w = open_dialog('Recall Settings from Layer...')
    said = wait(lambda: find(w, 'label', contains='Field 39'), 'the last field')
    fits(w, 'recall-much')
    assert said.get_name().count('\n') == 39 and box(w).height < 500, (box(w).height, said.get_name())
    click(find(w, 'button', 'Use These Settings'))
    d = wait(lambda: next((n for n, _ in walk(app(PLUGIN)) if n.get_role_name() == 'dialog' and
                           find(n, 'text', 'Prompt')), None), 'the window')
    seed = labelled(d, 'Seed number:').get_value_iface().get_current_value()
    assert seed == 156680208700286 & 0xffffffff, seed
    free_seed(d)
    close_dialog(d)
    ask('im.get_layers()[0].detach_parasite("ebru-recipe") or 1')


def kept_text():
    """The image's text is that of the variant that is seen, kept or not, and undo takes it away; discarded
    variants are not told of."""
    settings = WORK + '/profile/ebru/settings.ini'
    d = open_dialog()
    set_steps(d, 2)
    set_value(labelled(d, 'Variants:'), 2)
    with open(settings, 'a') as f:  # the window has written it by now: Advanced was opened
        f.write('\n[metadata]\nsettings=true\n')
    press(d, 'Fill')
    wait(lambda: layers() == 2, 'the group', 120)
    wait(lambda: idle(d), 'an idle dialog')
    seeds = [name.split()[1].rstrip(',') for name, _ in ask(VARIANTS)]
    assert f'Seed: {seeds[0]},' in ask(METADATA), (seeds, ask(METADATA))
    focus(thumbs(d)[0])
    key(RIGHT)
    wait(lambda: f'Seed: {seeds[1]},' in ask(METADATA), 'the text of the one that is looked at')
    key(RETURN)
    wait(lambda: not ask('im.get_layers()[0].is_group()'), 'the variant that is kept')
    assert f'Seed: {seeds[1]},' in ask(METADATA), (seeds, ask(METADATA))
    undo()
    wait(lambda: ask('im.get_layers()[0].is_group()'), 'the undo')
    assert f'Seed: {seeds[1]},' in ask(METADATA)
    undo()
    wait(lambda: layers() == 1, 'the undo of the job')
    assert 'Seed: ' not in ask(METADATA), ask(METADATA)

    press(d, 'Fill')
    wait(lambda: layers() == 2, 'the group', 120)
    wait(lambda: idle(d), 'an idle dialog')
    seeds = [name.split()[1].rstrip(',') for name, _ in ask(VARIANTS)]
    focus(thumbs(d)[0])
    key(DELETE)
    wait(lambda: f'Seed: {seeds[1]},' in ask(METADATA), 'the text of the one that is left')
    focus(thumbs(d)[1])
    key(DELETE)
    wait(lambda: layers() == 1, 'that nothing is left')
    wait(lambda: 'Seed: ' not in ask(METADATA), 'and nothing is told')
    for _ in range(3):
        undo()
    wait(lambda: layers() == 1, 'the undo of it all')
    set_value(labelled(d, 'Variants:'), 1)
    close_dialog(d)
    with open(settings) as f:
        now = f.read()
    with open(settings, 'w') as f:
        f.write(now.replace('settings=true', 'settings=false'))


SCENES = history, history_menu, recall, recall_much, kept_text
