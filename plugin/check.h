/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * check.h - what Ebru finds on this computer, as a text to read and to pass on.
 *
 * It names programs, the processor, memory, models and folders, and lets the
 * engine make a small picture with random weights, twice, which takes a second.
 */
#ifndef PLUGIN_CHECK_H
#define PLUGIN_CHECK_H

#include <glib.h>

/* What there is; to be freed. */
char *check_facts(void);

/* One line on the engine's picture, to be freed; *works: it was right. For any thread. */
char *check_engine(gboolean *works);

/* A window with both, the second as soon as it is known. Returns the text when the window is
 * closed. */
char *check_window_run(gboolean *works);

#endif
