/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "job.h"

#include "mask.h"
#include "recipe.h"
#include "selection.h"
#include "store.h"

#include <glib/gi18n.h>
#include <string.h>

enum { RING = 16 }; /* px outside of what changed whose colours the result gets */

/* A part of a picture. */
static ebru_image crop(const ebru_image *from, struct box b)
{
    ebru_image to;

    if (!ebru_image_alloc(&to, b.h, b.w, from->channels, NULL))
        return to;
    for (int y = 0; y < b.h; y++)
        memcpy(to.data + (size_t)y * b.w * from->channels,
               from->data + ((size_t)(b.y + y) * from->width + b.x) * from->channels,
               (size_t)b.w * from->channels * sizeof(float));
    return to;
}

/* The picture at the size of the context, with the colours of what is around. */
static bool fit(const struct job *job, const ebru_image *picture, ebru_image *out)
{
    const struct box *const b = &job->plan.context;

    if (!pixels_resize(picture, b->h, b->w, out, NULL))
        return false;
    return !job->change.data || !job->match_colours ||
           pixels_match(out, &job->sample.colour, &job->change, RING, NULL);
}

/* The mask becomes transparency. */
static void bake(ebru_image *mask, ebru_image *alpha)
{
    const size_t n = (size_t)mask->height * mask->width;

    for (size_t i = 0; alpha->data && i < n; i++)
        alpha->data[i] *= mask->data[i];
    if (alpha->data)
        ebru_image_clear(mask);
    else
        *alpha = *mask;
    *mask = (ebru_image){ 0 };
}

static char *leaf_name(const struct job *job, const struct work_outcome *o, int i)
{
    const gboolean unfinished = o->early && i == o->result.count - 1;
    const int steps = unfinished ? o->result.steps_done : o->steps;
    g_autofree char *seed =
        g_strdup_printf(_("Seed %lld, %d steps"), (long long)o->result.seeds[i], steps);
    const char *const name = o->result.count == 1 ? job->name : seed;

    if (unfinished)
        return g_strdup_printf(_("%s (unfinished, %d of %d steps)"), name, steps, o->steps);
    return g_strdup(name);
}

static struct recipe_place place_of(const struct job *job)
{
    static const char *const names[] = { "automatic", "new-image", "new-layer",
                                         "fill",      "refine",    "expand" };

    return (struct recipe_place){ .mode = names[job->mode],
                                  .model = job->model,
                                  .sha256 = job->sha256,
                                  .arguments = job->arguments,
                                  .prompt = job->typed,
                                  .lineage = job->lineage,
                                  .threads = job->threads,
                                  .context = job->plan.context };
}

/* What is the same for all pictures of a job. */
struct common {
    struct box inside;      /* the part of the context that is shown */
    ebru_image mask, alpha; /* of that part; no data: none */
    struct recipe_place place;
    char *time;
    GBytes *selection; /* NULL: none */
};

static struct common common_of(const struct job *job)
{
    const struct box *const c = &job->plan.context;
    struct common f = { .inside = job->show.data ? mask_bounds(&job->show)
                                                 : (struct box){ 0, 0, c->w, c->h },
                        .place = place_of(job),
                        .time = recipe_now() };

    f.place.time = f.time;
    if (job->change.data)
        f.selection = selection_pack(&job->sample.selection, -f.inside.x, -f.inside.y);
    if (job->show.data)
        f.mask = crop(&job->show, f.inside);
    if (job->whole && job->sample.alpha.data)
        f.alpha = crop(&job->sample.alpha, f.inside);
    if (f.mask.data && !job->layer_mask)
        bake(&f.mask, &f.alpha);
    return f;
}

static void common_clear(struct common *f)
{
    ebru_image_clear(&f->mask);
    ebru_image_clear(&f->alpha);
    g_free(f->time);
    g_clear_pointer(&f->selection, g_bytes_unref);
}

