/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * downloads_fetch.h - a file of the catalogue on its way, fetched by a thread of its
 * own: how far it is, and how long it will take. All calls are for the main thread.
 */
#ifndef PLUGIN_DOWNLOADS_FETCH_H
#define PLUGIN_DOWNLOADS_FETCH_H

#include "catalogue.h"

struct fetching;

/* An entry of `items`, which is kept as long, into the folder. done() is called once; path: of the
 * file, NULL and an error: there is none. After it the struct is gone. */
struct fetching *fetching_begin(GPtrArray *items, const struct catalogue_item *item,
                                const char *folder,
                                void (*done)(void *user, const char *path, const GError *error),
                                void *user);

/* done() comes all the same. */
void fetching_stop(struct fetching *fetching);

/* 0 to 1, and in words, to be freed. */
double fetching_fraction(struct fetching *fetching);
char *fetching_describe(struct fetching *fetching);

#endif
