/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "kernels/attention.h"
#include "kernels/micro.h"

#include <math.h>

enum { GROUPS = ATTENTION_QUERIES / NR, PANELS = NR / PANEL, VECS = PANEL / VL };

/* Scratch of one call. A group is the NR queries of one micro-kernel. */
struct tile {
    float *s;   /* [block][NR] scores of one group */
    float *p;   /* [PANELS][keys][PANEL] their weights */
    float *q;   /* [GROUPS][PANELS][d][PANEL], times scale * log2(e) */
    float *o;   /* [GROUPS][d + MR][NR] */
    float *max; /* [GROUPS][NR] */
    float *sum; /* [GROUPS][NR] */
};

static struct tile lay_out(float *scratch, int d)
{
    const int block = attention_block(d);
    struct tile t = { .s = scratch };

    t.p = t.s + (block + MR) * NR;
    t.q = t.p + block * NR;
    t.o = t.q + ATTENTION_QUERIES * d;
    t.max = t.o + ATTENTION_QUERIES * (d + MR);
    t.sum = t.max + ATTENTION_QUERIES;
    return t;
}

/* K as it is, behind each block of it V transposed, [d][block]. */
static void pack_block(const struct attention *a, int index)
{
    const int block = attention_block(a->d), first = index * block, d = a->d;
    const int n = a->keys - first < block ? a->keys - first : block;
    float *const k = a->packed + (size_t)index * (size_t)(2 * block * d);
    float *const v = k + block * d;

    for (int j = 0; j < n; j++)
        memcpy(k + j * d, a->k + (first + j) * a->ldk, (size_t)d * sizeof(float));
    for (int i = 0; i < d; i += PANEL) {
        const int end = i + PANEL < d ? i + PANEL : d;
        for (int j = 0; j < n; j++)
            for (int r = i; r < end; r++)
                v[r * block + j] = a->v[(first + j) * a->ldv + r];
    }
}

/* Queries [first, first + ATTENTION_QUERIES), zeros behind the last. */
static void load_queries(const struct attention *a, int first, struct tile *t)
{
    const float factor = a->scale * 1.44269504f;

    memset(t->q, 0, (size_t)(ATTENTION_QUERIES * a->d) * sizeof(float));
    for (int j = 0; j < ATTENTION_QUERIES && first + j < a->queries; j++) {
        const float *const row = a->q + (first + j) * a->ldq;
        float *const column = t->q + j / PANEL * a->d * PANEL + j % PANEL;
        for (int i = 0; i < a->d; i++)
            column[i * PANEL] = factor * row[i];
    }
    for (int j = 0; j < ATTENTION_QUERIES; j++) {
        t->max[j] = -1e30f;
        t->sum[j] = 0;
    }
    memset(t->o, 0, (size_t)(ATTENTION_QUERIES * (a->d + MR)) * sizeof(float));
}

/* c[rows][NR] (+)= a[rows][len] * b; rows up to the next multiple of MR are written too. */
static void multiply(const float *a, int rows, ptrdiff_t lda, int len, const float *b, float *c,
                     bool first)
{
    static const ptrdiff_t zero = 0;
    const float *row[MR];

    for (int i = 0; i < rows; i += MR) {
        for (int r = 0; r < MR; r++)
            row[r] = a + (i + r < rows ? i + r : rows - 1) * lda;
        micro(row, &zero, 1, len, b, c + i * NR, NR, first);
    }
}

/* No score where the key, `key` + j, comes after the query, `query` + lane. */
static void mask(float *s, int n, int key, int query)
{
    for (int j = 0; j < n; j++)
        for (int lane = 0; lane < NR && query + lane < key + j; lane++)
            s[j * NR + lane] = -INFINITY;
}

/* What 16 queries know so far, scaled down from the maxima `old` to `max`; by exactly 1
 * where these are the same. */
