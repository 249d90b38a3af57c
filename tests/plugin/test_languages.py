# SPDX-License-Identifier: GPL-3.0-or-later
"""The menu and the window in one language: all that has a translation is shown in it, and is not cut.

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
           'Re_call Settings from Layer...', '_Models...', '_Check Setup')


def plain(text):
    return text.replace('_', '')


def shown_as(text):
    translation = CATALOG.gettext(text)
    assert translation != text, f'{LANGUAGE} has no translation of “{text}”'
    return plain(translation).replace('…', '...')


def english():
    """What would be shown in English were it not translated, by its translation."""
    catalog = CATALOG._catalog.items()
    other = {plain(v) for _, v in catalog}
    return {plain(k) for k, v in catalog if isinstance(k, str) and k} - other


ready()
Atspi.generate_mouse_event(screen()[0] - 5, screen()[1] - 5, 'abs')  # no tooltips
ask('im.select_ellipse(Gimp.ChannelOps.REPLACE, 100, 80, 200, 150)')
names = {(n.get_name() or '').replace('…', '...'): n for n, _ in walk(find(app('gimp'), 'menu bar'))
         if n.get_role_name() == 'menu item'}
for entry in ENTRIES:
    assert shown_as(entry) in names, f'no menu entry “{shown_as(entry)}”'
click(names[shown_as('_Generate...')])
d = wait(lambda: app(PLUGIN) and find(app(PLUGIN), 'dialog', CATALOG.gettext('Generate')), 'the window', 60)
wait(lambda: find(d, 'label', contains='/ 75'), 'the tokens', 120)
for name in ('M_odel, size and variants', 'Adva_nced', 'Selection ed_ges', '_Avoid'):
    click(find(d, 'toggle button', plain(CATALOG.gettext(name))))
    time.sleep(0.5)
fits(d, 'language-' + LANGUAGE)
shown = {n.get_name() for n, _ in walk(d) if n.get_name()}
left = {n.rstrip(':… ') for n in shown} & {n.rstrip(':… ') for n in english()}
assert not left, f'in English: {left}'
for button in ('_Fill', '_Close', 'Sto_p'):
    assert find(d, 'button', shown_as(button)), 'no button ' + shown_as(button)
click(find(d, 'button', shown_as('_Close')))
wait(lambda: not app(PLUGIN), 'the plug-in to leave')
print(f'test_languages: {LANGUAGE} passed')
