/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * downloads_catalogue.h - where the catalogue of downloads is.
 *
 * It is <GIMP's folder>/ebru/catalogue.json where the user has one, else the one that
 * comes with Ebru.
 */
#ifndef PLUGIN_DOWNLOADS_CATALOGUE_H
#define PLUGIN_DOWNLOADS_CATALOGUE_H

#include <gio/gio.h>

/* The entries, see catalogue.h; NULL and an error when the file is not as it should be. */
GPtrArray *downloads_catalogue(GError **error);

/* The path of the user's own, which need not be there; to be freed. */
char *downloads_catalogue_own(void);

/* Makes the user's own from the other, if need be. */
gboolean downloads_catalogue_make(GError **error);

/* Tells of what happens to the user's own; NULL: the system cannot. */
GFileMonitor *downloads_catalogue_watch(void);

#endif