/* Picture i as it goes into a layer; `picture` gets its pixels. */
static struct leaf leaf_of(const struct job *job, const struct work_outcome *o, int i,
                           const struct common *f, ebru_image *picture)
{
    const struct box *const part = &f->inside;
    ebru_image fitted = { 0 };

    if (fit(job, &o->result.images[i], &fitted)) {
        const bool all = part->w == fitted.width && part->h == fitted.height;
        *picture = all ? fitted : crop(&fitted, *part);
        if (all)
            fitted = (ebru_image){ 0 };
    }
    ebru_image_clear(&fitted);
    return (struct leaf){ picture,
                          f->alpha.data ? &f->alpha : NULL,
                          f->mask.data ? &f->mask : NULL,
                          leaf_name(job, o, i),
                          recipe_complete(o->recipes[i], &f->place),
                          f->selection };
}

/* In the image that was made for a picture of before, which has the size of the box. */
static void site_in_made(struct site *site, GimpImage *made)
{
    site->image = made;
    site->above = NULL;
    site->margins = (struct margins){ 0 };
    site->box.x = site->box.y = 0;
    site->canvas = site->drawable = site->box;
}

static struct site site_of(const struct job *job, struct box inside)
{
    const gboolean there = job->image && gimp_image_is_valid(job->image);
    struct site site = { job->mode == MODE_NEW_IMAGE || !there ? NULL : job->image,
                         job->drawable,
                         inside,
                         job->margins,
                         job->look.canvas,
                         job->look.drawable,
                         job->name,
                         job->writes_settings,
                         job->writes_source };

    if (job->made && gimp_image_is_valid(job->made)) {
        site_in_made(&site, job->made);
    } else if (site.image) {
        site.box.x += job->plan.context.x;
        site.box.y += job->plan.context.y;
    }
    return site;
}

static void leaves_clear(struct leaf *leaves, ebru_image *pictures, int n)
{
    for (int i = 0; i < n; i++) {
        ebru_image_clear(&pictures[i]);
        g_free((char *)leaves[i].name);
    }
}

/* Nothing of it has gone into the image yet. */
static gboolean give_up(struct leaf *leaves, ebru_image *pictures, int n, ebru_error *err)
{
    for (int i = 0; i < n; i++)
        g_free((char *)leaves[i].recipe);
    leaves_clear(leaves, pictures, n);
    *err = (ebru_error){ .status = EBRU_NO_MEMORY, .message = "no memory for a picture" };
    return FALSE;
}

gboolean job_commit(struct job *job, const struct work_outcome *o, struct job_result *result,
                    ebru_error *err)
{
    const int n = o->result.count;
    gboolean ok = TRUE;
    struct common common = common_of(job);
    struct site site = site_of(job, common.inside);
    g_autofree ebru_image *pictures = g_new0(ebru_image, n);
    g_autofree struct leaf *leaves = g_new0(struct leaf, n);

    *result = (struct job_result){ 0 };
    for (int i = 0; i < n; i++) {
        leaves[i] = leaf_of(job, o, i, &common, &pictures[i]);
        ok = ok && pictures[i].data;
    }
    if (!ok) {
        common_clear(&common);
        return give_up(leaves, pictures, n, err);
    }
    *result = (struct job_result){ .count = n, .seconds = o->seconds, .made_image = !site.image };
    result->layers = canvas_insert(&site, leaves, n);
    result->image = site.image;
    if (result->made_image)
        job->made = site.image;
    result->seeds = g_new(double, n);
    result->recipes = g_new0(char *, n + 1);
    for (int i = 0; i < n; i++) {
        result->seeds[i] = (double)o->result.seeds[i];
        result->recipes[i] = (char *)leaves[i].recipe;
    }
    leaves_clear(leaves, pictures, n);
    common_clear(&common);
    return TRUE;
}

void job_keep_speed(const struct job *job, double speed)
{
    g_autofree char *model = g_path_get_basename(job->model);

    if (speed > 0)
        store_keep_speed(model, job->threads, job->plan.width, job->plan.height, speed);
}

void job_result_clear(struct job_result *result)
{
    g_free(result->layers);
    g_free(result->seeds);
    g_strfreev(result->recipes);
    *result = (struct job_result){ 0 };
}
