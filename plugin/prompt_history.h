/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prompt_history.h - prompts of before: the last twenty, and those that got a star. */
#ifndef PLUGIN_PROMPT_HISTORY_H
#define PLUGIN_PROMPT_HISTORY_H

#include <glib.h>

void prompt_history_add(const char *prompt);

/* The newest first; to be freed with g_strfreev(). */
char **prompt_history_recent(void);
char **prompt_history_starred(void);

/* With a star if it has none, without if it has. */
void prompt_history_toggle_star(const char *prompt);

#endif
