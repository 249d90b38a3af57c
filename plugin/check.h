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

/* To be freed; *works: the engine's picture was right. */
char *check_report(gboolean *works);

/* A window with the text; returns when it is closed. */
void check_show(const char *report);

#endif
