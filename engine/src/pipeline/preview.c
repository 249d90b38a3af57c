/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "pipeline/pipeline.h"

#include "base/error.h"

#include <math.h>

/* One pixel a latent: a linear guess at the decoder. */
static bool linear(const struct task *t, ebru_image *image)
{
    const float(*const f)[4] = t->model->preview;

    if (!ebru_image_alloc(image, t->h, t->w, 3, NULL))
        return false;
    for (int p = 0; p < t->h * t->w; p++)
        for (int k = 0; k < 3; k++) {
            float v = f[4][k];
            for (int c = 0; c < t->c; c++)
                v += f[c][k] * t->sampling.denoised[(size_t)p * t->c + c];
            image->data[3 * p + k] = fminf(fmaxf(v, 0), 1);
        }
    return true;
}

void preview(struct task *t)
{
    ebru_image image = { 0 };

    if (!t->watch || !t->watch->preview)
        return;
    if (linear(t, &image))
        t->watch->preview(t->watch->user, &t->progress, &image);
    ebru_image_clear(&image);
}
