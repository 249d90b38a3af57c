/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * entry.h - a job of the queue, and what has come of it: drafts, pictures or a fault.
 *
 * It is the main thread's; nothing here draws, and nothing here decides what is made next.
 */
#ifndef PLUGIN_ENTRY_H
#define PLUGIN_ENTRY_H

#include "job.h"

enum entry_state { ENTRY_WAITING, ENTRY_RUNNING, ENTRY_DRAFTS, ENTRY_DONE, ENTRY_FAILED };

/* A picture of a job. */
struct variant {
    gint64 seed;
    ebru_image picture; /* what is shown of it: rough as long as it is a draft; no data: */
    GdkPixbuf *small;   /* as it is shown when the album has it; NULL: not yet */
    ebru_draft draft;   /* no data: it is finished */
    char *recipe;       /* as long as the album does not have it */
    GimpLayer *layer;   /* in the image; NULL: none yet, or its draft was given up */
    GimpItem *group;    /* that was made for its layer and others; NULL: none */
};

/* What has come of an entry since the last time it was told. */
enum news { NEWS_NONE, NEWS_DRAFTS, NEWS_PICTURES, NEWS_STOPPED, NEWS_FAILED };

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

/* Moves job and order into it; it waits. */
struct entry *entry_new(int number, struct job *job, struct order *order);
void entry_free(gpointer entry); /* which takes it out of the ledger */

/* NULL: there is no such one. */
struct variant *entry_variant(const struct entry *entry, int i);

gboolean entry_has_drafts(const struct entry *entry);
gboolean entry_has_pictures(const struct entry *entry);

/* Drafts, and none was finished. */
gboolean entry_is_undecided(const struct entry *entry);

/* int: the variants that are drafts; to be freed. */
GArray *entry_drafts(const struct entry *entry);

/* Makes of its drafts an order for the rest of these variants; FALSE: there is no memory for it. */
gboolean entry_order_rest(struct entry *entry, const int *chosen, int count);

/* That order is taken back: the drafts are as they were. */
void entry_cancel_rest(struct entry *entry);

/* What its work came to: pictures go into the image. */
void entry_take(struct entry *entry);

/* It ends without a picture; drafts whose finishing ended so are still there. */
void entry_end_without(struct entry *entry, const ebru_error *err);

/* The work is over: lets go of what only more pictures of it would need. */
void entry_settle(struct entry *entry);

/* These drafts are not wanted; whether it still has any. */
gboolean entry_give_up(struct entry *entry, const int *drafts, int count);

/* Writes down what lasts longer than the window: pictures in the album, the speed, and that it is
 * not to be made by another window. Whether it says how fast the engine is. */
gboolean entry_remember(struct entry *entry);

#endif
