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

#include "job.h"

enum entry_state { ENTRY_WAITING, ENTRY_RUNNING, ENTRY_DRAFTS, ENTRY_DONE, ENTRY_FAILED };

/* A picture of a job. */
struct variant {
    gint64 seed;
    ebru_image picture; /* what is shown of it: rough as long as it is a draft, small when the album
                           has it */
    ebru_draft draft;   /* no data: it is finished */
    char *recipe;       /* as long as the album does not have it */
    GimpLayer *layer;   /* in the image; NULL: none yet, or its draft was given up */
    GimpItem *group;    /* that was made for its layer and others; NULL: none */
};

/* What has come of an entry since the last time it was told. */
enum news { NEWS_NONE, NEWS_DRAFTS, NEWS_PICTURES, NEWS_STOPPED };

struct entry {
    int number; /* from 1, in the order they were added */
    enum entry_state state;
    struct job job;
    struct order order;   /* as long as it waits */
    struct work *work;    /* as long as it runs */
    struct work *drafted; /* that made the drafts, as long as there are any: what is said of them,
                             such as a prompt for each, goes by its order */
    int count;            /* pictures that are being made */
    char *prompt;         /* as it was typed */
    char *error;          /* of a failed one */
    ebru_error fault;     /* likewise, as the engine tells it */
    ebru_status status;   /* likewise */
    int code;             /* likewise: of EBRU_PLUGIN_ERROR */
    double seconds;       /* that it took */
    double speed;         /* FLOP/s, as long as that is not remembered; 0: it is */
    int steps;            /* of its pictures */
    gboolean early;       /* it was finished before its steps were done */
    enum news news;
    gboolean made_image; /* the pictures that came last are in a new image */
    GimpImage *image;    /* that the result is in */
    GArray *variants;    /* struct variant */
    GArray *chosen;      /* int: the variants that are being finished */
    int shown;           /* the variant that was looked at last */
};

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

/* Make the rest of all of them, but of those that failed. */
void queue_finish_all(struct queue *queue);

/* Take an entry out; one that runs is stopped, and goes when it has. */
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

struct variant *entry_variant(const struct entry *entry, int i);
gboolean entry_has_drafts(const struct entry *entry);

#endif
