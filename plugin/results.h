/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * results.h - the picture that is made, and those that were made.
 *
 * At the left the preview, at the right the variants of one job: the arrow keys
 * go through them and the image shows the one that is chosen, Return keeps it,
 * Delete discards it, the space bar hides it and shows it again. Of drafts
 * several can be chosen, and Return makes their rest. Buttons do the same.
 */
#ifndef PLUGIN_RESULTS_H
#define PLUGIN_RESULTS_H

#include "queue.h"

#include <gtk/gtk.h>

struct results {
    GtkWidget *root; /* hidden until there is something to see */
    GtkWidget *preview, *side, *scrolled, *strip, *title;
    GtkWidget *keep, *discard, *compare, *finish;
    struct queue *queue;
    struct entry *entry; /* whose variants are shown; NULL: none */
    gboolean before;     /* the variant is hidden for comparison */
    gboolean filling;
    gboolean small;
};

void results_build(struct results *results, struct queue *queue);

/* Half as large, one row of variants: where there is no room for more. */
void results_set_small(struct results *results, gboolean small);

/* Of an entry that is going on. */
void results_show_rough(struct results *results, const ebru_image *rough);

/* The variants of an entry, that one chosen which was looked at last; NULL: none. */
void results_show(struct results *results, struct entry *entry);

/* The chosen variant again, where a rough picture of another entry was seen last. */
void results_show_chosen(struct results *results);

/* The image as it is with the result, if that is hidden for comparison. */
void results_end_compare(struct results *results);

#endif
