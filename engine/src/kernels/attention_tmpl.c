/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "kernels/attention.h"
#include "kernels/micro.h"

#include <math.h>

enum {
    GROUPS = ATTENTION_QUERIES / NR,
    PANELS = NR / PANEL,
    VECS = PANEL / VL,
    CHUNK = 128 /* of d, where it is large: Q' of a chunk stays in L1 */
};

/* Maxima follow the scores (in units of log2) only when these are so much larger: up to
 * there weights and sums do not overflow, and O' is scaled down once in a blue moon. */
static const float SLACK = 32;

/* Scratch of one call. A group is the NR queries of one micro-kernel. */
struct tile {
    float *s;   /* [block][NR] scores of one group */
    float *p;   /* [PANELS][keys][PANEL] their weights */
    float *q;   /* [GROUPS][chunks][PANELS][chunk][PANEL], times scale * log2(e) */
    float *o;   /* [GROUPS][d + MR][NR] */
    float *max; /* [GROUPS][NR] */
    float *sum; /* [GROUPS][NR] */
};

static struct tile lay_out(float *scratch, int d)
{
    const int block = attention_block(d);
    struct tile t = { .s = scratch };

    t.p = t.s + block * NR;
    t.q = t.p + block * NR;
    t.o = t.q + ATTENTION_QUERIES * d;
    t.max = t.o + ATTENTION_QUERIES * (d + MR);
    t.sum = t.max + ATTENTION_QUERIES;
    return t;
}

