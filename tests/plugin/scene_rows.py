# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of jobs: its order, what failed, what a screen reader is told of it and of the pictures."""
import re
import shutil

from scene_unfinished import *


def centre(node):
    at = node.get_component_iface().get_extents(Atspi.CoordType.SCREEN)
    return at.x + at.width // 2, at.y + at.height // 2


def going_job(d, n):
    """The last of n jobs, whose model goes before it begins: the queue pauses until then."""
    choose_model(d, 'going')
    press(d, 'Fill')
    choose_model(d, 'random')
    wait(lambda: len(rows(d)) == n, 'the job that will fail')
    shutil.rmtree(MODELS + '/going')
    pause(d)


def prompts_of_rows(d):
    return [n.get_name().split(': ')[-1] for n in rows(d)]


def pause(d):
    click(wait(lambda: find(d, 'check box', 'Pause the queue', showing=True), 'the queue'))


def three_jobs(d):
    """One that runs, or is done by now, and two that wait."""
    text = find(d, 'text', 'Prompt')
    set_steps(d, 40)
    set_text(text, 'one')
    press(d, 'Fill')
    press(d, 'Fill')
    pause(d)
    remove_last(d)
    for prompt in 'two', 'three':
        set_text(text, prompt)
        press(d, 'Fill')
    wait(lambda: len(rows(d)) == 3, 'three jobs')


def remove_all(d):
    """From the last to the first, so that nothing begins meanwhile."""
    while rows(d):
        remove_last(d)


def remove_last(d):
    n = wait(lambda: len(rows(d)), 'a job')
    click(find(rows(d)[-1], 'button', contains='Remove from the list') or
          find(rows(d)[-1], 'button', contains='Stop this job'))
    wait(lambda: len(rows(d)) < n, 'the removal')


def order():
    """Jobs change their order by the pointer, by a key and by a button, and go by a key."""
    d = open_dialog()
    three_jobs(d)
    wait(lambda: find(d, 'list item', contains='Done'), 'the first, after which the list stays as it is')
    assert prompts_of_rows(d) == ['one', 'two', 'three']
    x, y = centre(rows(d)[2])
    left = rows(d)[2].get_component_iface().get_extents(Atspi.CoordType.SCREEN).x + 14
    drag(left, y, left, centre(rows(d)[1])[1], 40)
    wait(lambda: prompts_of_rows(d) == ['one', 'three', 'two'], 'the dragged job')
    Atspi.generate_mouse_event(1270, 890, 'abs')
    shot('order')
    focus(rows(d)[2])
    key(UP, ALT)
    wait(lambda: prompts_of_rows(d) == ['one', 'two', 'three'], 'the job that Alt+Up moves')
    assert has(rows(d)[1], Atspi.StateType.FOCUSED), 'the focus stays behind'
    click(find(rows(d)[2], 'button', contains='Make it earlier'))
    wait(lambda: prompts_of_rows(d) == ['one', 'three', 'two'], 'the job that the button moves')
    focus(rows(d)[1])
    key(DELETE)
    wait(lambda: prompts_of_rows(d) == ['one', 'two'], 'the job that Delete removes')
    remove_all(d)
    pause(d)
    undo_all()
    set_steps(d, 2)
    close_dialog(d)


def unnamed_anything(d):
    """All that takes the focus and has neither a name nor a label, whatever it is; but what scrolls,
    which GTK calls focusable, hands the focus on to what is in it."""
    for node, _ in walk(d):
        if node.get_role_name() == 'scroll pane':
            continue
        labels = [r for r in node.get_relation_set()
                  if r.get_relation_type() == Atspi.RelationType.LABELLED_BY]
        if (has(node, Atspi.StateType.FOCUSABLE) and has(node, Atspi.StateType.SHOWING)
                and not node.get_name() and not labels):
            yield node.get_role_name()


