/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "pipeline/pipeline.h"

#include "base/error.h"

#include <stdlib.h>

static bool on_progress(void *user, double fraction)
{
    struct task *const t = user;

    if (!t->watch || !t->watch->progress)
        return true;
    t->progress.fraction = fraction < 1 ? fraction : 1;
    switch (t->watch->progress(t->watch->user, &t->progress)) {
    case EBRU_GO_ON:
        return true;
    case EBRU_FINISH:
        t->finish = true;
        return true;
    default:
        return false;
    }
}

/* Strength 0 keeps the picture as it is. */
static bool nothing_to_do(const struct task *t)
{
    return t->edit && t->sampling.first >= t->sampling.calls;
}

static bool result_alloc(struct task *t, ebru_result *out, ebru_error *err)
{
    const bool pause = t->req->pause > 0 && !nothing_to_do(t);
    const int n = t->req->count;
    ebru_latents *const l = &out->latents;

    *out = (ebru_result){ .count = n };
    *l = (ebru_latents){ n, t->c, t->h, t->w, NULL };
    l->data = calloc((size_t)n * t->c * t->h * t->w, sizeof(float));
    out->seeds = calloc((size_t)n, sizeof(*out->seeds));
    out->images = calloc((size_t)n, sizeof(*out->images));
    out->drafts = pause ? calloc((size_t)n, sizeof(*out->drafts)) : NULL;
    if (!l->data || !out->seeds || !out->images || (pause && !out->drafts))
        return fail(err, EBRU_NO_MEMORY, "no memory for %d pictures", n);
    for (int i = 0; i < n; i++) {
        out->seeds[i] = draft_seed(t, i);
        if (!pause && !ebru_image_alloc(&out->images[i], t->height, t->width, 3, err))
            return false;
    }
    return true;
}

static void give_back(const struct task *t, ebru_result *out)
{
    for (int i = 0; i < out->count; i++)
        for (size_t j = 0; j < (size_t)3 * t->width * t->height; j++)
            out->images[i].data[j] = t->req->image->data[j];
}

static bool run(struct task *t, ebru_error *err)
{
    struct run *const r = &t->run;
    const double work = r->work_total;
    const size_t peak = r->arena.peak;

    *r = (struct run){ .k = &t->model->kernels,
                       .n_threads = t->model->threads,
                       .wrap_x = t->wrap_x,
                       .wrap_y = t->wrap_y,
                       .work_total = work,
                       .progress = on_progress,
                       .user = t };
    if (!arena_open(&r->arena, peak))
        return fail(err, EBRU_NO_MEMORY, "the system has no %.1f GB of memory left",
                    (double)peak / 1e9);
    task_pass(t);
    arena_close(&r->arena);
    if (atomic_load(&r->cancelled))
        return fail(err, EBRU_CANCELLED, "stopped");
    if (t->error.status != EBRU_OK && err)
        *err = t->error;
    return t->error.status == EBRU_OK;
}

/* Pictures that were not begun. */
static void trim(struct task *t, ebru_result *out)
{
    for (int i = t->made; i < out->count; i++)
        ebru_image_clear(&out->images[i]);
    out->count = out->latents.count = t->made;
}

bool task_run(struct task *t, const ebru_watch *watch, ebru_result *out, ebru_error *err)
{
    bool ok = result_alloc(t, out, err);

    t->watch = watch;
    t->result = out;
    if (ok && nothing_to_do(t))
        give_back(t, out);
    else if (ok)
        ok = run(t, err);
    if (!ok)
        ebru_result_clear(out);
    else if (!nothing_to_do(t))
        trim(t, out);
    return ok;
}
