/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dialog_parts.h"

#include "guide.h"
#include "ledger.h"
#include "message.h"
#include "prompt_history.h"
#include "run.h"
#include "unfinished.h"

#include <glib/gi18n.h>
#include <string.h>

static const double DRAFT = 0.4; /* of the steps, before drafts are shown */

/* --- the button ----------------------------------------------------------- */

double dialog_draft_part(struct dialog *d, const struct settings *s)
{
    const gboolean wanted = gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(d->form.drafts));

    return s->request.count > 1 && wanted ? DRAFT : 0;
}

/* A draft is a picture that pauses; one that is painted in passes has no such place. */
static gboolean set_drafts(struct dialog *d, const struct settings *s, struct order *order,
                           GError **error)
{
    const double part = dialog_draft_part(d, s);

    if (part <= 0)
        return TRUE;
    if (order->passes && order->passes->count) {
        g_set_error_literal(
            error, EBRU_PLUGIN_ERROR, EBRU_BAD_REQUEST,
            _("What is painted in several passes has no drafts: switch off “Drafts first”, or the "
              "second pass"));
        return FALSE;
    }
    order->request.pause = part;
    return TRUE;
}

static gboolean prepare(struct dialog *d, const struct settings *s, struct job *job,
                        struct order *order, GError **error)
{
    const struct checkpoint *const model = dialog_model(d, error);

    if (!model || !dialog_may_open_model(d) ||
        !job_plan(job, s, d->image, d->drawable, model, error))
        return FALSE;
    job->settings = settings_text(d->config);
    if (!job_order(job, s, order, error))
        return FALSE;
    if (set_drafts(d, s, order, error))
        return TRUE;
    order_clear(order);
    return FALSE;
}

void dialog_add(struct dialog *d, struct job *job, struct order *order)
{
    const int64_t seed = order->request.seed;
    const double pause = order->request.pause;
    g_autofree char *prompt = g_strdup(job->typed ? job->typed : order->request.prompt);
    struct entry *const e = queue_add(d->queue, job, order);

    prompt_history_add(prompt);
    unfinished_keep(&e->job, seed, pause);
}

static void add(struct dialog *d, struct job *job, struct order *order)
{
    if (!d->same_again && queue_find(d->queue, job->print)) {
        question_ask(&d->question, QUESTION_SEED,
                     _("This picture was made already: the seed is fixed, and nothing else has "
                       "changed. Use a new seed?"),
                     _("New Seed"), _("Same Again"));
        order_clear(order);
        return;
    }
    dialog_add(d, job, order);
}

void dialog_generate(struct dialog *d)
{
    GError *error = NULL;
    struct settings s;
    struct job job = { 0 };
    struct order order;

    guide_hide(); /* what is read now must not have it */
    banner_hide(&d->banner);
    question_drop(&d->question, QUESTION_SEED);
    settings_read(&s, d->config);
    dialog_look(d);
    if (prepare(d, &s, &job, &order, &error))
        add(d, &job, &order);
    d->pressed = error && job_needs_rgb(&job);
    if (d->pressed)
        dialog_ask_indexed(d, TRUE);
    else if (error)
        banner_show(&d->banner, d->models->len ? BANNER_OK : BANNER_ADD_MODEL, error->message);
    g_clear_error(&error);
    job_clear(&job);
    settings_clear(&s);
    dialog_explain_soon(d);
}

void dialog_generate_again(void *user, int image, int drawable)
{
    struct dialog *const d = user;
    g_autoptr(GimpProcedureConfig) config = gimp_procedure_create_config(d->procedure);
    GimpImage *const i = gimp_image_get_by_id(image);
    GimpDrawable *const layer = gimp_drawable_get_by_id(drawable);
    GError *error = NULL;
    struct job job = { 0 };
    struct order order;

    if (image > 0 && !i) /* closed since */
        return;
    if (!d->hidden)
        gtk_window_present(GTK_WINDOW(d->window));
    guide_hide();
    banner_hide(&d->banner);
    if (run_again_prepare(config, d->title, i, layer, &job, &order, &error))
        dialog_add(d, &job, &order);
    else if (d->hidden)
        gimp_message(error->message);
    else
        dialog_show_error(d, error->code, error->message, NULL);
    g_clear_error(&error);
    dialog_explain_soon(d);
}

