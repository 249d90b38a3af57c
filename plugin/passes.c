/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "passes.h"

#include <stdlib.h>
#include <string.h>

enum { RING = 16 }; /* px around a mask whose colours the result gets */

static void free_list(char **texts)
{
    for (char **t = texts; t && *t; t++)
        free(*t);
    free(texts);
}

void passes_free(struct passes *p)
{
    if (!p)
        return;
    for (int i = 0; i < p->count; i++)
        ebru_image_clear(&p->list[i].mask);
    free(p->list);
    ebru_image_clear(&p->picture);
    free_list(p->prompts);
    free_list(p->negatives);
    free(p);
}

static char **chosen_of(char *const *texts, const int *chosen, int count)
{
    char **const list = texts ? calloc((size_t)count + 1, sizeof(*list)) : NULL;

    for (int i = 0; list && i < count; i++)
        if (!(list[i] = strdup(texts[chosen[i]]))) {
            free_list(list);
            return NULL;
        }
    return list;
}

struct passes *passes_words(const struct passes *from, const int *chosen, int count)
{
    struct passes *const p = calloc(1, sizeof(*p));

    if (!p)
        return NULL;
    p->prompts = chosen_of(from->prompts, chosen, count);
    p->negatives = chosen_of(from->negatives, chosen, count);
    if (!p->prompts == !from->prompts && !p->negatives == !from->negatives)
        return p;
    passes_free(p);
    return NULL;
}

/* --- pictures ------------------------------------------------------------- */

static bool cut_out(const ebru_image *from, struct box b, ebru_image *to, ebru_error *err)
{
    const int c = from->channels;

    if (!ebru_image_alloc(to, b.h, b.w, c, err))
        return false;
    for (int y = 0; y < b.h; y++)
        memcpy(to->data + (size_t)y * b.w * c,
               from->data + ((size_t)(b.y + y) * from->width + b.x) * c,
               (size_t)b.w * c * sizeof(float));
    return true;
}

static void put_back(ebru_image *to, struct box b, const ebru_image *from)
{
    const int c = from->channels;

    for (int y = 0; y < b.h; y++)
        memcpy(to->data + ((size_t)(b.y + y) * to->width + b.x) * c,
               from->data + (size_t)y * b.w * c, (size_t)b.w * c * sizeof(float));
}

static bool fill_hole(const struct pass *p, ebru_image *part, ebru_error *err)
{
    const struct box hole = box_intersect(p->hole, p->at);
    ebru_image where;

    if (box_is_empty(hole))
        return true;
    if (!ebru_image_alloc(&where, p->at.h, p->at.w, 1, err))
        return false;
    for (int y = hole.y - p->at.y; y < hole.y - p->at.y + hole.h; y++)
        for (int x = hole.x - p->at.x; x < hole.x - p->at.x + hole.w; x++)
            where.data[(size_t)y * p->at.w + x] = 1;
    const bool ok = pixels_prefill(part, &where, p->prefill, err);
    ebru_image_clear(&where);
    return ok;
}

/* 0 to 1 over the overlap with those before; at the border of the picture there are none. */
static float ramp(int at, int start, int overlap)
{
    return start == 0 || at >= overlap ? 1 : (float)(at + 1) / (float)(overlap + 1);
}

float pass_share(const struct pass *p, int x, int y)
{
    return ramp(x, p->at.x, p->fade) * ramp(y, p->at.y, p->fade);
}

/* --- one pass ------------------------------------------------------------- */

struct runner {
    const struct backend *backend;
    const struct backend_model *model;
    const ebru_watch *watch;
    double done, now, total; /* work of all pictures: behind, of this pass, in all */
    int picture;
    ebru_answer answer;
};

static ebru_answer on_progress(void *user, const ebru_progress *p)
{
    struct runner *const r = user;
    ebru_progress all = *p;

    all.picture = r->picture;
    all.fraction = (r->done + r->now * p->fraction) / r->total;
    r->answer =
        r->watch && r->watch->progress ? r->watch->progress(r->watch->user, &all) : EBRU_GO_ON;
    return r->answer;
}

static void on_preview(void *user, const ebru_progress *p, const ebru_image *rough)
{
    struct runner *const r = user;
    ebru_progress all = *p;

    all.picture = r->picture;
    r->watch->preview(r->watch->user, &all, rough);
}

static bool call(struct runner *r, const ebru_request *req, ebru_result *out, ebru_error *err)
{
    const ebru_watch watch = { on_progress, r->watch && r->watch->preview ? on_preview : NULL, r };

    return r->backend->generate(r->model, req, &watch, out, err);
}

