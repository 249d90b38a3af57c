/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * prompt_keys.h - the keys of a prompt: Ctrl+Z and Ctrl+Shift+Z undo and redo,
 * Ctrl+Up and Ctrl+Down weigh, Alt+Left and Alt+Right move a piece.
 */
#ifndef PLUGIN_PROMPT_KEYS_H
#define PLUGIN_PROMPT_KEYS_H

#include <gtk/gtk.h>

void prompt_keys_add(GtkWidget *view);

#endif
