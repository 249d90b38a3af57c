/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models_places.h - models that other programs on this computer have: found,
 * offered, and used where they are.
 */
#ifndef PLUGIN_MODELS_PLACES_H
#define PLUGIN_MODELS_PLACES_H

#include <gtk/gtk.h>

/* Folders with models of other programs that are there; to be freed with g_strfreev(). */
char **models_places(void);

/* The same with autoencoders. */
char **models_places_vae(void);

/* Ask which of them are to be used; add() is called for each. */
void models_places_offer(GtkWindow *parent, void (*add)(void *user, const char *path), void *user);

#endif
