/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "queue.h"

#include <string.h>

struct queue {
    struct worker *worker;
    struct queue_events events;
    GPtrArray *entries;
    int added;
    gboolean paused;
    guint timer, tidying;
};

/* --- the list ------------------------------------------------------------- */

struct entry *queue_at(const struct queue *q, int i)
{
    return i >= 0 && (guint)i < q->entries->len ? q->entries->pdata[i] : NULL;
}

struct entry *queue_running(const struct queue *q)
{
    for (guint i = 0; i < q->entries->len; i++)
        if (queue_at(q, (int)i)->state == ENTRY_RUNNING)
            return queue_at(q, (int)i);
    return NULL;
}

int queue_unfinished(const struct queue *q)
{
    int n = 0;

    for (guint i = 0; i < q->entries->len; i++) {
        const enum entry_state s = queue_at(q, (int)i)->state;
        n += s == ENTRY_RUNNING || s == ENTRY_WAITING;
    }
    return n;
}

int queue_drafts(const struct queue *q)
{
    int n = 0;

    for (guint i = 0; i < q->entries->len; i++) {
        const struct entry *const e = queue_at(q, (int)i);
        g_autoptr(GArray) drafts = entry_drafts(e);
        n += entry_is_undecided(e) ? (int)drafts->len : 0;
    }
    return n;
}

static void changed(struct queue *q, struct entry *e)
{
    q->events.changed(q->events.user, e);
}

static gboolean remember_all(struct queue *q)
{
    gboolean measured = FALSE;

    q->tidying = 0;
    for (guint i = 0; i < q->entries->len; i++)
        measured |= entry_remember(queue_at(q, (int)i));
    return measured;
}

/* What is to be written to disk, some tens of ms of it, is written when the result is seen. */
static gboolean tidy(gpointer data)
{
    struct queue *const q = data;

    if (remember_all(q))
        q->events.measured(q->events.user);
    return G_SOURCE_REMOVE;
}

static void tidy_now(struct queue *q)
{
    if (!q->tidying)
        return;
    g_source_remove(q->tidying);
    remember_all(q);
}

static void settle(struct queue *q, struct entry *e)
{
    entry_settle(e);
    if (!q->tidying)
        q->tidying = g_idle_add(tidy, q);
    changed(q, e);
    e->news = NEWS_NONE;
    if (e->state == ENTRY_FAILED && e->status == EBRU_CANCELLED)
        queue_remove(q, e);
}

static void end(struct queue *q, struct entry *e)
{
    entry_take(e);
    settle(q, e);
}

/* The engine still opens the model for another piece of work, which is of use later. */
static void drop(struct queue *q, struct entry *e)
{
    entry_end_without(e, &(ebru_error){ .status = EBRU_CANCELLED, .message = "stopped" });
    settle(q, e);
}

/* --- making --------------------------------------------------------------- */

static void next(struct queue *q);

static void look(struct queue *q)
{
    struct entry *const e = queue_running(q);
    struct work_view view;

    if (!e)
        return;
    work_look(e->work, &view);
    q->events.tick(q->events.user, e, &view);
    if (view.state == WORK_DONE)
        end(q, e);
    else if (view.state == WORK_WAITING && work_is_stopped(e->work))
        drop(q, e);
    else
        return;
    next(q);
}

static gboolean on_timer(gpointer data)
{
    struct queue *const q = data;

    look(q);
    if (queue_running(q))
        return G_SOURCE_CONTINUE;
    q->timer = 0;
    return G_SOURCE_REMOVE;
}

static gboolean on_done(gpointer data)
{
    look(data);
    return G_SOURCE_CONTINUE;
}

static void next(struct queue *q)
{
    struct entry *e;

    if (q->paused || queue_running(q))
        return;
    for (int i = 0; (e = queue_at(q, i)); i++)
        if (e->state == ENTRY_WAITING)
            break;
    if (!e)
        return;
    work_unref(e->work);
    e->count = e->order.request.count;
    e->work = worker_push(q->worker, &e->order);
    e->state = ENTRY_RUNNING;
    if (!q->timer)
        q->timer = g_timeout_add(100, on_timer, q);
    changed(q, e);
}

/* --- what a person does --------------------------------------------------- */

struct entry *queue_add(struct queue *q, struct job *job, struct order *order)
{
    struct entry *const e = entry_new(++q->added, job, order);

