# SPDX-License-Identifier: GPL-3.0-or-later
"""The menus and the windows in one language: all that has a translation is shown in it, and is not cut.

    languages.sh BUILD [LANGUAGE...]
"""
import gettext
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fits import *

LANGUAGE, BUILD = sys.argv[1:]
CATALOG = gettext.translation('ebru', BUILD + '/plug-ins/ebru/locale', [LANGUAGE])
ENTRIES = ('_Generate...', '_Fill Selection...', '_Refine...', '_Expand Canvas...', 'Generate _Again',
           'Re_call Settings from Layer...', '_History...', '_Models...', '_Check Setup', 'From _Text...')
EXPANDERS = 'M_odel, size and variants', 'Adva_nced', '_Faster, at a price', 'Selection ed_ges', '_Avoid'
SIZE = '{w}×{h} is far from the {n}×{n} this model knows; expect repeated subjects.'


def plain(text):
    return text.replace('_', '')


def shown_as(text):
    translation = CATALOG.gettext(text)
    assert translation != text, f'{LANGUAGE} has no translation of “{text}”'
    return plain(translation).replace('…', '...')


def bare(text):
    """Without the mnemonic and what ends a label, in French with a space before it."""
    return plain(text).rstrip(':… \u00a0\u202f')


def english():
    """What would be shown in English were it not translated, by its translation."""
    catalog = CATALOG._catalog.items()
    other = {bare(v) for _, v in catalog}
    return {bare(k) for k, v in catalog if isinstance(k, str) and k} - other


def all_translated(root):
    left = {bare(n.get_name()) for n, _ in walk(root) if n.get_name()} & english()
    assert not left, f'in English: {left}'


def button(root, text):
    """The button with this text, whether it ends in three dots or in one sign of them."""
    return wait(lambda: next((n for n, _ in walk(root) if n.get_role_name() == 'button' and
                              (n.get_name() or '').replace('…', '...') == shown_as(text)), None), text)


def window(title):
    return wait(lambda: find(app(PLUGIN), 'dialog', CATALOG.gettext(title), showing=True), title, 60)


def menu_entries():
    names = {(n.get_name() or '').replace('…', '...'): n for n, _ in walk(find(app('gimp'), 'menu bar'))
             if n.get_role_name() == 'menu item'}
    for entry in ENTRIES:
        assert shown_as(entry) in names, f'no menu entry “{shown_as(entry)}”'
    return names


def whole_window(d):
    wait(lambda: find(d, 'label', contains='/ 75'), 'the tokens', 120)
    for name in EXPANDERS:
        toggle = find(d, 'toggle button', plain(CATALOG.gettext(name)))
        assert toggle, f'no expander “{plain(CATALOG.gettext(name))}”'
        click(toggle)
        time.sleep(0.3)
    fits(d, 'language-' + LANGUAGE)
    all_translated(d)
    for name in ('_Fill', '_Close', 'Stop'):
        button(d, name)


def other_windows(d):
    for opener, title in ('Preferences…', 'Preferences of Ebru'), ('History…', 'History'), ('Models…', 'Models'):
        click(button(d, opener))
        w = window(title)
        fits(w, f'language-{LANGUAGE}-{title.split()[0].lower()}')
        all_translated(w)
        for table, _ in walk(w):  # which would scroll, but the screen has room for it
            if 'table' in table.get_role_name() and table.get_parent().get_role_name() == 'scroll pane':
                pane = box(table.get_parent())
                over = [n.get_name() for n, _ in walk(table) if n.get_role_name() == 'table cell' and
                        box(n).x + box(n).width > pane.x + pane.width]
                assert not over, f'{title}: {over} is cut'
        click(button(w, '_Close'))
        wait(lambda: not find(app(PLUGIN), 'dialog', CATALOG.gettext(title), showing=True), title + ' to close')


def banner(d):
    """Of a size that the model does not know, with the button that helps."""
    click(find(d, 'menu item', CATALOG.gettext('New image')))
    for side in 'Width', 'Height':
        set_value(wait(lambda: find(d, 'spin button', CATALOG.gettext(side)), side), 512)
    text = CATALOG.gettext(SIZE)
    for name, value in ('w', '512'), ('h', '512'), ('n', '256'):
        text = text.replace('{%s}' % name, value)
    assert text != SIZE and wait(lambda: find(d, 'label', text, showing=True), 'the banner')
    fits(d, f'language-{LANGUAGE}-banner')
    click(wait(lambda: find(d, 'button', CATALOG.gettext('Use %d×%d') % (256, 256), showing=True), 'its button'))
    wait(lambda: not find(d, 'label', text, showing=True), 'the banner to go')
    click(find(d, 'menu item', CATALOG.gettext('Automatic')))


def closing(d):
    """The question, while jobs run and wait; what it says is counted in the plural forms of the language."""
    label = CATALOG.gettext('%s:') % shown_as('N_umber of steps')
    set_value(wait(lambda: labelled(d, label), label), 150)
    click(button(d, '_Fill'))
    wait(lambda: sensitive(button(d, 'Stop')), 'the job')
    click(button(d, '_Fill'))
    waits = CATALOG.gettext('%s: %s') % (CATALOG.gettext('Waiting'), '')
    wait(lambda: find(d, 'label', contains=waits), f'“{waits}…”')
    click(button(d, '_Close'))
    text = CATALOG.ngettext('%d job is waiting.', '%d jobs are waiting.', 2) % 2
    box = wait(lambda: next((n for n, _ in walk(app(PLUGIN)) if n.get_role_name() == 'alert' and
                             find(n, 'label', text, showing=True)), None), f'“{text}”')
    assert text != '2 jobs are waiting.'
    fits(box, f'language-{LANGUAGE}-closing')
    all_translated(box)
    button(box, '_Keep Running in Background')
    click(button(box, '_Stop All'))


ready()
Atspi.generate_mouse_event(screen()[0] - 5, screen()[1] - 5, 'abs')  # no tooltips
ask('im.select_ellipse(Gimp.ChannelOps.REPLACE, 100, 80, 200, 150)')
click(menu_entries()[shown_as('_Generate...')])
dialog = window('Generate')
whole_window(dialog)
other_windows(dialog)
banner(dialog)
closing(dialog)
wait(lambda: not app(PLUGIN), 'the plug-in to leave')
print(f'test_languages: {LANGUAGE} passed')
