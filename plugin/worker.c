/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _DEFAULT_SOURCE /* nice() */
#include "worker.h"

#include "message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct work {
    struct order order;
    gint answer; /* atomic: ebru_answer */

    GMutex lock; /* of all below */
    struct work_view view;
    struct work_view wanted; /* as it was before somebody said EBRU_FINISH */
    gint64 began;            /* us */
    double denoising;        /* seconds at which the newest picture came to its steps, */
    int first_step;          /* and with which of them */
    ebru_image rough;
    bool rough_is_new;
    struct work_outcome outcome;
};

struct worker {
    const struct backend *backend;
    GAsyncQueue *queue;
    GSource *done; /* of the main loop; this is how the engine's thread wakes it */

    GMutex holding; /* of the model, while it is used by the main thread or changed */
    struct backend_model *model;
    struct order opened; /* what the model was opened for; of the engine's thread */

    GMutex lock;
    double speed;
};

/* --- a piece of work ------------------------------------------------------ */

static bool is_stopped(void *user)
{
    return work_is_stopped(user);
}

/* Who gives up a piece of work does not wait for its model either. */
static ebru_options options_of(struct work *w)
{
    return (ebru_options){ .threads = w->order.threads,
                           .vae = w->order.vae,
                           .vocabulary = w->order.vocabulary,
                           .stopped = is_stopped,
                           .user = w };
}

static void work_clear(gpointer data)
{
    struct work *const w = data;

    order_clear(&w->order);
    ebru_image_clear(&w->rough);
    ebru_result_clear(&w->outcome.result);
    g_strfreev(w->outcome.recipes);
    g_mutex_clear(&w->lock);
}

void work_unref(struct work *work)
{
    if (work)
        g_atomic_rc_box_release_full(work, work_clear);
}

void work_answer(struct work *work, ebru_answer answer)
{
    g_atomic_int_set(&work->answer, (gint)answer);
}

static ebru_answer answer_of(struct work *work)
{
    return (ebru_answer)g_atomic_int_get(&work->answer);
}

bool work_is_stopped(struct work *work)
{
    return answer_of(work) == EBRU_STOP;
}

void work_look(struct work *work, struct work_view *view)
{
    g_mutex_lock(&work->lock);
    *view = work->view;
    view->seconds = work->began ? (double)(g_get_monotonic_time() - work->began) / 1e6 : 0;
    g_mutex_unlock(&work->lock);
}

bool work_take_preview(struct work *work, ebru_image *rough)
{
    g_mutex_lock(&work->lock);
    const bool is_new = work->rough_is_new;
    if (is_new) {
        *rough = work->rough;
        work->rough = (ebru_image){ 0 };
        work->rough_is_new = false;
    }
    g_mutex_unlock(&work->lock);
    return is_new;
}

struct work_outcome *work_outcome(struct work *work)
{
    return &work->outcome;
}

const struct order *work_order(const struct work *work)
{
    return &work->order;
}

static void set_state(struct work *w, enum work_state state)
{
    g_mutex_lock(&w->lock);
    w->view.state = state;
    if (state == WORK_RUNNING)
        w->began = g_get_monotonic_time();
    g_mutex_unlock(&w->lock);
}

/* --- what the engine calls back ------------------------------------------- */

static void say_step(const struct work *w, const ebru_progress *p, double seconds)
{
    g_autofree char *left =
        p->fraction > 0.02 ? message_left(seconds / p->fraction - seconds) : g_strdup("");

    if (w->order.request.count > 1)
        fprintf(stderr, "ebru: picture %d: ", p->picture + 1);
    else
        fprintf(stderr, "ebru: ");
    if (!strcmp(p->phase, "denoise"))
        fprintf(stderr, "step %d of %d  %s\n", p->step + 1, p->steps, left);
    else
        fprintf(stderr, "%s  %s\n", p->phase, left);
}

static bool is_new_step(const ebru_progress *a, const ebru_progress *b)
{
    if (!a->phase || strcmp(a->phase, b->phase) || a->picture != b->picture)
        return true;
    return a->step != b->step && !strcmp(b->phase, "denoise");
}

