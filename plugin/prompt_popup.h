/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * prompt_popup.h - a list below the cursor with what the letters before it may
 * mean. It comes after two letters, or with Ctrl+Space; the arrow keys choose,
 * Return or Tab takes what is chosen, Escape closes it. As long as nothing is
 * chosen, keys do what they always do.
 */
#ifndef PLUGIN_PROMPT_POPUP_H
#define PLUGIN_PROMPT_POPUP_H

#include <libgimp/gimpui.h>

/* The config has the property "style". */
void prompt_popup_add(GtkWidget *view, GimpProcedureConfig *config);

#endif
