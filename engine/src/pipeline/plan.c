/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "pipeline/pipeline.h"

#include "base/error.h"
#include "base/machine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    SEEDS = 0x7fffffff, /* drawn seeds fit any program's field */
    BASE = 8 << 20      /* of the process itself: code, OpenMP, vocabulary */
};

static const double MOST_SKETCHING = 0.03; /* of a run's work, for previews */

static bool check_picture(const ebru_request *req, ebru_error *err)
{
    const ebru_image *const p = req->image, *const m = req->mask;

    if (m && !p)
        return fail(err, EBRU_BAD_REQUEST, "there is a mask but no picture it belongs to");
    if (p && p->channels != 3)
        return fail(err, EBRU_BAD_REQUEST, "the picture has %d channels, expected 3", p->channels);
    if (m && m->channels != 1)
        return fail(err, EBRU_BAD_REQUEST, "the mask has %d channels, expected 1", m->channels);
    if (m && (m->width != p->width || m->height != p->height))
        return fail(err, EBRU_BAD_REQUEST, "the mask is %dx%d, the picture %dx%d", m->width,
                    m->height, p->width, p->height);
    return true;
}

static bool check_size(struct task *t, ebru_error *err)
{
    const int multiple = t->model->info.multiple;

    if (t->width % multiple || t->height % multiple || t->width <= 0 || t->height <= 0)
        return fail(err, EBRU_BAD_REQUEST,
                    "the size is %dx%d, expected multiples of %d: %dx%d would do", t->width,
                    t->height, multiple, (t->width + multiple - 1) / multiple * multiple,
                    (t->height + multiple - 1) / multiple * multiple);
    return true;
}

static bool check_noise(const struct task *t, ebru_error *err)
{
    const ebru_latents *const l = t->req->noise;

    if (!l ||
        (l->count >= t->req->count && l->channels == t->c && l->height == t->h && l->width == t->w))
        return true;
    return fail(err, EBRU_BAD_REQUEST,
                "the given noise is %d x %d x %d x %d, expected %d x %d x %d x %d", l->count,
                l->channels, l->height, l->width, t->req->count, t->c, t->h, t->w);
}

static bool plan_size(struct task *t, ebru_error *err)
{
    const ebru_request *const req = t->req;

    if (!check_picture(req, err))
        return false;
    t->width = req->image ? req->image->width : req->width;
    t->height = req->image ? req->image->height : req->height;
    if (!check_size(t, err))
        return false;
    t->w = t->width / t->model->latent_scale;
    t->h = t->height / t->model->latent_scale;
    t->c = t->model->latent_channels;
    t->edit = req->image != NULL;
    t->wrap_x = req->tile && strchr(req->tile, 'x');
    t->wrap_y = req->tile && strchr(req->tile, 'y');
    return check_noise(t, err);
}

static bool plan_text(struct task *t, ebru_error *err)
{
    const struct model *const m = t->model;
    const ebru_request *const req = t->req;

    t->guided = req->guidance > 1;
    if (!prompt_parse(&t->prompt, m->bpe, req->prompt ? req->prompt : "", err))
        return false;
    if (!prompt_parse(&t->negative, m->bpe, req->negative ? req->negative : "", err))
        return false;
    const int chunks =
        t->prompt.chunks > t->negative.chunks ? t->prompt.chunks : t->negative.chunks;
    if (!t->guided)
        return true;
    return prompt_pad(&t->prompt, m->bpe, chunks, err) &&
           prompt_pad(&t->negative, m->bpe, chunks, err);
}

/* By which decoder. */
static bool plan_decoder(struct task *t, ebru_error *err)
{
    const char *const decoder = t->req->decoder;

    t->tiny = decoder && !strcmp(decoder, "taesd");
    if (!t->tiny || t->model->family->can_sketch(t->model))
        return true;
    return fail_because(
        err, EBRU_BAD_REQUEST,
        &(struct cause){ .reason = EBRU_NO_TINY, .file = t->model->info.name },
        "%s has no tiny autoencoder to decode with, expected one in the folder \"taesd\" of the "
        "model or beside it",
        t->model->info.name);
}

/* What the text encoder need not do again. */
static void recall_text(struct task *t)
{
    struct text_cache *const texts = t->model->texts;

    if (t->guided)
        t->known[0] = text_cache_find(texts, &t->negative, t->req->clip_skip);
    t->known[1] = text_cache_find(texts, &t->prompt, t->req->clip_skip);
}