def states():
    """With a job in every state all is named, and what happens is said: start, quarters, end, error."""
    shutil.copytree(MODELS + '/random', MODELS + '/going')
    speech = Events('object:announcement')  # what a screen reader would be told to say
    d = open_dialog()
    set_steps(d, 2)
    generate(d)
    speech.all().clear()
    set_steps(d, 40)
    generate(d)
    said = wait(lambda: any('Done' in s for s in speech.all()) and speech.told, 'what is said', 20)
    log('said: ' + ', '.join(said))
    assert said[0] == 'Started' and said[1:4] == ['25 %', '50 %', '75 %'] and len(said) == 5, said
    speech.told.clear()

    pause(d)
    going_job(d, 3)
    failed = wait(lambda: find(d, 'list item', contains='Failed'), 'the failure', 60)
    wait(lambda: speech.all() and 'cannot be read' in speech.told[-1], 'that the failure is said')

    set_steps(d, 5)
    set_value(labelled(d, 'Variants:'), 2)
    box = find(d, 'check box', 'Drafts first')
    click(box)
    press(d, 'Fill')
    wait(lambda: find(d, 'list item', contains='Drafts'), 'drafts', 120)
    click(box)
    set_value(labelled(d, 'Variants:'), 1)
    set_steps(d, 150)
    press(d, 'Fill')
    press(d, 'Fill')
    wait(lambda: find(d, 'list item', contains='Working') and find(d, 'list item', contains='Waiting'),
         'a job that runs and one that waits')
    names = [n.get_name().split(':')[0].split(' in ')[0] for n in rows(d)]
    assert names == ['Done', 'Done', 'Failed', 'Drafts', 'Working', 'Waiting'], names
    assert not list(unnamed_anything(d)), list(unnamed_anything(d))
    for n in thumbs(d):
        assert 'Variant ' in n.get_name() and 'seed' in n.get_name(), n.get_name()
    shot('states')
    remove_all(d)
    set_steps(d, 2)
    undo_all()
    close_dialog(d)


def alone():
    """The queue can be paused while its only job runs; of each picture the time of a step is told."""
    d = open_dialog()
    assert not find(d, 'check box', 'Pause the queue', showing=True), 'a queue of nothing'
    set_steps(d, 60)
    set_value(labelled(d, 'Variants:'), 2)
    bar = find(d, 'progress bar', 'Progress')
    press(d, 'Fill')
    pause(d)
    told, promises = set(), []

    def both():
        text = bar.get_description() or ''
        if 's/step' in text:
            told.add(text[:6])
            promises.append(text)
        return told >= {'1 of 2', '2 of 2'}

    wait(both, 'the time of a step of both pictures', 120, 0.05)
    assert all(re.search(r' left · ready \d\d:\d\d$', text) for text in promises), promises
    log(promises[-1])
    shot('pause-one')
    set_value(labelled(d, 'Variants:'), 1)
    set_steps(d, 2)
    press(d, 'Fill')
    wait(lambda: layers() == 2, 'the first job', 120)
    time.sleep(1)
    assert [n.get_name().split(':')[0].split(' in ')[0] for n in rows(d)] == ['Done', 'Waiting'], 'it does not wait'
    pause(d)
    wait(lambda: layers() == 3, 'the second', 120)
    wait(lambda: idle(d), 'an idle dialog')
    remove_all(d)
    undo_all()
    close_dialog(d)


GROUP = '''[l.get_visible() for l in next(g for g in im.get_layers() if g.is_group()).get_children()]'''
SECOND, NONE = [False, True, False], [False] * 3


def press_row(d, i):
    focus(rows(d)[i])
    key(SPACE)


def sees_second(d, why):
    wait(lambda: len(thumbs(d)) == 3 and find(d, None, 'Variants').get_selection_iface().is_child_selected(1), why)
    assert ask(GROUP) == SECOND, ask(GROUP)


def variants_stay():
    """The chosen variant stays so while other jobs come, stop and go; Before ends with its pictures."""
    d = open_dialog()
    make_variants(d, 3)
    focus(thumbs(d)[0])
    key(RIGHT)
    wait(lambda: ask(GROUP) == SECOND, 'the second variant')
    set_value(labelled(d, 'Variants:'), 1)
    set_steps(d, 150)
    press(d, 'Fill')
    wait(lambda: not idle(d), 'another job')
    press(d, 'Stop')
    wait(lambda: idle(d) and len(rows(d)) == 1, 'the stop')
    sees_second(d, 'the variants after another job was stopped')
    shot('variants-stay')
    press(d, 'Before')
    wait(lambda: ask(GROUP) == NONE, 'the picture of before')
    set_steps(d, 2)
    for n in 3, 4:
        press(d, 'Fill')
        wait(lambda: layers() == n and idle(d), 'one more job', 120)
    wait(lambda: ask(GROUP) == SECOND, 'that what was hidden is seen again')
    press_row(d, 0)
    sees_second(d, 'the variants of the row')
    click(find(rows(d)[1], 'button', contains='Remove from the list'))
    wait(lambda: len(rows(d)) == 2, 'the removal of another job')
    sees_second(d, 'the variants after another job was removed')
    press_row(d, 1)
    wait(lambda: len(thumbs(d)) == 1, 'the other picture')
    click(find(rows(d)[1], 'button', contains='Remove from the list'))
    wait(lambda: not thumbs(d) and len(rows(d)) == 1 and has(rows(d)[0], Atspi.StateType.SHOWING),
         'the row of pictures that are not seen')
    press_row(d, 0)
    sees_second(d, 'the variants of the only row')
    press(d, 'Before')
    wait(lambda: ask(GROUP) == NONE, 'the picture of before')
    close_dialog(d)
    assert ask(GROUP) == SECOND, 'the result stays hidden'
    undo_all()


