/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * convert_row.h - the making of an 8-bit copy as people see it: a bar, and Stop. It is
 * seen as long as something is being made; when its window goes, the making ends too,
 * and leaves no part of a file.
 */
#ifndef PLUGIN_CONVERT_ROW_H
#define PLUGIN_CONVERT_ROW_H

#include <gtk/gtk.h>

/* done() gets the path of the copy, or NULL and an error, which is NULL too when it was stopped. */
GtkWidget *convert_row_new(void (*done)(void *user, const char *copy, const GError *error),
                           void *user);

/* One at a time: FALSE while there is another. */
gboolean convert_row_begin(GtkWidget *row, const char *path);

#endif
