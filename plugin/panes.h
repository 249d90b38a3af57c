/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * panes.h - F6 and Shift+F6 in a window: from one of its parts to the next, and round again.
 */
#ifndef PLUGIN_PANES_H
#define PLUGIN_PANES_H

#include <gtk/gtk.h>

/* n widgets of the window in reading order, each with the focus itself or with something in it that
 * can have it; those that cannot just now are passed over. The last part is the dialog's row of
 * buttons. */
void panes_add(GtkDialog *window, GtkWidget *const *panes, int n);

#endif
