/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * album_window.h - the window History: the pictures that were made, searched by
 * words of their prompts, with the settings of the chosen one to be read, copied
 * and used again. It neither makes pictures nor touches an image.
 */
#ifndef PLUGIN_ALBUM_WINDOW_H
#define PLUGIN_ALBUM_WINDOW_H

#include <gtk/gtk.h>

struct album_events {
    /* What of a recipe cannot be had here, see recall_missing(); to be freed. */
    char **(*missing)(void *user, const char *recipe);
    /* These settings are wanted; again: a picture too, with a new seed. */
    void (*use)(void *user, const char *recipe, gboolean again);
    void *user;
};

/* Beside a window that can use the settings; one that is open comes to the front. */
void album_window_open(GtkWindow *parent, const struct album_events *events);

/* By itself, until it is closed; the recipe that was chosen, to be freed, or NULL. */
char *album_window_run(char **(*missing)(void *user, const char *recipe), void *user);

#endif
