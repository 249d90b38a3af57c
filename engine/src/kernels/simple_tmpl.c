/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "kernels/vec.h"

INLINE void add_part(float *x, const float *y, int n)
{
    vec_store_part(x, vec_add(vec_load_part(x, n), vec_load_part(y, n)), n);
}

static void add_vectors(float *x, const float *y, size_t n)
{
    size_t i = 0;

    for (; i + VL <= n; i += VL)
        add_part(x + i, y + i, VL);
    if (i < n)
        add_part(x + i, y + i, (int)(n - i));
}

/* The rest of fewer than VL numbers goes through a buffer: no load may pass the end. */
static void widen_f16(float *y, const uint16_t *x, size_t n)
{
    uint16_t rest[VL] = { 0 };
    size_t i = 0;

    for (; i + VL <= n; i += VL)
        vec_store(y + i, vec_load_f16(x + i));
    memcpy(rest, x + i, (n - i) * sizeof(rest[0]));
    vec_store_n(y + i, vec_load_f16(rest), (int)(n - i));
}

static void widen_bf16(float *y, const uint16_t *x, size_t n)
{
    uint16_t rest[VL] = { 0 };
    size_t i = 0;

    for (; i + VL <= n; i += VL)
        vec_store(y + i, vec_load_bf16(x + i));
    memcpy(rest, x + i, (n - i) * sizeof(rest[0]));
    vec_store_n(y + i, vec_load_bf16(rest), (int)(n - i));
}

void FOR_ISA(simple_init)(struct kernels *k);

void FOR_ISA(simple_init)(struct kernels *k)
{
    k->add = add_vectors;
    k->widen_f16 = widen_f16;
    k->widen_bf16 = widen_bf16;
}
