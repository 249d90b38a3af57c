/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_view.h - a text to be read and copied, not written, that scrolls. */
#ifndef PLUGIN_TEXT_VIEW_H
#define PLUGIN_TEXT_VIEW_H

#include <gtk/gtk.h>

/* title: for screen readers. Width and height, in pixels, are the least. */
GtkWidget *text_view_new(const char *title, int width, int height, GtkTextBuffer **text);

/* All of a text; to be freed. */
char *text_view_read(GtkTextBuffer *text);

/* To the clipboard of the widget's screen. */
void text_view_copy(GtkWidget *near, const char *text);

#endif
