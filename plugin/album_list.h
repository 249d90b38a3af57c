/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * album_list.h - the list of the window History: a thumbnail, the prompt and when
 * it was. A thumbnail is read when its row is seen, so thousands of rows are
 * there at once.
 */
#ifndef PLUGIN_ALBUM_LIST_H
#define PLUGIN_ALBUM_LIST_H

#include "album.h"

#include <gtk/gtk.h>

struct album_list {
    GtkWidget *root, *view;
    GtkListStore *store;
    GHashTable *thumbnails; /* id -> GdkPixbuf */
    struct album *album;    /* what the rows show; of the window */
};

void album_list_build(struct album_list *list);
void album_list_clear(struct album_list *list);

/* Those of the album whose prompt has all words; `at`: the row that is chosen then, or the last. */
void album_list_fill(struct album_list *list, struct album *album, char **words, int at);

/* The chosen picture of the album, and its row; -1: none. */
int album_list_chosen(const struct album_list *list, int *row);

/* How many are shown. */
int album_list_count(const struct album_list *list);

#endif
