/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keys_window.h - the keys of the window, as a table. */
#ifndef PLUGIN_KEYS_WINDOW_H
#define PLUGIN_KEYS_WINDOW_H

#include <gtk/gtk.h>

void keys_window_show(GtkWindow *parent);

#endif