/* The result over what was there. */
static bool blend_outright(const struct pass *p, ebru_image *result, const ebru_image *before,
                           ebru_error *err)
{
    ebru_image share;

    if (!ebru_image_alloc(&share, p->at.h, p->at.w, 1, err))
        return false;
    for (int y = 0; y < p->at.h; y++)
        for (int x = 0; x < p->at.w; x++) {
            const size_t i = (size_t)y * p->at.w + x;
            share.data[i] = p->mask.data[i] > 0 ? pass_share(p, x, y) : 0;
        }
    pixels_blend(result, before, &share);
    ebru_image_clear(&share);
    return true;
}

static bool put_result(const struct pass *p, ebru_image *result, const ebru_image *before,
                       ebru_image *picture, ebru_error *err)
{
    ebru_image fitted;

    if (!pixels_resize(result, p->at.h, p->at.w, &fitted, err))
        return false;
    bool ok = true;
    if (p->mask.data) {
        if (p->match_colours)
            ok = pixels_match(&fitted, before, &p->mask, RING, err);
        if (!p->outright)
            pixels_blend(&fitted, before, &p->mask);
        else
            ok = ok && blend_outright(p, &fitted, before, err);
    }
    put_back(picture, p->at, &fitted);
    ebru_image_clear(&fitted);
    return ok;
}

static bool run_pass(struct runner *r, const struct pass *p, ebru_request req, ebru_image *picture,
                     int *steps, ebru_error *err)
{
    ebru_image part = { 0 }, image = { 0 }, mask = { 0 };
    ebru_result result = { 0 };

    bool ok = cut_out(picture, p->at, &part, err) && fill_hole(p, &part, err) &&
              pixels_resize(&part, p->height, p->width, &image, err) &&
              (!p->mask.data || pixels_resize(&p->mask, p->height, p->width, &mask, err));
    if (ok) {
        req.image = &image;
        req.mask = mask.data ? &mask : NULL;
        req.decoded = p->match_colours;
        req.strength = p->strength;
        req.width = p->width;
        req.height = p->height;
        ok = call(r, &req, &result, err) && put_result(p, &result.images[0], &part, picture, err);
        *steps = result.steps_done;
    }
    ebru_image_clear(&part);
    ebru_image_clear(&image);
    ebru_image_clear(&mask);
    ebru_result_clear(&result);
    return ok;
}

/* Who finishes early gets what there is; what is new and was not begun takes its colours from
 * beside it. */
static bool skip_pass(const struct pass *p, ebru_image *picture, ebru_error *err)
{
    ebru_image part = { 0 };
    const bool ok = cut_out(picture, p->at, &part, err) && fill_hole(p, &part, err);

    if (ok)
        put_back(picture, p->at, &part);
    ebru_image_clear(&part);
    return ok;
}

/* --- all of them ---------------------------------------------------------- */

ebru_request passes_request(const struct passes *p, const ebru_request *req, int i)
{
    ebru_request r = *req;

    r.count = 1;
    r.drafts = req->drafts ? req->drafts + i : NULL;
    r.seed = req->drafts ? req->drafts[i].seed
                         : (int64_t)(((uint64_t)req->seed + (uint64_t)i) & 0xffffffff);
    if (p && p->prompts)
        r.prompt = p->prompts[i];
    if (p && p->negatives)
        r.negative = p->negatives[i];
    return r;
}

/* Neighbouring tiles from the same noise would show the same. */
static int64_t seed_of_pass(int64_t seed, int pass)
{
    return (int64_t)(((uint64_t)seed + (uint64_t)pass * 2654435769u) & 0xffffffff);
}

/* work: of each pass */
static bool paint_in_passes(struct runner *r, const struct passes *p, const double *work,
                            const ebru_request *req, ebru_image *picture, int *steps,
                            ebru_error *err)
{
    const struct box all = { 0, 0, p->picture.width, p->picture.height };

    if (!cut_out(&p->picture, all, picture, err))
        return false;
    for (int k = 0; k < p->count; k++) {
        ebru_request one = *req;

        one.seed = seed_of_pass(req->seed, k);
        r->now = work[k];
        if (r->answer == EBRU_FINISH ? !skip_pass(&p->list[k], picture, err)
                                     : !run_pass(r, &p->list[k], one, picture, steps, err))
            return false;
        r->done += work[k];
    }
    return true;
}

