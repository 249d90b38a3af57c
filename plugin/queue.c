/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "queue.h"

#include "album_keep.h"
#include "guide.h"
#include "ledger.h"
#include "message.h"

#include <glib/gi18n.h>
#include <string.h>

struct queue {
    struct worker *worker;
    struct queue_events events;
    GPtrArray *entries;
    int added;
    gboolean paused;
    guint timer, tidying;
};

/* --- entries -------------------------------------------------------------- */

static void variant_clear(gpointer data)
{
    struct variant *const v = data;

    ebru_image_clear(&v->picture);
    ebru_draft_clear(&v->draft);
    g_clear_pointer(&v->recipe, g_free);
}

static void entry_free(gpointer data)
{
    struct entry *const e = data;

    ledger_remove(e->job.ticket);
    job_clear(&e->job);
    order_clear(&e->order);
    g_free(e->prompt);
    work_unref(e->work);
    work_unref(e->drafted);
    g_free(e->error);
    g_array_unref(e->variants);
    g_array_unref(e->chosen);
    g_free(e);
}

struct variant *entry_variant(const struct entry *e, int i)
{
    return i >= 0 && (guint)i < e->variants->len ? &g_array_index(e->variants, struct variant, i)
                                                 : NULL;
}

gboolean entry_has_drafts(const struct entry *e)
{
    for (guint i = 0; i < e->variants->len; i++)
        if (entry_variant(e, (int)i)->draft.data)
            return TRUE;
    return FALSE;
}

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

static gboolean has_pictures(const struct entry *e)
{
    for (guint i = 0; i < e->variants->len; i++)
        if (entry_variant(e, (int)i)->layer)
            return TRUE;
    return FALSE;
}

/* Drafts, and none was finished. */
static gboolean is_undecided(const struct entry *e)
{
    return e->state == ENTRY_DRAFTS && !has_pictures(e);
}

/* Indices of the variants that are drafts; to be freed. */
static GArray *drafts_of(const struct entry *e)
{
    GArray *const drafts = g_array_new(FALSE, FALSE, sizeof(int));

    for (int i = 0; i < (int)e->variants->len; i++)
        if (entry_variant(e, i)->draft.data)
            g_array_append_val(drafts, i);
    return drafts;
}

int queue_drafts(const struct queue *q)
{
    int n = 0;

    for (guint i = 0; i < q->entries->len; i++) {
        const struct entry *const e = queue_at(q, (int)i);
        g_autoptr(GArray) drafts = drafts_of(e);
        n += is_undecided(e) ? (int)drafts->len : 0;
    }
    return n;
}

static void changed(struct queue *q, struct entry *e)
{
    q->events.changed(q->events.user, e);
}

/* --- results -------------------------------------------------------------- */

static void fail_entry(struct entry *e, const ebru_error *err)
{
    GError *error = NULL;

    g_error_from_ebru(&error, err);
    e->state = ENTRY_FAILED;
    e->fault = *err;
    e->status = err->status;
    e->code = error->code;
    g_free(e->error);
    e->error = g_strdup(error->message);
    g_clear_error(&error);
}

static void take_drafts(struct entry *e, ebru_result *r)
{
    for (int i = 0; i < r->count; i++) {
        struct variant v = { .seed = r->seeds[i], .picture = r->images[i], .draft = r->drafts[i] };
        r->images[i] = (ebru_image){ 0 };
        r->drafts[i] = (ebru_draft){ 0 };
        g_array_append_val(e->variants, v);
    }
    e->drafted = g_steal_pointer(&e->work);
    e->state = ENTRY_DRAFTS;
    e->news = NEWS_DRAFTS;
}

static struct variant *variant_for(struct entry *e, int picture)
{
    if (e->chosen->len)
        return entry_variant(e, g_array_index(e->chosen, int, picture));
    g_array_set_size(e->variants, e->variants->len + 1);
    return entry_variant(e, (int)e->variants->len - 1);
}

