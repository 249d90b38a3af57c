/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain.h"

#include "estimate.h"
#include "message.h"
#include "quality.h"
#include "store.h"
#include "words.h"

#include <glib/gi18n.h>
#include <string.h>

static char *explain_expand(const struct job *job)
{
    const struct box b = box_expand(job->look.canvas, &job->margins);

    return g_strdup_printf(_("Makes the canvas %d × %d px and paints what is new, in a new layer."),
                           b.w, b.h);
}

static char *what_happens(const struct job *job)
{
    const struct box *const c = &job->plan.context, *const s = &job->look.selection;

    switch (job->mode) {
    case MODE_NEW_IMAGE:
        return g_strdup_printf(_("Makes a new image of %d × %d px."), c->w, c->h);
    case MODE_NEW_LAYER:
        return g_strdup_printf(_("Paints a new layer of %d × %d px above “%s”."), c->w, c->h,
                               job->look.name);
    case MODE_FILL:
        return g_strdup_printf(_("Fills the selection (%d × %d px) from the %d × %d px around it, "
                                 "in a new layer above “%s”."),
                               s->w, s->h, c->w, c->h, job->look.name);
    case MODE_EXPAND:
        return explain_expand(job);
    default:
        break;
    }
    if (job->whole)
        return g_strdup_printf(_("Paints all of “%s” (%d × %d px) anew, in a new layer above it."),
                               job->look.name, c->w, c->h);
    return g_strdup_printf(
        _("Paints the selection (%d × %d px) anew, after what is there, in a new "
          "layer above “%s”."),
        s->w, s->h, job->look.name);
}

/* What is made of nothing but a prompt can be anything where that is empty. */
static gboolean says_nothing(const struct job *job, const struct settings *s)
{
    const gboolean alone = job->mode == MODE_NEW_IMAGE || job->mode == MODE_NEW_LAYER;
    g_autofree char *prompt = g_strstrip(g_strdup(s->request.prompt ? s->request.prompt : ""));

    return alone && !*prompt && !*s->style;
}

char *explain_mode(const struct job *job, const struct settings *s, const struct explained *cost)
{
    g_autofree char *text = what_happens(job), *gigabytes = message_gigabytes(cost->bytes);
    g_autofree char *memory = g_strdup_printf(_(" Takes about %s GB of memory."), gigabytes);
    g_autofree char *time = message_about(cost->rest);
    g_autofree char *rest =
        g_strdup_printf(_(" Drafts first; each that you finish takes %s more."), time);

    return g_strconcat(text, says_nothing(job, s) ? _(" Without a prompt it shows anything.") : "",
                       cost->rest > 0 ? rest : "", cost->bytes > 0 ? memory : "", NULL);
}

/* --- time and memory ----------------------------------------------------------------- */

static double speed_for(struct worker *worker, const struct settings *s, const struct job *job)
{
    g_autofree char *model = g_path_get_basename(job->model);
    const double kept = store_speed(model, job_threads(s), job->plan.width, job->plan.height);

    return kept > 0 ? kept : worker_speed(worker);
}

/* From a draft to the picture. */
static double rest_of_one(const struct job *job, const struct settings *s,
                          const struct backend *backend, const struct backend_model *model,
                          double speed)
{
    struct settings one = *s;
    ebru_cost draft, whole;

    one.request.count = 1;
    if (!estimate_job(job, &one, s->request.steps, backend, model, &draft, NULL))
        return 0;
    one.request.pause = 0;
    if (!estimate_job(job, &one, s->request.steps, backend, model, &whole, NULL))
        return 0;
    return MAX(0, (whole.flops - draft.flops) / speed);
}

