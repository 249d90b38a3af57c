/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dialog_parts.h"

#include "explain.h"
#include "fields.h"

#include <glib/gi18n.h>

static void set_stop(struct dialog *d)
{
    gtk_widget_set_sensitive(d->stop, queue_running(d->queue) != NULL);
}

static void keep_result(struct dialog *d, const struct entry *e)
{
    const int n = (int)e->variants->len;
    int count = 0;

    job_result_clear(d->last);
    *d->last = (struct job_result){ .image = e->image, .seconds = e->seconds };
    d->last->layers = g_new0(GimpLayer *, n + 1);
    d->last->seeds = g_new0(double, n + 1);
    for (int i = 0; i < n; i++) {
        const struct variant *const v = entry_variant(e, i);
        if (!v->layer)
            continue;
        d->last->layers[count] = v->layer;
        d->last->seeds[count++] = (double)v->seed;
    }
    d->last->count = count;
}

/* In a window that nobody sees it would be lost. */
static void say_closed(struct dialog *d)
{
    const char *const text = _("The image was closed; the result is a new image.");

    if (d->hidden)
        gimp_message(text);
    else
        banner_show(&d->banner, BANNER_OK, text);
}

/* Pictures have come: all of a job, or those of its drafts that were to be finished. */
static void show_pictures(struct dialog *d, struct entry *e)
{
    g_autofree char *text = g_strdup_printf(_("Done in %.1f s"), e->seconds);

    keep_result(d, e);
    fields_seed_set_last(d->form.seed, (double)entry_variant(e, 0)->seed);
    if (e->made_image) {
        dialog_take_image(d, e->image);
        if (e->job.mode != MODE_NEW_IMAGE)
            say_closed(d);
        gimp_display_new(e->image); /* last: while it draws its window GIMP answers late */
    }
    form_show_progress(&d->form, 1, text);
    form_announce(&d->form, text);
}

static void show_drafts(struct dialog *d)
{
    form_show_progress(&d->form, 1, _("Drafts are ready"));
    form_announce(&d->form, _("Drafts are ready"));
}

static void say_failed(struct dialog *d, const struct entry *e)
{
    if (d->hidden)
        gimp_message(e->error);
    form_show_progress(&d->form, 0, _("Failed"));
    dialog_show_fault(d, &e->fault);
    form_announce(&d->form, e->error);
}

void dialog_entry_leaving(void *user, struct entry *e)
{
    struct dialog *const d = user;

    if (d->results.entry == e)
        results_show(&d->results, NULL);
}

/* The pictures of a job stay to be seen while another one comes or goes. */
static void show_results(struct dialog *d, struct entry *e)
{
    if (e && (e->state == ENTRY_DONE || e->state == ENTRY_DRAFTS))
        results_show(&d->results, e);
    else if (e && d->results.entry == e)
        results_show(&d->results, NULL);
    else if (!e)
        results_show_chosen(&d->results);
    d->rows.seen = d->results.entry;
}

void dialog_entry_changed(void *user, struct entry *e)
{
    struct dialog *const d = user;

    show_results(d, e);
    if (e && e->news == NEWS_PICTURES)
        show_pictures(d, e);
    if (e && e->news == NEWS_DRAFTS)
        show_drafts(d);
    if (e && e->state == ENTRY_RUNNING) {
        d->quarter = 0;
        form_show_progress(&d->form, 0, _("Starting…"));
        form_announce(&d->form, _("Started"));
    }
    if (e && e->news == NEWS_STOPPED)
        form_show_progress(&d->form, 0, _("Stopped"));
    if (e && e->news == NEWS_FAILED)
        say_failed(d, e);
    dialog_follow_sum(d, e);
    if (d->hidden && e && e->state == ENTRY_DRAFTS)
        queue_finish_all(d->queue, FALSE);
    rows_fill(&d->rows);
    set_stop(d);
    form_fit(&d->form);
    dialog_explain_soon(d);
}

/* A screen reader need not read every step. */
static void announce_quarter(struct dialog *d, const struct work_view *view)
{
    const int quarter = view->state == WORK_RUNNING ? (int)(4 * view->progress.fraction) : 0;
    g_autofree char *text = g_strdup_printf(_("%d %%"), 25 * quarter);

    if (quarter <= d->quarter || quarter > 3)
        return;
    d->quarter = quarter;
    form_announce(&d->form, text);
}

void dialog_tick(void *user, struct entry *e, const struct work_view *view)
{
    struct dialog *const d = user;
    ebru_image rough;

    /* A question to GIMP, so that we end with it even when it was killed. */
    if (++d->ticks % 20 == 0 && d->image)
        gimp_image_is_valid(d->image);
    if (work_take_preview(e->work, &rough)) {
        results_show_rough(&d->results, &rough);
        ebru_image_clear(&rough);
    }
    if (d->hidden)
        gimp_progress_update(view->progress.fraction);
    announce_quarter(d, view);
    if (!gtk_widget_get_sensitive(d->stop))
        return;
    g_autofree char *text = explain_progress(view, e->count);
    form_show_progress(&d->form, view->state == WORK_RUNNING ? view->progress.fraction : -1, text);
    rows_show_progress(&d->rows, e, text);
    if (d->hidden)
        gimp_progress_set_text(text);
}

void dialog_measured(void *user)
{
    dialog_explain_soon(user);
}

void dialog_row_pressed(void *user, struct entry *e)
{
    struct dialog *const d = user;

    if (!e->variants->len)
        return;
    results_show(&d->results, e);
    d->rows.seen = e;
    form_fit(&d->form);
}

void dialog_stop(struct dialog *d, ebru_answer answer)
{
    if (!queue_running(d->queue) || !gtk_widget_get_sensitive(d->stop))
        return;
    queue_answer(d->queue, answer);
    gtk_widget_set_sensitive(d->stop, FALSE);
    form_show_progress(&d->form, -1, answer == EBRU_STOP ? _("Stopping…") : _("Finishing…"));
}

void dialog_stop_clicked(struct dialog *d)
{
    GdkModifierType state = 0;

    gtk_get_current_event_state(&state);
    dialog_stop(d, state & GDK_SHIFT_MASK ? EBRU_FINISH : EBRU_STOP);
}
