/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * prompt.h - a box of several lines for a text of the settings, with a grey hint
 * while it is empty. Tab leaves it, as it leaves any other field.
 */
#ifndef PLUGIN_PROMPT_H
#define PLUGIN_PROMPT_H

#include "prompt_edit.h"

#include <libgimp/gimpui.h>

/* name: of the property; title: for screen readers. The text follows the property and sets it.
 * *view is the text view inside. */
GtkWidget *prompt_new(GimpProcedureConfig *config, const char *name, const char *title,
                      const char *hint, int lines, GtkWidget **view);

/* Another hint for such a text view. */
void prompt_set_hint(GtkWidget *view, const char *hint);

/* The text in the view; to be freed. */
char *prompt_text(GtkWidget *view);

/* Another text; the old one comes back with undo. */
void prompt_set_text(GtkWidget *view, const char *text);

/* What is chosen in it; from == to: where the cursor is. */
struct span prompt_chosen(GtkWidget *view);

/* One change for whoever undoes it. */
void prompt_change(GtkWidget *view, const struct edit *edit);

#endif