static bool plan_sampling(struct task *t, ebru_error *err)
{
    const ebru_request *const req = t->req;

    if (!sampling_init(&t->sampling, req->sampler, req->schedule, &t->model->schedule, req->steps,
                       (size_t)t->h * t->w * t->c, err))
        return false;
    struct sampling *const s = &t->sampling;
    if (t->edit)
        sampling_start_at(s, req->strength);
    t->until = s->calls;
    if (req->pause > 0 && req->pause < 1)
        t->until = s->first + (int)ceil((s->calls - s->first) * req->pause);
    return draft_check(t, err);
}

/* --- rehearsal ---------------------------------------------------------- */

/* Bytes of the process at the peak of this task, and its work. */
static void rehearse(struct task *t)
{
    struct run *const r = &t->run;
    const size_t pixels = (size_t)t->width * t->height, latents = (size_t)t->h * t->w * t->c;

    *r = (struct run){ .k = &t->model->kernels,
                       .n_threads = t->model->threads,
                       .wrap_x = t->wrap_x,
                       .wrap_y = t->wrap_y,
                       .skip = true };
    t->finish = false;
    t->sketch_work = 0;
    task_pass(t);
    r->work_total = r->work_done;
    t->bytes = BASE + t->model->weight_bytes + text_cache_bytes(t->model->texts) + r->arena.peak +
               t->sampling.bytes + (size_t)t->req->count * (3 * pixels + latents) * sizeof(float) +
               (t->req->pause > 0 ? (size_t)t->req->count * t->sampling.bytes : 0) +
               (t->req->image ? 3 * pixels * sizeof(float) : 0) +
               (t->req->mask ? pixels * sizeof(float) : 0);
}

/* Fewer rows at a time cost nothing but a little work done twice. */
static void fit(struct task *t)
{
    t->decode_rows = 0;
    rehearse(t);
    if (t->sketch_work > MOST_SKETCHING * t->run.work_total) {
        t->sketches = false;
        rehearse(t);
    }
    for (int rows = t->h / 2; !t->wrap_y && t->bytes > t->model->memory && rows >= 8; rows /= 2) {
        t->decode_rows = rows / 4 * 4;
        rehearse(t);
    }
}

static double gigabytes(size_t bytes)
{
    return (double)bytes / 1e9;
}

/* What `t` would need at other sizes. */
static size_t bytes_at(const struct task *t, int width, int height)
{
    struct task other = *t;

    other.width = width;
    other.height = height;
    other.w = width / t->model->latent_scale;
    other.h = height / t->model->latent_scale;
    fit(&other);
    return other.bytes;
}

static bool refuse(const struct task *t, ebru_error *err)
{
    const int m = t->model->info.multiple;
    const int w1 = (t->width * 3 / 4 + m - 1) / m * m, h1 = (t->height * 3 / 4 + m - 1) / m * m;
    const int w2 = (t->width / 2 + m - 1) / m * m, h2 = (t->height / 2 + m - 1) / m * m;

    return fail_because(
        err, EBRU_NO_MEMORY,
        &(struct cause){ .reason = EBRU_TOO_LARGE, .wanted = t->bytes, .found = t->model->memory },
        "%dx%d needs %.1f GB of memory, %.1f GB may be used; %dx%d would need %.1f GB, "
        "%dx%d %.1f GB",
        t->width, t->height, gigabytes(t->bytes), gigabytes(t->model->memory), w1, h1,
        gigabytes(bytes_at(t, w1, h1)), w2, h2, gigabytes(bytes_at(t, w2, h2)));
}

bool task_plan(struct task *t, const struct model *m, const ebru_request *req, bool previews,
               ebru_error *err)
{
    *t = (struct task){ .model = m, .req = req, .seed = req->seed };
    t->sketches = previews && m->family->can_sketch(m);
    if (t->seed < 0)
        t->seed = machine_clock() / 1000 & SEEDS;
    if (!plan_size(t, err) || !plan_text(t, err) || !plan_sampling(t, err) ||
        !plan_decoder(t, err)) {
        task_clear(t);
        return false;
    }
    recall_text(t);
    fit(t);
    if (t->bytes <= m->memory)
        return true;
    refuse(t, err);
    task_clear(t);
    return false;
}

void task_clear(struct task *t)
{
    free(t->known[0]);
    free(t->known[1]);
    prompt_clear(&t->prompt);
    prompt_clear(&t->negative);
    sampling_clear(&t->sampling);
    arena_close(&t->run.arena);
}