/* --- what another window left --------------------------------------------- */

void dialog_offer(struct dialog *d)
{
    const int n = ledger_left();
    g_autofree char *text = g_strdup_printf(
        ngettext("%d job was not finished.", "%d jobs were not finished.", (gulong)n), n);

    if (n && !d->put_off && d->question.kind == QUESTION_NONE)
        question_ask(&d->question, QUESTION_UNFINISHED, text,
                     ngettext("Run It", "Run Them", (gulong)n), _("Discard"));
}

/* What cannot be made of that. */
struct refused {
    GString *why; /* a line for each reason */
    int kept;     /* jobs that can be made another time, perhaps */
};

static void refuse(struct refused *r, const GError *error)
{
    if (!strstr(r->why->str, error->message))
        g_string_append_printf(r->why, "%s%s", r->why->len ? "\n" : "", error->message);
}

static void resume(struct dialog *d, const char *ticket, struct refused *r)
{
    struct job job;
    struct order order;
    gboolean damaged;
    g_autoptr(GError) error = NULL;

    if (unfinished_load(ticket, d->procedure, d->models, &job, &order, &damaged, &error)) {
        queue_add(d->queue, &job, &order);
        return;
    }
    refuse(r, error);
    r->kept += !damaged;
    if (damaged)
        ledger_remove(ticket);
    else
        ledger_release(ticket);
}

static void say_refused(struct dialog *d, struct refused *r)
{
    if (r->kept) {
        const char *const text =
            ngettext("%d job is kept; the next window offers it again.",
                     "%d jobs are kept; the next window offers them again.", (gulong)r->kept);
        g_string_append_c(r->why, '\n');
        g_string_append_printf(r->why, text, r->kept);
    }
    if (r->why->len)
        banner_show(&d->banner, BANNER_OK, r->why->str);
    d->put_off |= r->kept > 0;
}

static void answer_unfinished(struct dialog *d, gboolean yes)
{
    if (yes && !dialog_may_open_model(d))
        return;
    g_auto(GStrv) tickets = ledger_adopt();
    struct refused refused = { .why = g_string_new(NULL) };
    for (char **ticket = tickets; *ticket; ticket++)
        if (yes)
            resume(d, *ticket, &refused);
        else
            ledger_remove(*ticket);
    say_refused(d, &refused);
    g_string_free(refused.why, TRUE);
}

/* --- indexed colours ------------------------------------------------------ */

void dialog_ask_indexed(struct dialog *d, gboolean indexed)
{
    if (!indexed)
        question_drop(&d->question, QUESTION_INDEXED);
    else if (d->question.kind != QUESTION_INDEXED)
        question_ask(&d->question, QUESTION_INDEXED,
                     _("The image has indexed colours, which cannot show the result."),
                     _("Convert to RGB"), NULL);
}

static void convert(struct dialog *d)
{
    if (!gimp_image_is_valid(d->image) || !gimp_image_convert_rgb(d->image))
        return;
    gimp_displays_flush();
    if (d->pressed)
        dialog_generate(d);
}

/* --- answers -------------------------------------------------------------- */

static void answer_seed(struct dialog *d, gboolean yes)
{
    if (yes)
        g_object_set(d->config, "seed", (double)g_random_int(), NULL);
    d->same_again = !yes;
    dialog_generate(d);
    d->same_again = FALSE;
}

void dialog_answered(void *user, enum question_kind kind, gboolean yes)
{
    struct dialog *const d = user;

    if (kind == QUESTION_UNFINISHED)
        answer_unfinished(d, yes);
    else if (kind == QUESTION_SEED)
        answer_seed(d, yes);
    else if (kind == QUESTION_INDEXED)
        convert(d);
    form_fit(&d->form);
    dialog_explain_soon(d);
    dialog_offer(d);
}
