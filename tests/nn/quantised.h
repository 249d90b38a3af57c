/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * quantised.h - what int8 computes, written down once more: rows and weights become
 * integers by the engine's own arithmetic (kernels/int8.h, kernels/pack_int8.h), and what
 * follows is exact. So a layer may differ from this by roundings of float32 alone.
 */
#ifndef TESTS_NN_QUANTISED_H
#define TESTS_NN_QUANTISED_H

#include <math.h>
#include <stdint.h>
#include <string.h>

/* n numbers `step` apart, as scale times `number`. */
struct quantised {
    float scale;
    int number[4096];
};

/* 255 steps from the least to the largest, 0 included and exact. */
static inline void quantise_input(struct quantised *to, const float *x, int n)
{
    float least = 0, most = 0;

    for (int i = 0; i < n; i++) {
        least = fminf(least, x[i]);
        most = fmaxf(most, x[i]);
    }
    const float width = most - least, inverse = width > 0 ? 255.0f / width : 0;
    const int zero = (int)(-least * inverse + 0.5f);
    to->scale = width / 255.0f;
    for (int i = 0; i < n; i++) {
        const float q = fmaf(x[i], inverse, (float)zero);
        to->number[i] = (int)nearbyintf(fminf(fmaxf(q, 0), 255)) - zero;
    }
}

/* From -127 to 127, the scale of the largest of all weights of the output. */
static inline float weight_scale(const float *w, int n)
{
    float most = 0;
    uint32_t bits;

    for (int i = 0; i < n; i++)
        most = fmaxf(most, fabsf(w[i]));
    most /= 127;
    memcpy(&bits, &most, sizeof(bits));
    bits = (bits + 0xff) & ~0xffu;
    memcpy(&most, &bits, sizeof(bits));
    return most;
}

/* The product of an input with n weights, `step` apart, of that scale. */
static inline double quantised_dot(const struct quantised *a, const float *w, int n, int step,
                                   float scale)
{
    const float inverse = scale > 0 ? 1 / scale : 0;
    int64_t sum = 0;

    for (int i = 0; i < n; i++)
        sum += (int64_t)a->number[i] * (int64_t)nearbyintf(w[i * step] * inverse);
    return (double)sum * a->scale * scale;
}

#endif
