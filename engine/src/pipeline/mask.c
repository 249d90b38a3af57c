/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Soft masks as strength per pixel: Levin and Fried, Differential Diffusion (arXiv:2306.00950). */
#include "pipeline/pipeline.h"

#include <string.h>

/* The call at which a latent under mask value v begins to change. */
static int first_call(const struct task *t, float v)
{
    struct sampling s = t->sampling;

    sampling_start_at(&s, (double)v * t->req->strength);
    return s.first;
}

void mask_restore(struct task *t, float *x, const float *clean, const float *noise, float *level,
                  int call)
{
    const ebru_image *const mask = t->req->mask;
    const int scale = t->model->latent_scale;

    sampling_add_noise(&t->sampling, level, clean, noise, call + 1);
    for (int i = 0; i < t->h; i++)
        for (int j = 0; j < t->w; j++) {
            const size_t at = ((size_t)i * t->w + j) * t->c;
            const float v = mask->data[(size_t)(i * scale) * mask->width + (size_t)(j * scale)];
            if (first_call(t, v) > call)
                memcpy(x + at, level + at, (size_t)t->c * sizeof(float));
        }
}

void mask_composite(const struct task *t, ebru_image *image)
{
    const ebru_image *const mask = t->req->mask, *const picture = t->req->image;

    if (!mask)
        return;
    for (size_t i = 0; i < (size_t)t->width * t->height; i++)
        if (!(mask->data[i] > 0))
            memcpy(image->data + 3 * i, picture->data + 3 * i, 3 * sizeof(float));
}
