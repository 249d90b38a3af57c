/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "kernels/micro.h"
#include "kernels/softmax.h"

enum {
    CHUNK = 128, /* of d, where it is large: Q' of a chunk stays in L1 */
    SPARE = 8    /* rows a micro-kernel may touch too many, on any instruction set */
};

/* Keys per block. K, V, scores and what belongs to 16 queries shall fit in 32 KiB of L1;
 * with d above 160 they cannot, and O', 32 KiB by itself, wants few visits. */
static int attention_block(int d)
{
    return d <= 160 ? 48 : 192;
}

/* Floats of a block of K and V, packed. */
static size_t attention_packed_block(int d)
{
    return (size_t)attention_block(d) * (size_t)(2 * d + SPARE);
}

/* Scores, weights, Q', O', maxima and sums. */
static size_t attention_scratch(int d)
{
    return (size_t)attention_block(d) * 64 +
           (size_t)ATTENTION_QUERIES * (size_t)(2 * d + SPARE + 2);
}

/* Q': [GROUPS][chunks][PANELS][chunk][PANEL]. */
static struct tile lay_out(float *scratch, int d)
{
    const int block = attention_block(d);
    struct tile t = { .s = scratch };

    t.p = t.s + block * NR;
    t.q = t.s + 2 * block * NR;
    t.o = t.s + 2 * block * NR + ATTENTION_QUERIES * d;
    t.max = t.o + ATTENTION_QUERIES * (d + MR);
    t.sum = t.max + ATTENTION_QUERIES;
    return t;
}

static int chunk_of(int d)
{
    return d <= 160 ? d : CHUNK;
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
    memset(v + d * block, 0, (size_t)(SPARE * block) * sizeof(float));
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
            float *const to = (float *)t->q + (j / NR * d + start) * NR + (i - start) * PANEL +
                              j % NR / PANEL * len * PANEL + j % PANEL;
            transpose(a->q + at * a->ldq + i, a->ldq, valid, smaller(d - i, VL), factor, to, PANEL,
                      VL);
        }
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

INLINE void weigh(const struct tile *t, int panel, int n, const vec *max, vec *sum, vec *top)
{
    const float *const s = t->s + panel * PANEL;
    float *const p = (float *)t->p + panel * n * PANEL; /* [keys][PANEL] */
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

/* Group g of the queries against the n keys of a block. */
static void attend_block(const struct attention *a, const struct tile *t, int g, const float *k,
                         int n, int key, int query)
{
    const int d = a->d, block = attention_block(d), chunk = chunk_of(d);

    for (int i = 0; i < d; i += chunk)
        multiply(k + i, n, d, smaller(d - i, chunk), (float *)t->q + (g * d + i) * NR, t->s,
                 i == 0);
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
    k->in[PRECISION_F32].attention_pack = pack_block;
    k->in[PRECISION_F32].attend = attend;
    k->in[PRECISION_F32].attention_block = attention_block;
    k->in[PRECISION_F32].attention_packed = attention_packed_block;
    k->in[PRECISION_F32].attention_scratch = attention_scratch;
}
