/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "estimate.h"

#include "expand.h"

/* What changes, in the picture: the selection and its soft border. */
static struct box area_of(const struct job *job)
{
    const struct box *const c = &job->plan.context, all = { 0, 0, c->w, c->h };
    struct box area =
        box_grow(job->look.selection, job->plan.border.grow + job->plan.border.feather);

    area.x -= c->x;
    area.y -= c->y;
    return job->whole ? all : box_intersect(area, all);
}

static gboolean has_picture(const struct job *job)
{
    return job->mode == MODE_FILL || job->mode == MODE_REFINE;
}

static struct passes *sketch(const struct job *job, const struct settings *s)
{
    if (job->mode == MODE_EXPAND)
        return expand_sketch(job, s);
    if (has_picture(job) && s->fine)
        return passes_sketch(&job->plan, s->request.strength, job->native.side, area_of(job));
    return NULL;
}

bool estimate_job(const struct job *job, const struct settings *s, int steps,
                  const struct backend *backend, const struct backend_model *model, ebru_cost *cost,
                  ebru_error *err)
{
    const ebru_image picture = { job->plan.height, job->plan.width, 3, NULL }; /* a size alone */
    struct passes *const passes = sketch(job, s);
    ebru_request r = s->request;

    r.steps = steps;
    if (passes)
        r.pause = 0; /* they cannot, and the button says so */
    if (!job_has_sides(job, passes))
        r.tile = "none";
    r.width = job->plan.width;
    r.height = job->plan.height;
    r.image = has_picture(job) ? &picture : NULL;
    const bool ok = passes_estimate(passes, backend, model, &r, cost, err);
    passes_free(passes);
    return ok;
}
