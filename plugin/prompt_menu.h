/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prompt_menu.h - the button above the prompt: prompts of before, those with a star, and styles. */
#ifndef PLUGIN_PROMPT_MENU_H
#define PLUGIN_PROMPT_MENU_H

#include <libgimp/gimpui.h>

/* prompt: the text view that it fills; the style is a property. A toggle button: to set it active
 * opens the menu. */
GtkWidget *prompt_menu_new(GtkWidget *prompt, GimpProcedureConfig *config);

#endif
