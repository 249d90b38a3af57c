# SPDX-License-Identifier: GPL-3.0-or-later
"""Several jobs and several variants: the queue, flipping, keeping, drafts, closing with work left."""
from window import *

VARIANTS = '''(lambda g: [[l.get_name(), l.get_visible()] for l in g.get_children()]
    if g.is_group() else [[g.get_name(), g.get_visible()]])(im.get_layers()[0])'''


def set_steps(d, n):
    open_expander(d, 'Advanced')
    set_value(wait(lambda: labelled(d, 'Number of steps:'), 'the steps'), n)


def thumbs(d):
    return [n for n, _ in walk(find(d, None, 'Variants'))
            if (n.get_name() or '').startswith('Variant ')]


def rows(d):
    return [n for n, _ in walk(find(d, None, 'Queue')) if n.get_role_name() == 'list item']


def speeds():
    """What is remembered of how fast this computer is: promises go by it."""
    path = os.path.join(os.environ['GIMP3_DIRECTORY'], 'ebru', 'settings.ini')
    text = open(path, encoding='utf-8').read() if os.path.exists(path) else ''
    return text.partition('[speed]')[2].partition('\n[')[0]


def variants():
    """Three variants in a group, flipped with the arrow keys without a step in the history, one
    kept with Return, which one undo takes back."""
    d = open_dialog()
    set_steps(d, 2)
    set_value(labelled(d, 'Variants:'), 3)
    press(d, 'Fill')
    wait(lambda: layers() == 2, 'the group', 120)
    wait(lambda: idle(d), 'an idle dialog')
    assert [v for _, v in ask(VARIANTS)] == [True, False, False], ask(VARIANTS)
    assert len(thumbs(d)) == 3, 'no thumbnails'
    assert 'Variant 2 of 3, seed' in thumbs(d)[1].get_name()
    shot('variants')
    focus(thumbs(d)[0])
    key(RIGHT)
    wait(lambda: [v for _, v in ask(VARIANTS)] == [False, True, False], 'the second variant')
    key(RIGHT)
    wait(lambda: [v for _, v in ask(VARIANTS)] == [False, False, True], 'the third, in the next row')
    key(LEFT)
    wait(lambda: [v for _, v in ask(VARIANTS)] == [False, True, False], 'the second once more')
    key(SPACE)
    wait(lambda: [v for _, v in ask(VARIANTS)] == [False] * 3, 'the picture of before')
    key(SPACE)
    wait(lambda: [v for _, v in ask(VARIANTS)] == [False, True, False], 'the second again')
    second = ask(VARIANTS)[1][0]
    key(RETURN)
    wait(lambda: not ask('im.get_layers()[0].is_group()'), 'the variant that is kept')
    assert layers() == 2
    undo()
    wait(lambda: len(ask(VARIANTS)) == 3, 'the undo of keeping')
    assert ask(VARIANTS)[1][0] == second
    undo()
    wait(lambda: layers() == 1, 'the undo of the job')
    set_value(labelled(d, 'Variants:'), 1)
    close_dialog(d)


def discard():
    """Delete discards a variant, in one step; the group goes with the last but one undo brings all back."""
    original = ask(LAYER_BYTES)
    d = open_dialog()
    set_steps(d, 2)
    set_value(labelled(d, 'Variants:'), 2)
    press(d, 'Fill')
    wait(lambda: layers() == 2, 'the group', 120)
    wait(lambda: idle(d), 'an idle dialog')
    first, second = [name for name, _ in ask(VARIANTS)]
    focus(thumbs(d)[0])
    key(DELETE)
    wait(lambda: [name for name, _ in ask(VARIANTS)] == [second], 'the discarded variant to go')
    wait(lambda: 'not in the image' in thumbs(d)[0].get_name(), 'the thumbnail of what is gone')
    undo()
    wait(lambda: [name for name, _ in ask(VARIANTS)] == [first, second], 'the undo of discarding')
    undo()
    wait(lambda: layers() == 1, 'the undo of the job')
    assert ask(LAYER_BYTES) == original
    set_value(labelled(d, 'Variants:'), 1)
    close_dialog(d)


