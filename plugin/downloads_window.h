/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * downloads_window.h - models from the catalogue, at a person's wish alone.
 *
 * Nothing is fetched before the licence of the model was named and accepted, and
 * nothing but the file of the entry. The catalogue is <GIMP's folder>/ebru/catalogue.json
 * where the user has one, else the one that comes with Ebru.
 */
#ifndef PLUGIN_DOWNLOADS_WINDOW_H
#define PLUGIN_DOWNLOADS_WINDOW_H

#include <gtk/gtk.h>

/* The entries, see catalogue.h; NULL and an error when the file is not as it should be. */
GPtrArray *downloads_catalogue(GError **error);

/* got() is called with the path of each file that has arrived whole. */
void downloads_open(GtkWindow *parent, void (*got)(void *user, const char *path), void *user);

#endif
