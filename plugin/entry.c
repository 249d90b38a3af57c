/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "entry.h"

#include "album_keep.h"
#include "guide.h"
#include "ledger.h"
#include "message.h"
#include "preview.h"

#include <stdlib.h>
#include <string.h>

/* --- entries -------------------------------------------------------------- */

static void variant_clear(gpointer data)
{
    struct variant *const v = data;

    ebru_image_clear(&v->picture);
    ebru_draft_clear(&v->draft);
    g_clear_pointer(&v->recipe, g_free);
    g_clear_object(&v->small);
}

struct entry *entry_new(int number, struct job *job, struct order *order)
{
    struct entry *const e = g_new0(struct entry, 1);

    e->number = number;
    e->job = *job;
    e->order = *order;
    e->prompt = g_strdup(job->typed ? job->typed : order->request.prompt);
    e->variants = g_array_new(FALSE, TRUE, sizeof(struct variant));
    e->chosen = g_array_new(FALSE, FALSE, sizeof(int));
    g_array_set_clear_func(e->variants, variant_clear);
    *job = (struct job){ 0 };
    *order = (struct order){ 0 };
    return e;
}

void entry_free(gpointer data)
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

gboolean entry_has_pictures(const struct entry *e)
{
    for (guint i = 0; i < e->variants->len; i++)
        if (entry_variant(e, (int)i)->layer)
            return TRUE;
    return FALSE;
}

gboolean entry_is_undecided(const struct entry *e)
{
    return e->state == ENTRY_DRAFTS && !entry_has_pictures(e);
}

GArray *entry_drafts(const struct entry *e)
{
    GArray *const drafts = g_array_new(FALSE, FALSE, sizeof(int));

    for (int i = 0; i < (int)e->variants->len; i++)
        if (entry_variant(e, i)->draft.data)
            g_array_append_val(drafts, i);
    return drafts;
}

/* --- drafts to be finished ------------------------------------------------ */

static gboolean draft_copy(ebru_draft *to, const ebru_draft *from)
{
    *to = *from;
    to->data = malloc(from->count * sizeof(float));
    if (to->data)
        memcpy(to->data, from->data, from->count * sizeof(float));
    return to->data != NULL;
}

gboolean entry_order_rest(struct entry *e, const int *chosen, int count)
{
    struct order *const o = &e->order;

    if (!order_copy(o, work_order(e->drafted)))
        return FALSE;
    const struct passes *const words = work_order(e->drafted)->passes;
    gboolean ok = !words || (o->passes = passes_words(words, chosen, count));
    o->request.pause = 0;
    o->request.count = count;
    o->drafts = g_new0(ebru_draft, count);
    g_array_set_size(e->chosen, 0);
    for (int i = 0; i < count && ok; i++) {
        ok = draft_copy(&o->drafts[i], &entry_variant(e, chosen[i])->draft);
        g_array_append_val(e->chosen, chosen[i]);
    }
    if (!ok) {
        entry_cancel_rest(e);
        return FALSE;
    }
    g_clear_pointer(&e->error, g_free);
    e->state = ENTRY_WAITING;
    return TRUE;
}

void entry_cancel_rest(struct entry *e)
{
    order_clear(&e->order);
    g_array_set_size(e->chosen, 0);
    e->state = ENTRY_DRAFTS;
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
    ebru_error err;

    guide_hide();
    if (!job_commit(&e->job, o, &made, &err)) {
        entry_end_without(e, &err);
        return;
    }
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

void entry_end_without(struct entry *e, const ebru_error *err)
{
    const gboolean drafts = entry_has_drafts(e), stopped = err->status == EBRU_CANCELLED;

    e->news = stopped ? NEWS_STOPPED : NEWS_FAILED;
    if (!drafts || !stopped) /* to stop is a wish, which is no error */
        fail_entry(e, err);
    if (drafts)
        e->state = ENTRY_DRAFTS;
}

void entry_take(struct entry *e)
{
    struct work_outcome *const o = work_outcome(e->work);

    if (!o->ok) {
        entry_end_without(e, &o->error);
        return;
    }
    e->seconds = o->seconds;
    e->steps = o->result.steps_done;
    e->early = o->early;
    e->speed = o->speed;
    if (o->result.drafts)
        take_drafts(e, &o->result);
    else
        take_pictures(e, o);
}

/* --- afterwards ----------------------------------------------------------- */

/* It is made, or cannot be made: no other window needs to. */
static void cross_out(struct entry *e)
{
    ledger_remove(e->job.ticket);
    g_clear_pointer(&e->job.ticket, g_free);
}

/* What only more pictures of it would need. */
static void drop_means(struct entry *e)
{
    g_clear_pointer(&e->drafted, work_unref);
    job_drop_pixels(&e->job);
}

void entry_settle(struct entry *e)
{
    g_array_set_size(e->chosen, 0);
    g_clear_pointer(&e->work, work_unref);
    if (e->state != ENTRY_DRAFTS)
        drop_means(e);
}

gboolean entry_give_up(struct entry *e, const int *drafts, int count)
{
    for (int i = 0; i < count; i++)
        ebru_draft_clear(&entry_variant(e, drafts[i])->draft);
    if (entry_has_drafts(e))
        return TRUE;
    e->state = ENTRY_DONE;
    drop_means(e);
    cross_out(e);
    return FALSE;
}

/* From now on it is seen in the window alone: a quarter of the bytes, and no more than it shows. */
static void shrink(struct variant *v)
{
    enum { SIDE = 512 }; /* px of the preview, where two of the screen's are one */
    const ebru_image *const p = &v->picture;
    const int longest = MAX(p->width, p->height);
    ebru_image small = { 0 };
    const gboolean fits = longest <= SIDE;

    if (fits || pixels_resize(p, MAX(1, p->height * SIDE / longest),
                              MAX(1, p->width * SIDE / longest), &small, NULL))
        v->small = preview_pixbuf(fits ? p : &small, 0);
    ebru_image_clear(&small);
    if (v->small)
        ebru_image_clear(&v->picture);
}

gboolean entry_remember(struct entry *e)
{
    const double speed = e->speed;

    for (guint i = 0; i < e->variants->len; i++) {
        struct variant *const v = entry_variant(e, (int)i);
        if (!v->recipe)
            continue;
        album_keep(v->recipe, &v->picture);
        shrink(v);
        g_clear_pointer(&v->recipe, g_free);
    }
    job_keep_speed(&e->job, speed);
    e->speed = 0;
    if ((e->state == ENTRY_DONE || e->state == ENTRY_FAILED) && e->job.ticket)
        cross_out(e);
    return speed > 0;
}
