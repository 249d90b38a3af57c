/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "pipeline/pipeline.h"

#include "base/error.h"

#include <math.h>
#include <string.h>

static void show(struct task *t, ebru_image *image)
{
    t->watch->preview(t->watch->user, &t->progress, image);
    ebru_image_clear(image);
}

bool preview_rough(const struct task *t, ebru_image *image)
{
    const float(*const f)[4] = t->model->preview;

    if (!ebru_image_alloc(image, t->h, t->w, 3, NULL))
        return false;
    for (int p = 0; p < t->h * t->w; p++)
        for (int k = 0; k < 3; k++) {
            float v = f[FAMILY_MAX_LATENTS][k];
            for (int c = 0; c < t->c; c++)
                v += f[c][k] * t->sampling.denoised[(size_t)p * t->c + c];
            image->data[3 * p + k] = fminf(fmaxf(v, 0), 1);
        }
    return true;
}

void preview(struct task *t)
{
    ebru_image image;

    if (t->watch && t->watch->preview && preview_rough(t, &image))
        show(t, &image);
}

/* After a quarter, a half and three quarters of the calls. */
static bool at_mark(const struct task *t, int call)
{
    const int all = t->sampling.calls - t->sampling.first, done = call - t->sampling.first + 1;

    return done < all && done * 4 / all > (done - 1) * 4 / all;
}

/* What the last call foresees, through the tiny autoencoder. */
static struct tensor sketch_pass(struct task *t)
{
    struct run *const r = &t->run;
    struct tensor x = tensor_new(r, 1, t->h, t->w, t->c);

    if (!r->skip)
        memcpy(x.data, t->sampling.denoised, tensor_count(x) * sizeof(float));
    return t->model->family->sketch(r, t->model, x);
}

static bool sketch_image(struct tensor y, ebru_image *image)
{
    if (!ebru_image_alloc(image, y.h, y.w, 3, NULL))
        return false;
    for (size_t i = 0; i < tensor_count(y); i++)
        image->data[i] = fminf(fmaxf(y.data[i] * 0.5f + 0.5f, 0), 1);
    return true;
}

void sketch(struct task *t, int call)
{
    struct run *const r = &t->run;
    const size_t mark = arena_mark(&r->arena);
    const double before = r->work_done;
    ebru_image image;

    if (!t->sketches || !at_mark(t, call))
        return;
    struct tensor y = sketch_pass(t);
    if (!r->skip && t->watch && t->watch->preview && sketch_image(y, &image))
        show(t, &image);
    t->sketch_work += r->work_done - before;
    arena_release(&r->arena, mark);
}

void sketch_deliver(struct task *t, int picture)
{
    struct run *const r = &t->run;
    const size_t mark = arena_mark(&r->arena);
    bool ok = true;

    if (t->model->family->can_sketch(t->model)) {
        struct tensor y = sketch_pass(t);
        ok = r->skip || sketch_image(y, &t->result->images[picture]);
    } else if (!r->skip) {
        ok = preview_rough(t, &t->result->images[picture]);
    }
    if (!ok) {
        fail(&t->error, EBRU_NO_MEMORY, "no memory for the picture of a draft");
        r->skip = true;
    }
    arena_release(&r->arena, mark);
}