/* Only steps count, not what is between the pictures; w->view has the progress of before. */
static void measure(struct work *w, const ebru_progress *p, double seconds)
{
    const ebru_progress *const last = &w->view.progress;

    if (strcmp(p->phase, "denoise"))
        return;
    if (!last->phase || strcmp(last->phase, p->phase) || last->picture != p->picture) {
        w->first_step = p->step;
        w->denoising = seconds;
    } else if (p->step > w->first_step && p->step != last->step) {
        w->view.pace = (seconds - w->denoising) / (p->step - w->first_step);
    }
}

static ebru_answer on_progress(void *user, const ebru_progress *p)
{
    struct work *const w = user;

    g_mutex_lock(&w->lock);
    const bool is_new = is_new_step(&w->view.progress, p);
    const double seconds = (double)(g_get_monotonic_time() - w->began) / 1e6;
    measure(w, p, seconds);
    w->view.progress = *p;
    const ebru_answer answer = answer_of(w);
    if (answer != EBRU_FINISH)
        w->wanted = (struct work_view){ w->view.state, *p, seconds, w->view.pace };
    g_mutex_unlock(&w->lock);
    if (is_new && w->order.say_steps)
        say_step(w, p, seconds);
    return answer;
}

static void on_preview(void *user, const ebru_progress *p, const ebru_image *rough)
{
    struct work *const w = user;
    ebru_image copy;

    (void)p;
    if (!order_image_copy(&copy, rough))
        return;
    g_mutex_lock(&w->lock);
    ebru_image_clear(&w->rough);
    w->rough = copy;
    w->rough_is_new = true;
    g_mutex_unlock(&w->lock);
}

/* --- the engine's thread -------------------------------------------------- */

void worker_know_speed(struct worker *worker, double speed)
{
    g_mutex_lock(&worker->lock);
    worker->speed = speed;
    g_mutex_unlock(&worker->lock);
}

double worker_speed(struct worker *worker)
{
    g_mutex_lock(&worker->lock);
    const double speed = worker->speed;
    g_mutex_unlock(&worker->lock);
    return speed;
}

static bool load(struct worker *worker, struct work *w)
{
    const ebru_options options = options_of(w);

    if (worker->model && order_same_model(&worker->opened, &w->order))
        return true;
    set_state(w, WORK_LOADING);
    g_mutex_lock(&worker->holding);
    worker->backend->close(worker->model);
    worker->model = NULL;
    g_mutex_unlock(&worker->holding);
    order_clear(&worker->opened);
    struct backend_model *const opened =
        worker->backend->open(w->order.model, &options, &w->outcome.error);
    g_mutex_lock(&worker->holding);
    worker->model = opened;
    g_mutex_unlock(&worker->holding);
    if (!opened)
        return false;
    worker->opened = (struct order){ .model = g_strdup(w->order.model),
                                     .vae = g_strdup(w->order.vae),
                                     .vocabulary = g_strdup(w->order.vocabulary),
                                     .threads = w->order.threads };
    return true;
}

static void write_recipes(const struct worker *worker, struct work *w)
{
    const ebru_result *const r = &w->outcome.result;

    w->outcome.recipes = g_new0(char *, r->count + 1);
    for (int i = 0; i < r->count; i++) {
        ebru_request one = passes_request(w->order.passes, &w->order.request, i);
        if (w->order.passes && w->order.passes->count)
            one.image = &w->order.passes->picture;
        char *const json = worker->backend->recipe(worker->model, &one, r->seeds[i]);
        w->outcome.recipes[i] = g_strdup(json ? json : "{}");
        free(json);
    }
}

/* One that was finished early is measured up to that moment, by the steps it did; of passes, the
 * rest of which is skipped, such a one says nothing. */
static double measured_speed(const struct worker *worker, const struct work *w)
{
    const bool early = w->outcome.early, passes = w->order.passes && w->order.passes->count;
    const ebru_progress *const p = &w->wanted.progress;
    const double part = early ? p->fraction : 1;
    const double seconds = early ? w->wanted.seconds : w->outcome.seconds;
    ebru_cost cost;

    if (seconds <= 0 || (early && (passes || (p->step < 1 && p->picture < 1))) ||
        !passes_estimate(w->order.passes, worker->backend, worker->model, &w->order.request, &cost,
                         NULL))
        return 0;
    return part * cost.flops / seconds;
}

