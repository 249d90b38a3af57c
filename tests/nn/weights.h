/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * weights.h - a source of weights for tests of layers: random numbers under
 * given names, kept as float32 beside what the engine reads.
 */
#ifndef TESTS_NN_WEIGHTS_H
#define TESTS_NN_WEIGHTS_H

#include "nn/bind.h"

#include <stdlib.h>
#include <string.h>

enum { WEIGHTS_MAX = 16 };

struct test_weight {
    char name[64];
    enum dtype type;
    int rank, shape[4];
    int64_t count;
    float *value; /* as rounded to `type` */
};

struct test_weights {
    struct test_weight all[WEIGHTS_MAX];
    int n;
    bool fail; /* reading does */
};

/* What an input of a product is rounded to, relative: weights here are exact in all types. */
static inline double rounding_of(const struct weight *w)
{
    return w->precision == PRECISION_BF16 ? 0x1p-9 : 0;
}

static unsigned random_state = 1;

/* Evenly from -1 to 1. */
static inline float random_float(void)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (float)(random_state >> 8) / (1 << 23) - 1.0f;
}

/* Evenly from mean - 1 to mean + 1; the caller frees its data. */
static inline struct tensor random_tensor(int n, int h, int w, int c, float mean)
{
    struct tensor t = { NULL, n, h, w, c };

    t.data = malloc(tensor_count(t) * sizeof(*t.data));
    for (size_t i = 0; i < tensor_count(t); i++)
        t.data[i] = mean + random_float();
    return t;
}

static inline uint32_t bits_of(float x)
{
    uint32_t bits;

    memcpy(&bits, &x, sizeof(bits));
    return bits;
}

/* Six bits behind the first: exact in all three types. */
static inline float coarse(float x)
{
    const uint32_t bits = bits_of(x) & 0xfffe0000;

    memcpy(&x, &bits, sizeof(x));
    return x;
}

/* Of a normal half, or zero. */
static inline uint16_t half_of(float x)
{
    const uint32_t bits = bits_of(x), e = bits >> 23 & 0xff;

    if (e == 255)
        return (uint16_t)(bits >> 16 & 0x8000) | 0x7c00;
    return (uint16_t)((bits >> 16 & 0x8000) |
                      (e < 113 ? 0 : ((e - 112) << 10 | (bits >> 13 & 0x3ff))));
}

/* Uniform on +-scale, coarse, but not as small as halves become subnormal. */
static inline struct test_weight *weights_add(struct test_weights *w, const char *name,
                                              enum dtype type, float scale, int rank,
                                              const int *shape)
{
    struct test_weight *const t = &w->all[w->n++];

    *t = (struct test_weight){ .type = type, .rank = rank, .count = 1 };
    snprintf(t->name, sizeof(t->name), "%s", name);
    for (int i = 0; i < rank; i++)
        t->count *= t->shape[i] = shape[i];
    t->value = malloc((size_t)t->count * sizeof(float));
    for (int64_t i = 0; i < t->count; i++) {
        const float x = coarse(scale * random_float());
        t->value[i] = fabsf(x) < 1e-4f ? 0 : x;
    }
    return t;
}

static inline const struct test_weight *weights_get(const struct test_weights *w, const char *name)
{
    for (int i = 0; i < w->n; i++)
        if (!strcmp(w->all[i].name, name))
            return &w->all[i];
    return NULL;
}

static inline bool weights_find(void *self, const char *name, enum dtype *type, int *rank,
                                int shape[4])
{
    const struct test_weight *const t = weights_get(self, name);

    if (!t)
        return false;
    *type = t->type;
    *rank = t->rank;
    memcpy(shape, t->shape, sizeof(t->shape));
    return true;
}

static inline bool weights_read(void *self, const char *name, int first, int count, void *rows,
                                ebru_error *err)
{
    const struct test_weights *const w = self;
    const struct test_weight *const t = weights_get(w, name);
    const int64_t length = t->count / t->shape[0];
    const float *const from = t->value + first * length;

    if (w->fail)
        return fail(err, EBRU_BAD_FILE, "%s: cannot be read", name);
    for (int64_t i = 0; i < count * length; i++)
        if (t->type == DTYPE_F32)
            ((float *)rows)[i] = from[i];
        else if (t->type == DTYPE_F16)
            ((uint16_t *)rows)[i] = half_of(from[i]);
        else
            ((uint16_t *)rows)[i] = (uint16_t)(bits_of(from[i]) >> 16);
    return true;
}

static inline void weights_clear(struct test_weights *w)
{
    for (int i = 0; i < w->n; i++)
        free(w->all[i].value);
    *w = (struct test_weights){ 0 };
}

#endif
