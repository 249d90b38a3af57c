/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rows.h - the queue as a list: what runs, what waits, what failed, what is done.
 *
 * Each job is an icon, a line of text and buttons: a job that waits can be moved
 * and taken out, the report of one that failed can be copied. The list appears
 * when there is more than one job, or one that failed.
 */
#ifndef PLUGIN_ROWS_H
#define PLUGIN_ROWS_H

#include "queue.h"

#include <gtk/gtk.h>

struct rows {
    GtkWidget *root, *scrolled, *list, *pause;
    struct queue *queue;
    void (*chosen)(void *user, struct entry *entry); /* a row was pressed */
    void *user;
};

void rows_build(struct rows *rows, struct queue *queue,
                void (*chosen)(void *user, struct entry *entry), void *user);

/* After a change of the queue. */
void rows_fill(struct rows *rows);

#endif
