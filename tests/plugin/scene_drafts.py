# SPDX-License-Identifier: GPL-3.0-or-later
"""Drafts of which several are wanted: chosen with the space bar, finished together or one by one."""
import os
import shutil

from scene_rows import pause
from scene_unfinished import *


def draft(d, i, count=4):
    """Whether the picture waits to be finished; None while the strip is filled anew."""
    all_ = thumbs(d)
    return 'draft' in all_[i].get_name() if len(all_) == count else None


def four_drafts(d):
    set_steps(d, 5)
    set_value(labelled(d, 'Variants:'), 4)
    click(find(d, 'check box', 'Drafts first'))
    press(d, 'Fill')
    wait(lambda: all(draft(d, i) for i in range(4)), 'four drafts', 120)


def choose_too(d, i):
    """Ctrl and an arrow lead to the next without choosing it, the space bar chooses it beside the others."""
    for _ in range(4):
        if has(thumbs(d)[i], Atspi.StateType.FOCUSED):
            break
        key(RIGHT, CONTROL)
        soon(lambda: has(thumbs(d)[i], Atspi.StateType.FOCUSED), 1)
    key(SPACE)
    wait(lambda: chosen(d, i), f'the choice of {i + 1}')


def chosen(d, i):
    return 'draft, chosen' in thumbs(d)[i].get_name()


SEEDS = '''[[__import__("json").loads(bytes(l.get_parasite("ebru-recipe").get_data()).decode().rstrip("\\0"))["seed"]
    for l in (g.get_children() if g.is_group() else [g])] for g in im.get_layers()[:-1]]'''


def take_back(d, i):
    """What waits to be finished is a draft again when its row is removed."""
    focus(thumbs(d)[i])
    key(SPACE)
    wait(lambda: chosen(d, i), f'the choice of {i + 1}')
    pause(d)
    press(d, 'Finish')
    row = wait(lambda: find(d, 'list item', contains='Waiting'), 'the job that waits')
    click(find(row, 'button', contains='Remove from the list'))
    wait(lambda: draft(d, i), 'the draft that is one again')
    pause(d)


def several():
    """Two of four drafts are finished together, in a group; the others one after the other, above it."""
    original = ask(LAYER_BYTES)
    d = open_dialog()
    four_drafts(d)
    seeds = [int(n.get_name().split('seed ')[1].split(',')[0]) for n in thumbs(d)]
    focus(thumbs(d)[0])
    choose_too(d, 2)
    assert chosen(d, 0), 'the first is not chosen any more'
    key(SPACE)
    wait(lambda: not chosen(d, 2), 'that Space takes a choice back')
    key(SPACE)
    wait(lambda: chosen(d, 2), 'the choice again')
    shot('drafts-chosen')
    key(RETURN)
    wait(lambda: draft(d, 0) is False and draft(d, 2) is False, 'that both are finished', 120)
    assert draft(d, 1) and draft(d, 3), 'others were finished too'
    made = [[seeds[0], seeds[2]]]
    assert ask(SEEDS) == made, (ask(SEEDS), made)
    shot('drafts-two')
    take_back(d, 1)
    for i in 1, 3:
        focus(thumbs(d)[i])
        key(SPACE)
        wait(lambda: chosen(d, i), f'the choice of {i + 1}')
        press(d, 'Finish')
        wait(lambda: draft(d, i) is False, f'that {i + 1} is finished', 120)
        made.insert(0, [seeds[i]])
        assert ask(SEEDS) == made, (ask(SEEDS), made)
    wait(lambda: idle(d), 'an idle dialog')
    undo_all()
    assert ask(LAYER_BYTES) == original
    click(find(d, 'check box', 'Drafts first'))
    set_value(labelled(d, 'Variants:'), 1)
    close_dialog(d)


WORDS = '''dict((lambda r: [str(r["seed"]), r["prompt"]])(
    __import__("json").loads(bytes(l.get_parasite("ebru-recipe").get_data()).decode().rstrip("\\0")))
    for g in im.get_layers()[:-1] for l in (g.get_children() if g.is_group() else [g]))'''