def drafts():
    """Of three drafts one is finished and looked at, one given up, the last finished later."""
    d = open_dialog()
    set_steps(d, 5)
    set_value(labelled(d, 'Variants:'), 3)
    box = find(d, 'check box', 'Drafts first')
    assert sensitive(box)
    click(box)
    before = speeds()
    press(d, 'Fill')
    wait(lambda: len(thumbs(d)) == 3 and 'draft' in thumbs(d)[0].get_name(), 'three drafts', 120)
    assert layers() == 1, 'drafts are in the image'
    wait(lambda: speeds() != before, 'the speed of drafts, remembered')
    shot('drafts')
    focus(thumbs(d)[0])
    key(RIGHT)
    key(RETURN)
    wait(lambda: layers() == 2, 'the finished picture', 120)
    wait(lambda: 'finished' in thumbs(d)[1].get_name(), 'a finished variant')
    assert 'draft' in thumbs(d)[0].get_name()
    press(d, 'Before')
    wait(lambda: not ask('im.get_layers()[0].get_visible()'), 'the picture of before')
    shot('drafts-finished')
    press(d, 'After')
    wait(lambda: ask('im.get_layers()[0].get_visible()'), 'the finished picture again')
    focus(thumbs(d)[1])
    key(LEFT)
    key(DELETE)
    wait(lambda: 'not in the image' in thumbs(d)[0].get_name(), 'a draft that is given up')
    assert layers() == 2 and 'draft' in thumbs(d)[2].get_name()
    focus(thumbs(d)[0])
    key(DOWN)
    key(RETURN)
    wait(lambda: layers() == 3, 'the last draft', 120)
    wait(lambda: find(d, 'button', 'Keep', showing=True), 'that nothing is left to be finished')
    focus(thumbs(d)[0])
    key(DOWN)
    wait(lambda: ask('[l.get_visible() for l in im.get_layers()]') == [True, False, True], 'the last variant alone')
    undo()
    undo()
    wait(lambda: layers() == 1, 'the undo')
    click(box)
    set_value(labelled(d, 'Variants:'), 1)
    close_dialog(d)


def close_with_drafts():
    """Drafts nobody decided about are not lost in silence: closing asks, and the background makes all."""
    d = open_dialog()
    set_steps(d, 5)
    set_value(labelled(d, 'Variants:'), 2)
    click(find(d, 'check box', 'Drafts first'))
    press(d, 'Fill')
    wait(lambda: len(thumbs(d)) == 2 and 'draft' in thumbs(d)[0].get_name(), 'two drafts', 120)
    click(find(d, 'button', 'Close'))
    wait(lambda: find(app(PLUGIN), 'label', contains='2 drafts are not finished.'), 'the question')
    shot('closing-drafts')
    click(find(app(PLUGIN), 'button', 'Finish in Background'))
    wait(lambda: layers() == 2, 'the group', 120)
    wait(lambda: not app(PLUGIN), 'the plug-in to leave')
    assert len(ask(VARIANTS)) == 2
    undo()
    d = open_dialog()
    press(d, 'Fill')
    click(find(d, 'button', 'Close'))
    wait(lambda: find(app(PLUGIN), 'button', 'Keep Running in Background'), 'the question about a job of drafts')
    click(find(app(PLUGIN), 'button', 'Keep Running in Background'))
    wait(lambda: not app(PLUGIN), 'the plug-in to leave', 120)
    assert layers() == 2 and len(ask(VARIANTS)) == 2, 'the drafts are lost'
    undo()
    d = open_dialog()
    wait(lambda: find(d, 'label', contains='/ 75'), 'the model', 120)
    click(find(d, 'check box', 'Drafts first'))
    set_value(labelled(d, 'Variants:'), 1)
    generate(d)  # the settings are kept
    close_dialog(d)


def queue():
    """Three jobs, of which the one that waits last is removed; the image may change meanwhile."""
    d = open_dialog()
    set_steps(d, 90)
    press(d, 'Fill')
    press(d, 'Fill')
    pause = wait(lambda: find(d, 'check box', 'Pause the queue', showing=True), 'the queue')
    click(pause)
    press(d, 'Fill')
    wait(lambda: len(rows(d)) == 3, 'three jobs')
    shot('queue')
    click(find(d, 'button', 'Remove from the list: 3'))
    wait(lambda: len(rows(d)) == 2, 'the removal')
    wait(lambda: layers() == 2, 'the first', 120)
    time.sleep(1)
    assert find(d, 'list item', contains='Waiting'), 'the second did not wait'
    click(pause)
    wait(lambda: layers() == 3, 'the second', 120)
    wait(lambda: idle(d), 'an idle dialog')
    undo()
    undo()
    set_steps(d, 2)
    close_dialog(d)


