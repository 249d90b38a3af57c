/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * softmax.h - what attention does between its two products, and where its parts
 * lie: the same in every precision. For NAME_tmpl.c only, which say how many
 * queries lie side by side (NR, one or two panels), how many rows a product may
 * write too many (MR), and how scores become weights (weigh()).
 */
#ifndef ENGINE_KERNELS_SOFTMAX_H
#define ENGINE_KERNELS_SOFTMAX_H

#include "kernels/attention.h"
#include "kernels/pack.h"
#include "kernels/vec.h"

#include <math.h>

enum { GROUPS = ATTENTION_QUERIES / NR, PANELS = NR / PANEL, VECS = PANEL / VL };

/* Maxima follow the scores (in units of log2) only when these are so much larger: up to
 * there weights and sums do not overflow, and O' is scaled down once in a blue moon. */
static const float SLACK = 32;

/* Scratch of one call. A group is the NR queries of one micro-kernel. */
struct tile {
    float *s;   /* [block][NR] scores of one group */
    void *p;    /* their weights */
    void *q;    /* Q', times scale * log2(e) */
    float *o;   /* [GROUPS][d + MR][NR] */
    float *max; /* [GROUPS][NR] */
    float *sum; /* [GROUPS][NR] */
};

/* Weights of n keys and the 16 queries of a panel of the group at hand: 2^(s - max), to
 * t->p; their sum, even and odd keys apart; the largest score. */
INLINE void weigh(const struct tile *t, int panel, int n, const vec *max, vec *sum, vec *top);

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

/* v[c], lane r = f * from[r][c], c < columns; zero for r >= rows. Both at most VL. */
INLINE void turn(const float *from, ptrdiff_t ld, int rows, int columns, vec f, vec *v)
{
    for (int r = 0; r < VL; r++)
        v[r] = r < rows ? vec_mul(f, vec_load_part(from + r * ld, columns)) : vec_zero();
    vec_transpose(v);
}

/* to[c][r] = f * from[r][c], c < columns, r < width; zero for r >= rows. All at most VL. */
static __attribute__((noinline)) void transpose(const float *from, ptrdiff_t ld, int rows,
                                                int columns, vec f, float *to, ptrdiff_t ldto,
                                                int width)
{
    vec v[VL];

    turn(from, ld, rows, columns, f, v);
    for (int c = 0; c < VL; c++)
        if (c < columns)
            vec_store_part(to + c * ldto, v[c], width);
}

/* O' divided by the sums, queries back in rows. */
static void store_queries(const struct attention *a, int first, const struct tile *t)
{
    for (int j = 0; j < ATTENTION_QUERIES && first + j < a->queries; j += VL) {
        const float *const o = t->o + j / NR * (a->d + MR) * NR + j % NR;
        const vec f = vec_div(vec_set1(1), vec_load(t->sum + j));
        for (int i = 0; i < a->d; i += VL)
            transpose(o + i * NR, NR, smaller(a->d - i, VL), smaller(a->queries - first - j, VL), f,
                      a->out + (first + j) * a->ldo + i, a->ldo, smaller(a->d - i, VL));
    }
}

/* No score where the key, `key` + j, comes after the query, `query` + lane. */
static void mask(float *s, int n, int key, int query)
{
    for (int j = 0; j < n; j++)
        for (int lane = 0; lane < NR && query + lane < key + j; lane++)
            s[j * NR + lane] = -INFINITY;
}

/* The maxima that are too small become those of `top`, and what 16 queries know so far is
 * scaled down to them; by exactly 1 where nothing changes. */
static __attribute__((noinline)) void raise_max(const float *top, float *max, float *sum, float *o,
                                                int d)
{
    float factor[PANEL];

    for (int lane = 0; lane < PANEL; lane++) {
        const bool rises = top[lane] > max[lane] + SLACK;
        factor[lane] = rises ? max[lane] - top[lane] : 0;
        max[lane] = rises ? top[lane] : max[lane];
    }
    for (int v = 0; v < VECS; v++) {
        const vec f = vec_exp2(vec_load(factor + v * VL));
        vec_store(sum + v * VL, vec_mul(f, vec_load(sum + v * VL)));
        for (int i = 0; i < d; i++)
            vec_store(o + i * NR + v * VL, vec_mul(f, vec_load(o + i * NR + v * VL)));
    }
}

/* The first scores of 16 queries, n of each: their maximum is what counts from. */
static void first_max(const float *s, int n, float *max)
{
    for (int v = 0; v < VECS; v++) {
        vec top = vec_set1(-1e30f);
        for (int j = 0; j < n; j++)
            top = vec_max(vec_load(s + j * NR + v * VL), top);
        vec_store(max + v * VL, top);
    }
}

/* Scores of n keys become weights; sums, and if need be O', follow. */
static __attribute__((noinline)) void soften(const struct tile *t, int group, int panel, int n,
                                             int d, bool first)
{
    const int at = group * NR + panel * PANEL;
    const float *const s = t->s + panel * PANEL;
    float *const sum = t->sum + at;
    vec max[VECS], more[VECS], top[VECS];
    float high[PANEL];
    bool risen = false;

    if (first)
        first_max(s, n, t->max + at);
    for (int v = 0; v < VECS; v++)
        max[v] = vec_load(t->max + at + v * VL);
    weigh(t, panel, n, max, more, top);
    for (int v = 0; v < VECS; v++) {
        const vec limit = vec_add(max[v], vec_set1(SLACK));
        vec_store(high + v * VL, top[v]);
        risen |= vec_differ(vec_max(top[v], limit), limit);
    }
    if (risen) {
        raise_max(high, t->max + at, sum, t->o + group * (d + MR) * NR + panel * PANEL, d);
        for (int v = 0; v < VECS; v++)
            max[v] = vec_load(t->max + at + v * VL);
        weigh(t, panel, n, max, more, top);
    }
    for (int v = 0; v < VECS; v++)
        vec_store(sum + v * VL, first ? more[v] : vec_add(vec_load(sum + v * VL), more[v]));
}

#endif
