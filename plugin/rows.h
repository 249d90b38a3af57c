/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rows.h - the queue as a list: what runs, what waits, what failed, what is done.
 *
 * Each job is an icon, a line of text and buttons: a job that waits can be moved,
 * by the pointer or by keys, and taken out; of one that failed there are details
 * and a report to copy. The list appears when there is more than one job, one that
 * failed, one whose pictures are not to be seen, or one in a queue that is paused; the
 * switch that pauses the queue with the first job.
 */
#ifndef PLUGIN_ROWS_H
#define PLUGIN_ROWS_H

#include "queue.h"

#include <gtk/gtk.h>

struct rows {
    GtkWidget *root, *scrolled, *list, *pause;
    struct queue *queue;
    const struct entry *seen; /* whose pictures are shown, to be compared alone; NULL: none */
    struct entry *dragged;    /* by the pointer; NULL: none */
    void (*chosen)(void *user, struct entry *entry); /* a row was pressed */
    void *user;
};

void rows_build(struct rows *rows, struct queue *queue,
                void (*chosen)(void *user, struct entry *entry), void *user);

/* After a change of the queue. */
void rows_fill(struct rows *rows);

/* How far the job is that runs. */
void rows_show_progress(struct rows *rows, const struct entry *entry, const char *text);

#endif
