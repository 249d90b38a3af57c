/* SPDX-License-Identifier: GPL-3.0-or-later */
/* history.h - prompts of before: the last twenty, and those that got a star. */
#ifndef PLUGIN_HISTORY_H
#define PLUGIN_HISTORY_H

#include <glib.h>

void history_add(const char *prompt);

/* The newest first; to be freed with g_strfreev(). */
char **history_recent(void);
char **history_starred(void);

/* With a star if it has none, without if it has. */
void history_toggle_star(const char *prompt);

#endif
