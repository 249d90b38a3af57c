/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * downloads_window.h - models from the catalogue, at a person's wish alone.
 *
 * Nothing is fetched before the licence of the model was named and accepted, and
 * nothing but the file of the entry. The list follows the catalogue when the user writes
 * into it (downloads_catalogue.h).
 */
#ifndef PLUGIN_DOWNLOADS_WINDOW_H
#define PLUGIN_DOWNLOADS_WINDOW_H

#include <gtk/gtk.h>

/* got() is called with the path of each file that has arrived whole. */
void downloads_open(GtkWindow *parent, void (*got)(void *user, const char *path), void *user);

#endif
