/* SPDX-License-Identifier: GPL-3.0-or-later */
/* models_trash.h - the one thing that touches a file of a model: moving it to the trash. */
#ifndef PLUGIN_MODELS_TRASH_H
#define PLUGIN_MODELS_TRASH_H

#include <gtk/gtk.h>

/* Asks first; then done() is called, with an error where it could not be moved. */
void models_trash_ask(GtkWindow *parent, const char *path,
                      void (*done)(void *user, const GError *error), void *user);

#endif