/* Of several layers that came together. */
static GimpItem *group_of(const struct job_result *made)
{
    return made->count > 1 ? gimp_item_get_parent(GIMP_ITEM(made->layers[0])) : NULL;
}

static void take_pictures(struct entry *e, struct work_outcome *o)
{
    struct job_result made;

    guide_hide();
    job_commit(&e->job, o, &made);
    for (int i = 0; i < o->result.count; i++) {
        struct variant *const v = variant_for(e, i);
        variant_clear(v);
        *v = (struct variant){ .seed = o->result.seeds[i],
                               .picture = o->result.images[i],
                               .recipe = g_steal_pointer(&made.recipes[i]),
                               .layer = made.layers[i],
                               .group = group_of(&made) };
        o->result.images[i] = (ebru_image){ 0 };
    }
    e->image = made.image;
    e->made_image = made.made_image;
    e->news = NEWS_PICTURES;
    e->state = entry_has_drafts(e) ? ENTRY_DRAFTS : ENTRY_DONE;
    job_result_clear(&made);
}

/* From now on it is seen in the window alone. */
static void shrink(ebru_image *picture)
{
    enum { SIDE = 512 }; /* px of the preview, where two of the screen's are one */
    const int longest = MAX(picture->width, picture->height);
    ebru_image small;

    if (longest <= SIDE || !pixels_resize(picture, MAX(1, picture->height * SIDE / longest),
                                          MAX(1, picture->width * SIDE / longest), &small, NULL))
        return;
    ebru_image_clear(picture);
    *picture = small;
}

/* It is made, or cannot be made: no other window needs to. */
static void cross_out(struct entry *e)
{
    ledger_remove(e->job.ticket);
    g_clear_pointer(&e->job.ticket, g_free);
}

/* Whether it says how fast the engine is. */
static gboolean remember(struct entry *e)
{
    const double speed = e->speed;

    for (guint i = 0; i < e->variants->len; i++) {
        struct variant *const v = entry_variant(e, (int)i);
        if (!v->recipe)
            continue;
        album_keep(v->recipe, &v->picture);
        shrink(&v->picture);
        g_clear_pointer(&v->recipe, g_free);
    }
    job_keep_speed(&e->job, speed);
    e->speed = 0;
    if ((e->state == ENTRY_DONE || e->state == ENTRY_FAILED) && e->job.ticket)
        cross_out(e);
    return speed > 0;
}

