/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * queue.h - the jobs of a window, one after the other.
 *
 * A press of the button adds a job with all it needs: pixels, selection and
 * settings as they are at that moment. The first that waits is made as soon as
 * the engine is free; what comes of it goes into the image at once, and its
 * pictures stay here as variants, to be flipped through. A job of drafts stops
 * part way and waits for the variants that are to be finished. All of this
 * belongs to the main thread; nothing here draws.
 */
#ifndef PLUGIN_QUEUE_H
#define PLUGIN_QUEUE_H

#include "entry.h"

struct queue;

/* What happens is told: `changed` after every change of the list or of a state, `leaving` before an
 * entry goes, `tick` ten times a second while the engine works, `measured` when it is known how
 * fast that was. */
struct queue_events {
    void (*changed)(void *user, struct entry *entry);
    void (*leaving)(void *user, struct entry *entry);
    void (*tick)(void *user, struct entry *entry, const struct work_view *view);
    void (*measured)(void *user);
    void *user;
};

struct queue *queue_new(struct worker *worker, const struct queue_events *events);
void queue_free(struct queue *queue);

/* Moves job and order into it. */
struct entry *queue_add(struct queue *queue, struct job *job, struct order *order);

/* Entries in the order they are made; NULL after the last. */
struct entry *queue_at(const struct queue *queue, int i);

/* The one that the engine works on; NULL: none. */
struct entry *queue_running(const struct queue *queue);

/* Those that run or wait. */
int queue_unfinished(const struct queue *queue);

/* Drafts of jobs of which none was finished yet. */
int queue_drafts(const struct queue *queue);

/* Make the rest of all of them; of those whose finishing failed only if `again`. */
void queue_finish_all(struct queue *queue, gboolean again);

/* Take an entry out. One that runs is stopped, and goes when it has; one whose drafts wait to be
 * finished is one of drafts again. */
void queue_remove(struct queue *queue, struct entry *entry);

/* Before or after its neighbours that wait; to the place of another one that waits. */
void queue_move(struct queue *queue, struct entry *entry, int by);
void queue_move_to(struct queue *queue, struct entry *entry, const struct entry *other);

/* One that makes or has made the same as a job of this print; NULL: none, or print is NULL. */
struct entry *queue_find(const struct queue *queue, const char *print);

/* What runs goes on; nothing new begins. */
void queue_set_paused(struct queue *queue, gboolean paused);
gboolean queue_is_paused(const struct queue *queue);

void queue_answer(struct queue *queue, ebru_answer answer);

/* Give up what runs. What waits is taken out, and stays in the ledger for another window. */
void queue_stop_all(struct queue *queue);

/* Make the rest of these drafts: indices of variants. */
gboolean queue_finish(struct queue *queue, struct entry *entry, const int *chosen, int count);

/* These drafts are not wanted; an entry of which nothing is left goes. */
void queue_give_up(struct queue *queue, struct entry *entry, const int *drafts, int count);

#endif