static void scale_down(float *o, int d, float *sum, const vec *old, const vec *max)
{
    for (int v = 0; v < VECS; v++) {
        const vec f = vec_exp2(vec_sub(old[v], max[v]));
        vec_store(sum + v * VL, vec_mul(f, vec_load(sum + v * VL)));
        for (int i = 0; i < d; i++)
            vec_store(o + i * NR + v * VL, vec_mul(f, vec_load(o + i * NR + v * VL)));
    }
}

/* The largest score of each of 16 queries, or `max` where it is larger. */
INLINE void raise_max(const float *s, int n, vec *max)
{
    for (int j = 0; j < n; j++)
        for (int v = 0; v < VECS; v++)
            max[v] = vec_max(max[v], vec_load(s + j * NR + v * VL));
}

/* p[n][16] = 2^(s - max), and their sum: even and odd keys apart. */
INLINE void weigh(const float *s, int n, const vec *max, float *p, float *sum)
{
    vec total[2][VECS];

    for (int v = 0; v < VECS; v++)
        total[0][v] = total[1][v] = vec_zero();
    for (int j = 0; j < n; j++)
        for (int v = 0; v < VECS; v++) {
            const vec e = vec_exp2(vec_sub(vec_load(s + j * NR + v * VL), max[v]));
            total[j & 1][v] = vec_add(total[j & 1][v], e);
            vec_store(p + j * PANEL + v * VL, e);
        }
    for (int v = 0; v < VECS; v++) {
        const vec both = vec_add(total[0][v], total[1][v]);
        vec_store(sum + v * VL, vec_add(vec_load(sum + v * VL), both));
    }
}

/* Scores of n keys become weights; the panel's sums and O' follow. */
static void soften(const struct tile *t, int group, int panel, int n, int d)
{
    const float *const s = t->s + panel * PANEL;
    float *const o = t->o + group * (d + MR) * NR + panel * PANEL;
    float *const top = t->max + group * NR + panel * PANEL;
    float *const sum = t->sum + group * NR + panel * PANEL;
    vec old[VECS], max[VECS];
    bool moved = false;

    for (int v = 0; v < VECS; v++)
        old[v] = max[v] = vec_load(top + v * VL);
    raise_max(s, n, max);
    for (int v = 0; v < VECS; v++) {
        moved |= vec_differ(old[v], max[v]);
        vec_store(top + v * VL, max[v]);
    }
    if (moved)
        scale_down(o, d, sum, old, max);
    weigh(s, n, max, t->p + panel * n * PANEL, sum);
}

/* O' divided by the sums, queries back in rows. */
static void store_queries(const struct attention *a, int first, const struct tile *t)
{
    for (int j = 0; j < ATTENTION_QUERIES && first + j < a->queries; j++) {
        float *const row = a->out + (first + j) * a->ldo;
        const float *const column = t->o + j / NR * (a->d + MR) * NR + j % NR;
        const float f = 1 / t->sum[j];
        for (int i = 0; i < a->d; i++)
            row[i] = f * column[i * NR];
    }
}

static void attend(const struct attention *a, int first, float *scratch)
{
    const int block = attention_block(a->d), d = a->d;
    const int end = first + ATTENTION_QUERIES;
    const int keys = a->causal && end < a->keys ? end : a->keys;
    struct tile t = lay_out(scratch, d);

    load_queries(a, first, &t);
    for (int key = 0; key < keys; key += block) {
        const int n = keys - key < block ? keys - key : block;
        const float *const k = a->packed + (size_t)key * (size_t)(2 * d);
        for (int g = 0; g < GROUPS && first + g * NR < a->queries; g++) {
            multiply(k, n, d, d, t.q + g * NR * d, t.s, true);
            if (a->causal)
                mask(t.s, n, key, first + g * NR);
            for (int panel = 0; panel < PANELS; panel++)
                soften(&t, g, panel, n, d);
            multiply(k + block * d, d, block, n, t.p, t.o + g * (d + MR) * NR, false);
        }
    }
    store_queries(a, first, &t);
}

void FOR_ISA(attention_init)(struct kernels *k);

void FOR_ISA(attention_init)(struct kernels *k)
{
    k->attention_pack = pack_block;
    k->attend = attend;
}
