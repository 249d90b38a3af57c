/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models_list.h - the table of models in their window: sorted by any column, with a
 * field to search above it. It shows what it is given; thousands of rows are
 * nothing to it. The path is what a row is.
 */
#ifndef PLUGIN_MODELS_LIST_H
#define PLUGIN_MODELS_LIST_H

#include <gtk/gtk.h>

struct models_row {
    const char *path, *name, *family, *precision;
    const char *licence, *sha256; /* NULL: not known */
    gint64 size, memory, used;    /* bytes, bytes, seconds since 1970 (0: never) */
    int width, height;
};

struct models_list {
    GtkWidget *root; /* search and table */
    GtkWidget *view, *search;
    GtkListStore *store;
    GtkTreeModel *filter, *sorted;
};

void models_list_build(struct models_list *list);

/* Between begin and end the table is empty; the row with this path is selected then, or the
 * first. */
void models_list_begin(struct models_list *list);
void models_list_add(struct models_list *list, const struct models_row *row);
void models_list_end(struct models_list *list, const char *selected);

/* The path of the selected row, to be freed; NULL: none. */
char *models_list_selected(struct models_list *list);

/* That of the one below it, else above it; NULL: there is none; to be freed. */
char *models_list_beside(struct models_list *list);

/* Its sum is known by now. */
void models_list_set_sha256(struct models_list *list, const char *path, const char *sha256);

void models_list_clear(struct models_list *list);

#endif