static int chunk_of(int d)
{
    return d <= 160 ? d : CHUNK;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

/* to[c][r] = f * from[r][c], c < columns, r < width; zero for r >= rows. All at most VL. */
static __attribute__((noinline)) void transpose(const float *from, ptrdiff_t ld, int rows,
                                                int columns, vec f, float *to, ptrdiff_t ldto,
                                                int width)
{
    vec v[VL];

    for (int r = 0; r < VL; r++)
        v[r] = r < rows ? vec_mul(f, vec_load_part(from + r * ld, columns)) : vec_zero();
    vec_transpose(v);
    for (int c = 0; c < VL; c++)
        if (c < columns)
            vec_store_part(to + c * ldto, v[c], width);
}

/* K as it is, [block][d], and V transposed, [d + spare][block]; zeros behind the last key. */
static void pack_block(const struct attention *a, int index)
{
    const int block = attention_block(a->d), first = index * block, d = a->d;
    const int n = smaller(a->keys - first, block);
    float *const k = a->packed + (size_t)index * attention_packed_block(d);
    float *const v = k + block * d;

    for (int j = 0; j < n; j++)
        memcpy(k + j * d, a->k + (first + j) * a->ldk, (size_t)d * sizeof(float));
    memset(k + n * d, 0, (size_t)((block - n) * d) * sizeof(float));
    for (int j = 0; j < block; j += VL)
        for (int i = 0; i < d; i += VL)
            transpose(a->v + (first + smaller(j, n - 1)) * a->ldv + i, a->ldv, n - j,
                      smaller(d - i, VL), vec_set1(1), v + i * block + j, block, VL);
    memset(v + d * block, 0, (size_t)(ATTENTION_SPARE * block) * sizeof(float));
}

/* Queries [first, first + ATTENTION_QUERIES), zeros behind the last. */
static void load_queries(const struct attention *a, int first, const struct tile *t)
{
    const vec factor = vec_set1(a->scale * 1.44269504f);
    const int d = a->d, chunk = chunk_of(d);

    for (int j = 0; j < ATTENTION_QUERIES; j += VL) {
        const int at = smaller(first + j, a->queries - 1), valid = a->queries - first - j;
        for (int i = 0; i < d; i += VL) {
            const int start = i / chunk * chunk, len = smaller(d - start, chunk);
            float *const to = t->q + (j / NR * d + start) * NR + (i - start) * PANEL +
                              j % NR / PANEL * len * PANEL + j % PANEL;
            transpose(a->q + at * a->ldq + i, a->ldq, valid, smaller(d - i, VL), factor, to, PANEL,
                      VL);
        }
    }
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

/* c[rows][NR] (+)= a[rows][len] * b, for rows up to the next multiple of MR. */
static __attribute__((noinline)) void multiply(const float *a, int rows, ptrdiff_t lda, int len,
                                               const float *b, float *c, bool first)
{
    static const ptrdiff_t zero = 0;
    const float *row[MR];

    for (int r = 0; r < MR; r++)
        row[r] = a + r * lda;
    for (int i = 0; i < rows; i += MR) {
        micro(row, &zero, 1, len, b, c + i * NR, NR, first);
        for (int r = 0; r < MR; r++)
            row[r] += MR * lda;
    }
}

/* No score where the key, `key` + j, comes after the query, `query` + lane. */
static void mask(float *s, int n, int key, int query)
{
    for (int j = 0; j < n; j++)
        for (int lane = 0; lane < NR && query + lane < key + j; lane++)
            s[j * NR + lane] = -INFINITY;
}

/* Weights p[n][16] = 2^(s - max); their sum, even and odd keys apart; the largest score. */
INLINE void weigh(const float *s, int n, const vec *max, float *p, vec *sum, vec *top)
{
    vec odd[VECS];
    int j = 0;

    for (int v = 0; v < VECS; v++) {
        sum[v] = odd[v] = vec_zero();
        top[v] = vec_set1(-1e30f);
    }
    for (; j + 2 <= n; j += 2)
        for (int v = 0; v < VECS; v++) {
            const vec x = vec_load(s + j * NR + v * VL), y = vec_load(s + (j + 1) * NR + v * VL);
            const vec e = vec_exp2(vec_sub(x, max[v])), f = vec_exp2(vec_sub(y, max[v]));
            top[v] = vec_max(vec_max(x, y), top[v]);
            sum[v] = vec_add(sum[v], e);
            odd[v] = vec_add(odd[v], f);
            vec_store(p + j * PANEL + v * VL, e);
            vec_store(p + (j + 1) * PANEL + v * VL, f);
        }
    for (int v = 0; v < VECS; v++) {
        if (j < n) {
            const vec x = vec_load(s + j * NR + v * VL), e = vec_exp2(vec_sub(x, max[v]));
            top[v] = vec_max(x, top[v]);
            sum[v] = vec_add(sum[v], e);
            vec_store(p + j * PANEL + v * VL, e);
        }
        sum[v] = vec_add(sum[v], odd[v]);
    }
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
    float *const p = t->p + panel * n * PANEL, *const sum = t->sum + at;
    vec max[VECS], more[VECS], top[VECS];
    float high[PANEL];
    bool risen = false;

    if (first)
        first_max(s, n, t->max + at);
    for (int v = 0; v < VECS; v++)
        max[v] = vec_load(t->max + at + v * VL);
    weigh(s, n, max, p, more, top);
    for (int v = 0; v < VECS; v++) {
        const vec limit = vec_add(max[v], vec_set1(SLACK));
        vec_store(high + v * VL, top[v]);
        risen |= vec_differ(vec_max(top[v], limit), limit);
    }
    if (risen) {
        raise_max(high, t->max + at, sum, t->o + group * (d + MR) * NR + panel * PANEL, d);
        for (int v = 0; v < VECS; v++)
            max[v] = vec_load(t->max + at + v * VL);
        weigh(s, n, max, p, more, top);
    }
    for (int v = 0; v < VECS; v++)
        vec_store(sum + v * VL, first ? more[v] : vec_add(vec_load(sum + v * VL), more[v]));
}

/* Group g of the queries against the n keys of a block. */
static void attend_block(const struct attention *a, const struct tile *t, int g, const float *k,
                         int n, int key, int query)
{
    const int d = a->d, block = attention_block(d), chunk = chunk_of(d);

    for (int i = 0; i < d; i += chunk)
        multiply(k + i, n, d, smaller(d - i, chunk), t->q + (g * d + i) * NR, t->s, i == 0);
    if (a->causal)
        mask(t->s, n, key, query);
    for (int panel = 0; panel < PANELS; panel++)
        soften(t, g, panel, n, d, key == 0);
    multiply(k + block * d, d, block, n, t->p, t->o + g * (d + MR) * NR, key == 0);
}

static void attend(const struct attention *a, int first, float *scratch)
{
    const int block = attention_block(a->d), end = first + ATTENTION_QUERIES;
    const int keys = a->causal ? smaller(end, a->keys) : a->keys;
    const struct tile t = lay_out(scratch, a->d);

    load_queries(a, first, &t);
    for (int key = 0; key < keys; key += block)
        for (int g = 0; g < GROUPS && first + g * NR < a->queries; g++)
            attend_block(a, &t, g, a->packed + (size_t)(key / block) * attention_packed_block(a->d),
                         smaller(keys - key, block), key, first + g * NR);
    store_queries(a, first, &t);
}

void FOR_ISA(attention_init)(struct kernels *k);

void FOR_ISA(attention_init)(struct kernels *k)
{
    k->attention_pack = pack_block;
    k->attend = attend;
}