def three_drafts(d, steps):
    set_steps(d, steps)
    set_value(labelled(d, 'Variants:'), 3)
    click(find(d, 'check box', 'Drafts first'))
    press(d, 'Fill')
    wait(lambda: all(draft(d, i, 3) for i in range(3)), 'three drafts', 120)


def no_drafts(d):
    click(find(d, 'check box', 'Drafts first'))
    set_value(labelled(d, 'Variants:'), 1)
    set_steps(d, 2)


def begin_to_finish(d, i):
    """Of three drafts this one alone, which no arrow leads to if it is the first."""
    focus(thumbs(d)[0])
    for _ in range(i):
        key(RIGHT)
    if not i and not chosen(d, 0):
        key(SPACE)
    wait(lambda: chosen(d, i), f'the choice of {i + 1}')
    press(d, 'Finish')


def stop_finishing(d, i):
    begin_to_finish(d, i)
    press(d, 'Stop')
    wait(lambda: idle(d), 'the stop')
    wait(lambda: draft(d, i, 3), 'the draft that is still there')
    wait(lambda: find(d, 'progress bar', 'Progress').get_description() == 'Stopped', 'that it is told', 10)


def words():
    """Each draft is finished with the words of its seed, whichever come first, and after a stop too."""
    d = open_dialog()
    prompt = find(d, 'text', 'Prompt')
    set_text(prompt, 'a {red|blue|green|white} {fox|hare|owl|cat} by {day|night}')
    fix_seed(d, 40)
    three_drafts(d, 60)
    for i in 2, 0, 1:
        if i == 0:
            stop_finishing(d, i)
        begin_to_finish(d, i)
        wait(lambda: draft(d, i, 3) is False, f'that {i + 1} is finished', 120)
    finished = ask(WORDS)
    undo_all()
    no_drafts(d)
    set_value(labelled(d, 'Variants:'), 3)
    press(d, 'Fill')
    wait(lambda: layers() == 2, 'pictures that were no drafts', 120)
    wait(lambda: idle(d), 'an idle dialog')
    assert len(finished) == 3 and finished['42'] != finished['40'] and finished == ask(WORDS), (finished, ask(WORDS))
    undo_all()
    set_value(labelled(d, 'Variants:'), 1)
    set_text(prompt, 'a lighthouse at dusk')
    free_seed(d)
    close_dialog(d)


def closed_after_stop():
    """Drafts whose finishing was stopped are finished in the background like others."""
    d = open_dialog()
    three_drafts(d, 60)
    stop_finishing(d, 1)
    shot('drafts-stopped')
    click(find(d, 'button', 'Close'))
    click(wait(lambda: find(app(PLUGIN), 'button', 'Finish in Background'), 'the question'))
    wait(lambda: not app(PLUGIN), 'the plug-in to leave', 120)
    assert layers() == 2 and len(ask(VARIANTS)) == 3, 'the drafts are lost'
    undo()
    d = open_dialog()
    no_drafts(d)
    generate(d)
    close_dialog(d)


def closed_after_failure():
    """Those whose finishing failed are tried once more, since a person asks for all."""
    shutil.copytree(MODELS + '/random', MODELS + '/going')
    d = open_dialog()
    choose_model(d, 'going')
    three_drafts(d, 20)
    choose_model(d, 'random')
    wait(lambda: find(d, 'label', contains='/ 75'), 'the other model', 60)
    os.rename(MODELS + '/going', MODELS + '-gone')
    begin_to_finish(d, 1)
    wait(lambda: find(d, 'label', contains='cannot be read', showing=True), 'the failure', 60)
    assert find(d, 'progress bar', 'Progress').get_description() == 'Failed'
    shot('drafts-failed')
    os.rename(MODELS + '-gone', MODELS + '/going')
    click(find(d, 'button', 'Close'))
    click(wait(lambda: find(app(PLUGIN), 'button', 'Finish in Background'), 'the question'))
    wait(lambda: not app(PLUGIN), 'the plug-in to leave', 120)
    assert layers() == 2 and len(ask(VARIANTS)) == 3, 'the drafts are lost'
    undo()
    shutil.rmtree(MODELS + '/going')
    d = open_dialog()
    no_drafts(d)
    generate(d)
    close_dialog(d)


SCENES = several, words, closed_after_stop, closed_after_failure
