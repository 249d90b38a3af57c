/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keys_window.h - what F1 shows: the keys of the window, and where the guide is. */
#ifndef PLUGIN_KEYS_WINDOW_H
#define PLUGIN_KEYS_WINDOW_H

#include <gtk/gtk.h>

void keys_window_show(GtkWindow *parent);

#endif
