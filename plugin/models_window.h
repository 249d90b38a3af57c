/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models_window.h - the window to look after models: what there is, and to add,
 * download, check, convert and remove. Files are used where they are; nothing is copied
 * but to 8 bits, and only Move to Trash touches one. Long work is done in threads.
 */
#ifndef PLUGIN_MODELS_WINDOW_H
#define PLUGIN_MODELS_WINDOW_H

#include <gtk/gtk.h>

/* Beside another window, whose model `current` is selected (NULL: none). changed() is called when
 * the list is another, with NULL, and with the path of a model that is to be used from now on. */
void models_window_open(GtkWindow *parent, const char *current,
                        void (*changed)(void *user, const char *path), void *user);

/* The same, and an 8-bit copy of `path` is made at once: when it is there, it is the model to be
 * used and the window goes. */
void models_window_convert(GtkWindow *parent, const char *path,
                           void (*changed)(void *user, const char *path), void *user);

/* Alone; returns when it is closed. */
void models_window_run(void);

#endif