struct explained explain_cost(struct form *form, struct worker *worker, const struct settings *s,
                              const struct job *job)
{
    const struct backend *backend;
    const double speed = speed_for(worker, s, job);
    const struct backend_model *const model = worker_hold(worker, &backend);
    double seconds[QUALITIES] = { 0 };
    struct explained chosen = { 0 };
    ebru_cost cost;
    ebru_error err;

    for (int i = 0; i < QUALITIES; i++) {
        const int steps = quality_steps(form->quality, i);
        const bool ok = model && estimate_job(job, s, steps, backend, model, &cost, &err);
        if (!model || speed <= 0)
            seconds[i] = -1;
        else if (ok)
            seconds[i] = cost.flops / speed;
        if (steps != s->request.steps)
            continue;
        chosen = (struct explained){ .seconds = MAX(0, seconds[i]) };
        if (ok)
            chosen.bytes = (double)cost.bytes;
        if (ok && speed > 0 && s->request.pause > 0)
            chosen.rest = rest_of_one(job, s, backend, model, speed);
        chosen.too_large = model && !ok && err.reason == EBRU_TOO_LARGE;
        if (chosen.too_large)
            chosen.fault = err;
    }
    worker_release(worker);
    quality_set_times(form->quality, seconds, s->request.pause > 0);
    return chosen;
}

int explain_tokens(struct form *form, struct worker *worker, const struct settings *s)
{
    const struct backend *backend;
    g_autoptr(GPtrArray) prompts = words_sent(s);
    const struct backend_model *const model = worker_hold(worker, &backend);
    int blocks = 1, tokens = -1;

    for (guint i = 0; model && i < prompts->len; i++) {
        int needed;
        const int n = backend->count_tokens(model, prompts->pdata[i], &needed);
        tokens = MAX(tokens, n);
        blocks = MAX(blocks, needed);
    }
    worker_release(worker);
    form_set_tokens(form, tokens, MAX(1, blocks));
    return tokens;
}

/* --- work ----------------------------------------------------------------- */

static char *phase_of(const struct work_view *v)
{
    const ebru_progress *const p = &v->progress;

    if (v->state != WORK_RUNNING || !p->phase)
        return g_strdup(v->state == WORK_RUNNING ? _("Starting…") : _("Loading the model…"));
    if (!strcmp(p->phase, "denoise"))
        return g_strdup_printf(_("Step %d of %d"), MIN(p->step + 1, p->steps), p->steps);
    return g_strdup(!strcmp(p->phase, "decode")   ? _("Painting the pixels")
                    : !strcmp(p->phase, "encode") ? _("Looking at the picture")
                                                  : _("Reading the prompt"));
}

/* The first step says little about the next: it reads what is not in the caches yet. */
static gboolean is_measuring(const struct work_view *v)
{
    const gboolean first =
        !strcmp(v->progress.phase, "denoise") && v->progress.step < 2 && !v->progress.picture;

    return v->seconds < 0.5 || v->progress.fraction < 0.03 || first;
}

static void add_times(GString *text, const struct work_view *v)
{
    const double left = v->seconds / v->progress.fraction - v->seconds;
    g_autofree char *words = message_left(left);
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autoptr(GDateTime) then = g_date_time_add_seconds(now, left);
    g_autofree char *clock = g_date_time_format(then, "%R");

    if (!strcmp(v->progress.phase, "denoise") && v->pace >= 0.005)
        g_string_append_printf(text, _(" · %.*f s/step"), v->pace < 0.1 ? 2 : 1, v->pace);
    g_string_append_printf(text, " · %s", words);
    g_string_append_printf(text, _(" · ready %s"), clock);
}

char *explain_progress(const struct work_view *v, int count)
{
    GString *const text = g_string_new(NULL);
    g_autofree char *phase = phase_of(v);

    if (count > 1)
        g_string_append_printf(text, _("%d of %d · "), v->progress.picture + 1, count);
    g_string_append(text, phase);
    if (v->state == WORK_RUNNING && v->progress.phase && v->progress.fraction > 0) {
        if (is_measuring(v))
            g_string_append_printf(text, " · %s", _("measuring…"));
        else
            add_times(text, v);
    }
    return g_string_free(text, FALSE);
}