def megabytes():
    """That the plug-in has in memory."""
    with open(f'/proc/{app(PLUGIN).get_process_id()}/status') as f:
        return int(next(line for line in f if line.startswith('VmRSS')).split()[1]) / 1024


def memory():
    """Jobs that are done do not keep the pixels that they were made from."""
    ask('im.scale(1920, 1440)')
    d = open_dialog()
    set_steps(d, 2)
    used = []
    for n in range(2, 8):
        press(d, 'Fill')
        wait(lambda: layers() == n and idle(d), 'the layer', 120)
        time.sleep(1)  # for the album
        used.append(megabytes())
    log('MB: ' + ', '.join('%.0f' % n for n in used))
    assert used[-1] - used[1] < 100, used  # those four jobs had 210
    close_dialog(d)
    undo_all()
    undo()
    wait(lambda: ask('im.get_width()') == 480, 'the undo of the size')


def details():
    """Of what failed there is a report, with the prompt only when it is wished, to be copied."""
    shutil.copytree(MODELS + '/random', MODELS + '/going')
    d = open_dialog()
    set_text(find(d, 'text', 'Prompt'), 'a secret fox')
    set_steps(d, 10)
    press(d, 'Fill')
    press(d, 'Fill')
    pause(d)
    remove_last(d)
    going_job(d, 2)
    wait(lambda: find(d, 'list item', contains='Failed'), 'the failure', 120)
    click(find(d, 'button', contains='Details: '))
    window = wait(lambda: find(app(PLUGIN), 'dialog', 'Details'), 'the details')
    report = find(window, 'text', 'Report')
    text = get_text(report)
    assert 'Ebru' in text and 'GIMP 3' in text and 'going' in text and 'cores' in text, text
    assert 'going: cannot be read' in text and '?' not in text, text
    assert 'secret' not in text, 'the prompt is in the report unasked'
    click(find(window, 'check box', 'With the prompt'))
    wait(lambda: 'a secret fox' in get_text(report), 'the prompt in the report')
    shot('details')
    click(find(window, 'button', 'Copy Report'))
    click(find(window, 'button', 'Close'))
    wait(lambda: not find(app(PLUGIN), 'dialog', 'Details'), 'the end of the details')
    paste_into(d, 'a secret fox')
    click(find(d, 'button', contains='Copy Report: '))
    paste_into(d, 'cores')
    assert 'secret' not in get_text(find(d, 'text', 'Prompt')), 'the prompt is copied unasked'
    set_text(find(d, 'text', 'Prompt'), 'a lighthouse at dusk')
    remove_all(d)
    undo_all()
    set_steps(d, 2)
    close_dialog(d)


def paste_into(d, what):
    """The clipboard is in the prompt."""
    prompt = find(d, 'text', 'Prompt')
    set_text(prompt, '')
    focus(prompt)
    key(V, CONTROL)
    wait(lambda: what in get_text(prompt), f'“{what}” from the clipboard')


def passes():
    """What is painted in several passes has a time of its own in the list, and says that it has no drafts."""
    d = open_dialog()
    set_steps(d, 2)
    second = find(d, 'check box', 'Second pass at full size')
    click(second)
    set_value(labelled(d, 'Variants:'), 2)
    box = find(d, 'check box', 'Drafts first')
    click(box)
    press(d, 'Fill')
    wait(lambda: find(d, 'label', contains='has no drafts', showing=True), 'that there are no drafts')
    time.sleep(0.5)
    shot('passes')
    assert layers() == 1 and not rows(d)
    click(box)
    set_value(labelled(d, 'Variants:'), 1)
    generate(d)
    click(second)
    close_dialog(d)


SCENES = order, alone, states, variants_stay, memory, details, passes
