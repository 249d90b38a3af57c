/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prompt_search.h - Ctrl+H: a field that finds prompts of before by any part of them. */
#ifndef PLUGIN_PROMPT_SEARCH_H
#define PLUGIN_PROMPT_SEARCH_H

#include <gtk/gtk.h>

/* Opens it at the prompt, whose text becomes what is chosen. */
void prompt_search_open(GtkWidget *prompt);

#endif
