/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * help_window.h - the guide and its pages in a window of their own. They are inside
 * the plug-in, so that it needs neither network nor browser nor a folder of documents.
 */
#ifndef PLUGIN_HELP_WINDOW_H
#define PLUGIN_HELP_WINDOW_H

#include <gtk/gtk.h>

/* Beside `parent`, which has one at most: opened a second time it comes to the front. */
void help_window_show(GtkWindow *parent);

#endif
