/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * worker.h - the engine's thread.
 *
 * A worker is one thread that does one piece of work after the other and keeps
 * the last model. Progress, preview and the wish to stop cross threads here and
 * nowhere else: the engine's thread writes them under a lock, the main thread
 * looks ten times a second, and is woken when a piece of work is done. That
 * thread never calls libgimp, GTK or GEGL, and the main thread never waits for
 * it but in a main loop. A piece of work belongs
 * to both threads, so the main thread may drop one that is still loading.
 */
#ifndef PLUGIN_WORKER_H
#define PLUGIN_WORKER_H

#include "order.h"

#include <glib.h>

struct worker;
struct work;

enum work_state { WORK_WAITING, WORK_LOADING, WORK_RUNNING, WORK_DONE };

struct work_view {
    enum work_state state;
    ebru_progress progress; /* of the last call back while running */
    double seconds;         /* since it began to run */
    double pace; /* seconds a step of the newest picture takes, on average; 0: not known */
};

/* Of a piece of work that is done. */
struct work_outcome {
    bool ok;
    ebru_error error; /* when not ok */
    ebru_result result;
    char **recipes; /* [result.count] JSON, NULL at the end */
    double seconds; /* for the pictures, without loading */
    double speed;   /* FLOP/s of it; 0: it says nothing about that */
    bool early;     /* somebody said EBRU_FINISH: the last picture has fewer steps */
    int steps;      /* of the others */
};

struct worker *worker_new(const struct backend *backend);

/* `woken` is called in the main loop as soon as a piece of work is done, whichever it is; it is to
 * return G_SOURCE_CONTINUE. NULL: nothing is. */
void worker_set_woken(struct worker *worker, GSourceFunc woken, void *user);

/* Queue a piece of work; *order is moved into it. To be released with work_unref(). */
struct work *worker_push(struct worker *worker, struct order *order);

/* The model that is open and its backend, or NULL: it stays open until worker_release(), which is
 * to follow at once and in any case. */
const struct backend_model *worker_hold(struct worker *worker, const struct backend **backend);
void worker_release(struct worker *worker);

/* FLOP/s here, from a real run if there was one, else measured; 0: not known yet. */
double worker_speed(struct worker *worker);
void worker_know_speed(struct worker *worker, double speed); /* of an earlier call; 0: none */

void work_unref(struct work *work);
void work_answer(struct work *work, ebru_answer answer);
bool work_is_stopped(struct work *work); /* the answer was EBRU_STOP */
void work_look(struct work *work, struct work_view *view);

/* The newest rough picture that was not taken yet; false: there is none. */
bool work_take_preview(struct work *work, ebru_image *rough);

/* Run the main loop until this work of the worker is done, or until it is to stop before it runs;
 * `tick` is called every 100 ms. */
void worker_wait(struct worker *worker, struct work *work,
                 void (*tick)(void *user, const struct work_view *view), void *user);

/* When it is done; valid as long as the work. The pictures and drafts may be taken out of it. */
struct work_outcome *work_outcome(struct work *work);

/* What it was told to do, when it is done. */
const struct order *work_order(const struct work *work);

#endif
