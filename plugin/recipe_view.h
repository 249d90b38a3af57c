/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * recipe_view.h - how a picture was made, to be read and copied: as a text in the
 * way of A1111, and as JSON; above it, what of it cannot be had here.
 */
#ifndef PLUGIN_RECIPE_VIEW_H
#define PLUGIN_RECIPE_VIEW_H

#include <gtk/gtk.h>

GtkWidget *recipe_view_new(void);

/* recipe: JSON, NULL: nothing is shown. missing: sentences, ends with NULL. */
void recipe_view_show(GtkWidget *view, const char *recipe, char **missing);

/* A window with that alone. Whether the settings are wanted. */
gboolean recipe_view_ask(const char *title, const char *recipe, char **missing);

#endif