static bool paint_once(struct runner *r, const ebru_request *req, int count, ebru_result *out,
                       int i, ebru_error *err)
{
    ebru_result result;

    r->now = 1;
    if (!call(r, req, &result, err))
        return false;
    r->done += 1;
    out->steps_done = result.steps_done;
    out->images[i] = result.images[0];
    result.images[0] = (ebru_image){ 0 };
    if (result.drafts && !out->drafts)
        out->drafts = calloc((size_t)count, sizeof(*out->drafts));
    if (result.drafts && out->drafts) {
        out->drafts[i] = result.drafts[0];
        result.drafts[0] = (ebru_draft){ 0 };
    }
    ebru_result_clear(&result);
    return true;
}

static bool estimate_pass(const struct passes *p, int k, const struct backend *backend,
                          const struct backend_model *model, const ebru_request *req,
                          ebru_cost *cost, ebru_error *err)
{
    const struct pass *const pass = &p->list[k];
    const ebru_image image = { pass->height, pass->width, 3, p->picture.data };
    const ebru_image mask = { pass->height, pass->width, 1, pass->mask.data };
    ebru_request one = passes_request(p, req, 0);

    one.image = &image;
    if (pass->mask.data)
        one.mask = &mask;
    one.width = pass->width;
    one.height = pass->height;
    one.strength = pass->strength;
    return backend->estimate(model, &one, cost, err);
}

static bool is_like(const struct pass *a, const struct pass *b)
{
    return a->width == b->width && a->height == b->height && a->strength == b->strength &&
           !a->mask.data == !b->mask.data;
}

/* Of each pass in FLOP, or all the same where that is not known; NULL without memory. */
static double *work_of(const struct passes *p, const struct backend *backend,
                       const struct backend_model *model, const ebru_request *req)
{
    double *const work = calloc((size_t)p->count, sizeof(*work));
    bool known = true;
    ebru_cost c = { 0 };

    for (int k = 0; work && k < p->count; k++) {
        if (known && (k == 0 || !is_like(&p->list[k], &p->list[k - 1])))
            known = estimate_pass(p, k, backend, model, req, &c, NULL) && c.flops > 0;
        work[k] = c.flops;
    }
    for (int k = 0; work && !known && k < p->count; k++)
        work[k] = 1;
    return work;
}

static double sum_of(const double *work, int n)
{
    double sum = 0;

    for (int k = 0; k < n; k++)
        sum += work[k];
    return sum;
}

bool passes_generate(const struct passes *p, const struct backend *backend,
                     const struct backend_model *model, const ebru_request *req,
                     const ebru_watch *watch, ebru_result *out, ebru_error *err)
{
    const int n = req->count;
    double *const work = p->count ? work_of(p, backend, model, req) : NULL;
    struct runner r = { backend, model, watch, 0, 0, n, 0, EBRU_GO_ON };
    bool ok = true;

    *out = (ebru_result){ .count = n,
                          .images = calloc((size_t)n, sizeof(*out->images)),
                          .seeds = calloc((size_t)n, sizeof(*out->seeds)) };
    if (!out->images || !out->seeds || (p->count && !work)) {
        *err = (ebru_error){ .status = EBRU_NO_MEMORY, .message = "no memory for pictures" };
        ok = false;
    }
    if (work)
        r.total = n * sum_of(work, p->count);
    for (int i = 0; ok && i < n && r.answer != EBRU_FINISH; i++) {
        const ebru_request one = passes_request(p, req, i);

        r.picture = i;
        out->count = i + 1;
        out->seeds[i] = one.seed;
        ok = p->count ? paint_in_passes(&r, p, work, &one, &out->images[i], &out->steps_done, err)
                      : paint_once(&r, &one, n, out, i, err);
    }
    free(work);
    if (!ok)
        ebru_result_clear(out);
    return ok;
}

bool passes_estimate(const struct passes *p, const struct backend *backend,
                     const struct backend_model *model, const ebru_request *req, ebru_cost *cost,
                     ebru_error *err)
{
    if (!p || !p->count)
        return backend->estimate(model, req, cost, err);
    *cost = (ebru_cost){ 0 };
    for (int k = 0; k < p->count; k++) {
        ebru_cost c;

        if (!estimate_pass(p, k, backend, model, req, &c, err))
            return false;
        cost->flops += c.flops * req->count;
        cost->bytes = c.bytes > cost->bytes ? c.bytes : cost->bytes;
    }
    return true;
}