static void paint(struct worker *worker, struct work *w)
{
    const ebru_watch watch = { on_progress, w->order.previews ? on_preview : NULL, w };
    struct work_outcome *const o = &w->outcome;

    set_state(w, WORK_RUNNING);
    o->ok = w->order.passes ? passes_generate(w->order.passes, worker->backend, worker->model,
                                              &w->order.request, &watch, &o->result, &o->error)
                            : worker->backend->generate(worker->model, &w->order.request, &watch,
                                                        &o->result, &o->error);
    o->seconds = (double)(g_get_monotonic_time() - w->began) / 1e6;
    o->early = answer_of(w) == EBRU_FINISH;
    o->steps = w->view.progress.steps; /* only this thread writes it */
    if (!o->ok)
        return;
    write_recipes(worker, w);
    o->speed = measured_speed(worker, w);
    if (o->speed > 0)
        worker_know_speed(worker, o->speed);
}

static void do_work(struct worker *worker, struct work *w)
{
    if (work_is_stopped(w)) {
        w->outcome.error = (ebru_error){ .status = EBRU_CANCELLED, .message = "stopped" };
    } else if (load(worker, w)) {
        const ebru_options options = options_of(w);
        if (!w->order.load_only)
            paint(worker, w);
        else if (worker_speed(worker) == 0)
            worker_know_speed(worker, worker->backend->speed(&options));
        w->outcome.ok |= w->order.load_only;
    }
    set_state(w, WORK_DONE);
    g_source_set_ready_time(worker->done, 0);
    work_unref(w);
}

static gpointer work_on(gpointer data)
{
    struct worker *const worker = data;

    /* On Linux this is the niceness of this thread and of those it starts: the picture may take
     * all cores as long as nobody paints. */
    if (nice(5) < 0)
        g_debug("the engine's thread is not nice");
    for (;;)
        do_work(worker, g_async_queue_pop(worker->queue));
    return NULL;
}

/* --- the main thread ------------------------------------------------------ */

static gboolean on_done(GSource *source, GSourceFunc woken, gpointer user)
{
    g_source_set_ready_time(source, -1);
    return woken ? woken(user) : G_SOURCE_CONTINUE;
}

void worker_set_woken(struct worker *worker, GSourceFunc woken, void *user)
{
    g_source_set_callback(worker->done, woken, user, NULL);
}

struct worker *worker_new(const struct backend *backend)
{
    static GSourceFuncs funcs = { .dispatch = on_done };
    struct worker *const worker = g_new0(struct worker, 1);

    worker->backend = backend;
    worker->queue = g_async_queue_new();
    worker->done = g_source_new(&funcs, sizeof(GSource));
    g_source_attach(worker->done, NULL);
    g_mutex_init(&worker->lock);
    g_mutex_init(&worker->holding);
    g_thread_unref(g_thread_new("engine", work_on, worker));
    return worker;
}

struct work *worker_push(struct worker *worker, struct order *order)
{
    struct work *const w = g_atomic_rc_box_new0(struct work);

    w->order = *order;
    *order = (struct order){ 0 };
    w->order.request.image = w->order.image.data ? &w->order.image : NULL;
    w->order.request.mask = w->order.mask.data ? &w->order.mask : NULL;
    w->order.request.drafts = w->order.drafts;
    g_mutex_init(&w->lock);
    g_async_queue_push(worker->queue, g_atomic_rc_box_acquire(w));
    return w;
}

const struct backend_model *worker_hold(struct worker *worker, const struct backend **backend)
{
    *backend = worker->backend;
    g_mutex_lock(&worker->holding);
    return worker->model;
}

void worker_release(struct worker *worker)
{
    g_mutex_unlock(&worker->holding);
}

struct waiting {
    struct work *work;
    GMainLoop *loop;
    void (*tick)(void *user, const struct work_view *view);
    void *user;
};

static gboolean look(gpointer data)
{
    const struct waiting *const w = data;
    struct work_view view;

    work_look(w->work, &view);
    w->tick(w->user, &view);
    if (view.state == WORK_DONE || (view.state != WORK_RUNNING && work_is_stopped(w->work)))
        g_main_loop_quit(w->loop);
    return G_SOURCE_CONTINUE;
}

void worker_wait(struct worker *worker, struct work *work,
                 void (*tick)(void *user, const struct work_view *view), void *user)
{
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    struct waiting waiting = { work, loop, tick, user };
    const guint timer = g_timeout_add(100, look, &waiting);

    worker_set_woken(worker, look, &waiting);
    g_main_loop_run(loop);
    worker_set_woken(worker, NULL, NULL);
    g_source_remove(timer);
}
