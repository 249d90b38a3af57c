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

void preview(struct task *t)
{
    const float(*const f)[4] = t->model->preview;
    ebru_image image;

    if (!t->watch || !t->watch->preview || !ebru_image_alloc(&image, t->h, t->w, 3, NULL))
        return;
    for (int p = 0; p < t->h * t->w; p++)
        for (int k = 0; k < 3; k++) {
            float v = f[FAMILY_MAX_LATENTS][k];
            for (int c = 0; c < t->c; c++)
                v += f[c][k] * t->sampling.denoised[(size_t)p * t->c + c];
            image.data[3 * p + k] = fminf(fmaxf(v, 0), 1);
        }
    show(t, &image);
}

/* After a quarter, a half and three quarters of the calls. */
static bool at_mark(const struct task *t, int call)
{
    const int all = t->sampling.calls - t->sampling.first, done = call - t->sampling.first + 1;

    return done < all && done * 4 / all > (done - 1) * 4 / all;
}

static void show_sketch(struct task *t, struct tensor y)
{
    ebru_image image;

    if (!t->watch || !t->watch->preview || !ebru_image_alloc(&image, y.h, y.w, 3, NULL))
        return;
    for (size_t i = 0; i < tensor_count(y); i++)
        image.data[i] = fminf(fmaxf(y.data[i] * 0.5f + 0.5f, 0), 1);
    show(t, &image);
}

void sketch(struct task *t, int call)
{
    struct run *const r = &t->run;
    const size_t mark = arena_mark(&r->arena);
    const double before = r->work_done;

    if (!t->sketches || !at_mark(t, call))
        return;
    struct tensor x = tensor_new(r, 1, t->h, t->w, t->c);
    if (!r->skip)
        memcpy(x.data, t->sampling.denoised, tensor_count(x) * sizeof(float));
    struct tensor y = t->model->family->sketch(r, t->model, x);
    if (!r->skip)
        show_sketch(t, y);
    t->sketch_work += r->work_done - before;
    arena_release(&r->arena, mark);
}