    g_ptr_array_add(q->entries, e);
    next(q); /* at first: the engine need not wait for the window */
    if (e->state == ENTRY_WAITING)
        changed(q, e);
    return e;
}

static void take_out(struct queue *q, struct entry *e)
{
    tidy_now(q);
    q->events.leaving(q->events.user, e);
    g_ptr_array_remove(q->entries, e);
    changed(q, NULL);
}

void queue_remove(struct queue *q, struct entry *e)
{
    if (e->state == ENTRY_RUNNING) {
        work_answer(e->work, EBRU_STOP);
    } else if (e->state == ENTRY_WAITING && entry_has_drafts(e)) {
        entry_cancel_rest(e);
        changed(q, e);
    } else {
        take_out(q, e);
    }
}

void queue_move_to(struct queue *q, struct entry *e, const struct entry *other)
{
    guint from, to;

    if (!g_ptr_array_find(q->entries, e, &from) || /* the row of one that has gone may be seen */
        !g_ptr_array_find(q->entries, other, &to) || from == to || e->state != ENTRY_WAITING ||
        other->state != ENTRY_WAITING)
        return;
    gpointer *const list = q->entries->pdata;
    if (from < to)
        memmove(list + from, list + from + 1, (to - from) * sizeof(*list));
    else
        memmove(list + to + 1, list + to, (from - to) * sizeof(*list));
    list[to] = e;
    changed(q, e);
}

void queue_move(struct queue *q, struct entry *e, int by)
{
    guint at;

    if (!g_ptr_array_find(q->entries, e, &at))
        return;
    const struct entry *const other = queue_at(q, (int)at + by);
    if (other)
        queue_move_to(q, e, other);
}

struct entry *queue_find(const struct queue *q, const char *print)
{
    struct entry *e;

    for (int i = 0; print && (e = queue_at(q, i)); i++)
        if (e->state != ENTRY_FAILED && !g_strcmp0(e->job.print, print))
            return e;
    return NULL;
}

void queue_set_paused(struct queue *q, gboolean paused)
{
    q->paused = paused;
    next(q);
}

gboolean queue_is_paused(const struct queue *q)
{
    return q->paused;
}

void queue_answer(struct queue *q, ebru_answer answer)
{
    struct entry *const e = queue_running(q);

    if (e)
        work_answer(e->work, answer);
}

void queue_stop_all(struct queue *q)
{
    q->paused = TRUE;
    for (int i = (int)q->entries->len - 1; i >= 0; i--) {
        struct entry *const e = queue_at(q, i);
        if (e->state != ENTRY_WAITING)
            continue;
        g_clear_pointer(&e->job.ticket, g_free); /* stays in the ledger */
        take_out(q, e);
    }
    queue_answer(q, EBRU_STOP);
}

gboolean queue_finish(struct queue *q, struct entry *e, const int *chosen, int count)
{
    if (e->state != ENTRY_DRAFTS || !count || !entry_order_rest(e, chosen, count))
        return FALSE;
    changed(q, e);
    next(q);
    return TRUE;
}

void queue_give_up(struct queue *q, struct entry *e, const int *drafts, int count)
{
    if (e->state != ENTRY_DRAFTS || !count)
        return;
    if (!entry_give_up(e, drafts, count) && !entry_has_pictures(e))
        queue_remove(q, e);
    else
        changed(q, e);
}

void queue_finish_all(struct queue *q, gboolean again)
{
    for (guint i = 0; i < q->entries->len; i++) {
        struct entry *const e = queue_at(q, (int)i);
        g_autoptr(GArray) all = entry_drafts(e);
        if (entry_is_undecided(e) && (again || !e->error))
            queue_finish(q, e, (const int *)(gpointer)all->data, (int)all->len);
    }
}

struct queue *queue_new(struct worker *worker, const struct queue_events *events)
{
    struct queue *const q = g_new0(struct queue, 1);

    q->worker = worker;
    q->events = *events;
    q->entries = g_ptr_array_new_with_free_func(entry_free);
    worker_set_woken(worker, on_done, q);
    return q;
}

void queue_free(struct queue *q)
{
    if (q->timer)
        g_source_remove(q->timer);
    worker_set_woken(q->worker, NULL, NULL);
    tidy_now(q);
    queue_answer(q, EBRU_STOP);
    g_ptr_array_unref(q->entries);
    g_free(q);
}