def finish_early(prepare):
    """What a long job has until prepare(d)() ends it becomes the layer. All is found beforehand: it takes but seconds."""
    d = open_dialog()
    set_steps(d, 150)
    bar, end, before = find(d, 'progress bar'), prepare(d), speeds()
    press(d, 'Fill')
    wait(lambda: 0.02 < bar.get_value_iface().get_current_value() < 0.9, 'progress', 60, 0.02)
    end()
    wait(lambda: layers() == 2, 'the unfinished layer', 60)
    assert 'unfinished' in ask('im.get_layers()[0].get_name()')
    wait(lambda: speeds() != before, 'the speed of the steps it did, remembered')
    Atspi.generate_mouse_event(1270, 890, 'abs')  # no tooltips
    undo()
    set_steps(d, 2)
    close_dialog(d)


def stop_early():
    """Ctrl+Shift+. decodes what there is."""
    def prepare(d):
        focus(find(d, 'text', 'Prompt'))
        return lambda: key(PERIOD, CONTROL, SHIFT)
    finish_early(prepare)


def finish_by_pointer():
    """Shift and a click on Stop decode what there is."""
    def prepare(d):
        stop = find(d, 'button', 'Stop').get_component_iface()

        def end():
            at = stop.get_extents(Atspi.CoordType.SCREEN)
            x, y = at.x + at.width // 2, at.y + at.height // 2
            Atspi.generate_keyboard_event(SHIFT, None, Atspi.KeySynthType.PRESS)
            drag(x, y, x, y, 1)
            Atspi.generate_keyboard_event(SHIFT, None, Atspi.KeySynthType.RELEASE)
        return end
    finish_early(prepare)


def make_variants(d, n):
    """So many pictures of a job, in the strip."""
    set_steps(d, 2)
    set_value(labelled(d, 'Variants:'), n)
    press(d, 'Fill')
    wait(lambda: len(thumbs(d)) == n, f'{n} variants', 120)


def escape():
    """Escape closes a menu, then leaves the strip, never a window that works, at last an idle one."""
    d = open_dialog()
    make_variants(d, 2)
    prompt = find(d, 'text', 'Prompt')
    focus(thumbs(d)[0])
    key(ESCAPE)
    wait(lambda: has(prompt, Atspi.StateType.FOCUSED), 'the focus in the prompt')
    menu_button = find(d, 'toggle button', 'Prompts of before')
    click(menu_button)
    wait(lambda: has(menu_button, Atspi.StateType.CHECKED), 'the menu')
    time.sleep(0.5)
    key(ESCAPE)
    wait(lambda: not has(menu_button, Atspi.StateType.CHECKED), 'the menu to close')
    undo()
    set_value(labelled(d, 'Variants:'), 1)
    set_steps(d, 150)
    press(d, 'Fill')
    wait(lambda: sensitive(find(d, 'button', 'Stop')), 'the job')
    focus(prompt)
    key(ESCAPE)
    time.sleep(1)
    assert app(PLUGIN) and find(app(PLUGIN), 'dialog', showing=True), 'Escape closed a window that works'
    press(d, 'Stop')
    wait(lambda: idle(d), 'the stop')
    set_steps(d, 2)
    focus(prompt)
    key(ESCAPE)
    wait(lambda: not app(PLUGIN), 'the plug-in to leave')
    assert layers() == 1


def close_with_jobs():
    """Closing asks; in the background the result arrives."""
    d = open_dialog()
    set_steps(d, 100)
    press(d, 'Fill')
    wait(lambda: sensitive(find(d, 'button', 'Stop')), 'the job')
    press(d, 'History…')
    wait(lambda: find(app(PLUGIN), 'dialog', 'History', showing=True), 'another window')
    click(find(d, 'button', 'Close'))
    ask_box = wait(lambda: find(app(PLUGIN), 'label', contains='1 job is waiting'), 'the question')
    shot('closing')
    click(find(app(PLUGIN), 'button', 'Cancel', showing=True) or find(app(PLUGIN), 'button', 'Cancel'))
    wait(lambda: not find(app(PLUGIN), 'label', contains='1 job is waiting'), 'the window again')
    click(find(d, 'button', 'Close'))
    wait(lambda: find(app(PLUGIN), 'button', 'Keep Running in Background'), 'the question')
    click(find(app(PLUGIN), 'button', 'Keep Running in Background'))
    wait(lambda: not find(app(PLUGIN), 'dialog', showing=True), 'that no window stays')
    wait(lambda: layers() == 2, 'the layer', 120)
    wait(lambda: not app(PLUGIN), 'the plug-in to leave')
    undo()


SCENES = variants, discard, drafts, close_with_drafts, queue, stop_early, finish_by_pointer, escape, close_with_jobs