static gboolean remember_all(struct queue *q)
{
    gboolean measured = FALSE;

    q->tidying = 0;
    for (guint i = 0; i < q->entries->len; i++)
        measured |= remember(queue_at(q, (int)i));
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

/* What only more pictures of it would need. */
static void drop_means(struct entry *e)
{
    g_clear_pointer(&e->drafted, work_unref);
    job_drop_pixels(&e->job);
}

static void settle(struct queue *q, struct entry *e)
{
    g_array_set_size(e->chosen, 0);
    g_clear_pointer(&e->work, work_unref);
    if (e->state != ENTRY_DRAFTS)
        drop_means(e);
    if (!q->tidying)
        q->tidying = g_idle_add(tidy, q);
    changed(q, e);
    e->news = NEWS_NONE;
    if (e->state == ENTRY_FAILED && e->status == EBRU_CANCELLED)
        queue_remove(q, e);
}

/* Of a job whose finishing ended without a picture the drafts are still there. */
static void end_without(struct entry *e, const ebru_error *err)
{
    const gboolean drafts = entry_has_drafts(e);

    if (drafts && err->status == EBRU_CANCELLED)
        e->news = NEWS_STOPPED; /* by a wish, which is no error */
    else
        fail_entry(e, err);
    if (drafts)
        e->state = ENTRY_DRAFTS;
}

static void end(struct queue *q, struct entry *e)
{
    struct work_outcome *const o = work_outcome(e->work);

    if (o->ok) {
        e->seconds = o->seconds;
        e->steps = o->result.steps_done;
        e->early = o->early;
        e->speed = o->speed;
        if (o->result.drafts)
            take_drafts(e, &o->result);
        else
            take_pictures(e, o);
    } else {
        end_without(e, &o->error);
    }
    settle(q, e);
}

/* The engine still opens the model for another piece of work, which is of use later. */
static void drop(struct queue *q, struct entry *e)
{
    end_without(e, &(ebru_error){ .status = EBRU_CANCELLED, .message = "stopped" });
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
    struct entry *const e = g_new0(struct entry, 1);

    e->number = ++q->added;
    e->job = *job;
    e->order = *order;
    e->prompt = g_strdup(job->typed ? job->typed : order->request.prompt);
    e->variants = g_array_new(FALSE, TRUE, sizeof(struct variant));
    e->chosen = g_array_new(FALSE, FALSE, sizeof(int));
    g_array_set_clear_func(e->variants, variant_clear);
    *job = (struct job){ 0 };
    *order = (struct order){ 0 };
    g_ptr_array_add(q->entries, e);
    next(q); /* at first: the engine need not wait for the window */
    if (e->state == ENTRY_WAITING)
        changed(q, e);
    return e;
}

void queue_remove(struct queue *q, struct entry *e)
{
    if (e->state == ENTRY_RUNNING) {
        work_answer(e->work, EBRU_STOP);
        return;
    }
    tidy_now(q);
    q->events.leaving(q->events.user, e);
    g_ptr_array_remove(q->entries, e);
    changed(q, NULL);
}

void queue_move_to(struct queue *q, struct entry *e, const struct entry *other)
{
    guint from, to;

    if (e->state != ENTRY_WAITING || other->state != ENTRY_WAITING ||
        !g_ptr_array_find(q->entries, e, &from) || !g_ptr_array_find(q->entries, other, &to) ||
        from == to)
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
        queue_remove(q, e);
    }
    queue_answer(q, EBRU_STOP);
}

gboolean queue_finish(struct queue *q, struct entry *e, const int *chosen, int count)
{
    struct order *const o = &e->order;

    if (e->state != ENTRY_DRAFTS || !count || !order_copy(o, work_order(e->drafted)))
        return FALSE;
    const struct passes *const words = work_order(e->drafted)->passes;
    if (words && !(o->passes = passes_words(words, chosen, count))) {
        order_clear(o);
        return FALSE;
    }
    o->request.pause = 0;
    o->request.count = count;
    o->drafts = g_new0(ebru_draft, count);
    g_array_set_size(e->chosen, 0);
    for (int i = 0; i < count; i++) {
        const ebru_draft *const d = &entry_variant(e, chosen[i])->draft;
        o->drafts[i] = *d;
        o->drafts[i].data = malloc(d->count * sizeof(float));
        if (!o->drafts[i].data) {
            order_clear(o);
            return FALSE;
        }
        memcpy(o->drafts[i].data, d->data, d->count * sizeof(float));
        g_array_append_val(e->chosen, chosen[i]);
    }
    g_clear_pointer(&e->error, g_free);
    e->state = ENTRY_WAITING;
    changed(q, e);
    next(q);
    return TRUE;
}

void queue_give_up(struct queue *q, struct entry *e, const int *drafts, int count)
{
    if (e->state != ENTRY_DRAFTS || !count)
        return;
    for (int i = 0; i < count; i++)
        ebru_draft_clear(&entry_variant(e, drafts[i])->draft);
    if (!entry_has_drafts(e)) {
        e->state = ENTRY_DONE;
        drop_means(e);
        cross_out(e);
    }
    if (e->state == ENTRY_DONE && !has_pictures(e))
        queue_remove(q, e);
    else
        changed(q, e);
}

void queue_finish_all(struct queue *q)
{
    for (guint i = 0; i < q->entries->len; i++) {
        struct entry *const e = queue_at(q, (int)i);
        g_autoptr(GArray) all = drafts_of(e);
        if (is_undecided(e) && !e->error)
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
