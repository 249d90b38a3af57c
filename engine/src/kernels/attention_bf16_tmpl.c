/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * attention_bf16_tmpl.c - attention in bf16: as attention_tmpl.c, but q (times
 * scale * log2(e)), k, v and the weights are rounded, blocks are of 128 keys and
 * products those of multiply_block(). Scores, sums and O' are float32.
 */
#include "kernels/block.h"

enum { NR = BLOCK_COLUMNS, MR = GROUP, KEYS = 128 };

#include "kernels/softmax.h"

/* Columns of q and k, with zeros behind. */
static int depth_of(int d)
{
    return bf16_blocks(d) * BF16_BLOCK;
}

/* Rows of V' and O'. */
static int height_of(int d)
{
    return (d + GROUP - 1) / GROUP * GROUP;
}

static int attention_block(int d)
{
    (void)d;
    return KEYS;
}

/* K [KEYS][depth] and V' [height][KEYS]. */
static size_t attention_packed_block(int d)
{
    return (size_t)KEYS * (size_t)(depth_of(d) + height_of(d));
}

static size_t attention_scratch(int d)
{
    return (size_t)KEYS * (NR + NR / 2) +
           (size_t)ATTENTION_QUERIES * (size_t)(depth_of(d) / 2 + d + MR + 2);
}

/* p: [keys / 32][2][16][16][2], q: [GROUPS][depth / 32][2][16][16][2]. */
static struct tile lay_out(float *scratch, int d)
{
    struct tile t = { .s = scratch };

    t.p = t.s + KEYS * NR;
    t.q = t.s + KEYS * (NR + NR / 2);
    t.o = (float *)t.q + ATTENTION_QUERIES * depth_of(d) / 2;
    t.max = t.o + ATTENTION_QUERIES * (d + MR);
    t.sum = t.max + ATTENTION_QUERIES;
    return t;
}

/* Keys [j, j + VL) of V, turned: columns [i, i + VL) to rows of V', `height` in all. */
static __attribute__((noinline)) void pack_values(const struct attention *a, int j, int rows, int i,
                                                  operand *to)
{
    vec v[VL];

    turn(a->v + j * a->ldv + i, a->ldv, rows, smaller(a->d - i, VL), vec_set1(1), v);
    for (int c = 0; c < VL; c++)
        if (i + c < a->d)
            operand_store(to + (i + c) * KEYS, v[c]);
}

static void pack_block(const struct attention *a, int index)
{
    const int first = index * KEYS, depth = depth_of(a->d), height = height_of(a->d);
    const int n = smaller(a->keys - first, KEYS);
    operand *const k = (operand *)a->packed + (size_t)index * attention_packed_block(a->d);
    operand *const v = k + KEYS * depth;

    for (int j = 0; j < n; j++)
        round_row(a->k + (first + j) * a->ldk, a->d, k + j * depth);
    memset(k + n * depth, 0, (size_t)((KEYS - n) * depth) * sizeof(*k));
    for (int j = 0; j < KEYS; j += VL)
        for (int i = 0; i < a->d; i += VL)
            pack_values(a, first + smaller(j, n - 1), n - j, i, v + j);
    memset(v + a->d * KEYS, 0, (size_t)((height - a->d) * KEYS) * sizeof(*v));
}

/* 16 queries, or what a vector holds of them, columns [i, i + VL), to pairs. */
static __attribute__((noinline)) void load_pairs(const struct attention *a, int query, int i,
                                                 uint16_t *to)
{
    const vec factor = vec_set1(a->scale * 1.44269504f);
    const int at = smaller(query, a->queries - 1), left = a->d - i;
    vec v[VL];

    if (left > 0)
        turn(a->q + at * a->ldq + i, a->ldq, a->queries - query, smaller(left, VL), factor, v);
    for (int c = 0; c < VL; c += 2)
        vec_store_pair(to + c * PANEL, c < left ? v[c] : vec_zero(),
                       c + 1 < left ? v[c + 1] : vec_zero());
}

/* Queries [first, first + ATTENTION_QUERIES), zeros behind the last. */
static void load_queries(const struct attention *a, int first, const struct tile *t)
{
    const int depth = depth_of(a->d);

    for (int j = 0; j < ATTENTION_QUERIES; j += VL)
        for (int i = 0; i < depth; i += VL)
            load_pairs(a, first + j, i,
                       (uint16_t *)t->q + j / NR * depth * NR + i / BF16_BLOCK * 2 * BF16_TILE +
                           j % NR / PANEL * BF16_TILE + i % BF16_BLOCK * PANEL + j % PANEL * 2);
}

/* Of weights in bf16 the rough exponential is enough; sums are those before rounding. */
INLINE void weigh(const struct tile *t, int panel, int n, const vec *max, vec *sum, vec *top)
{
    const float *const s = t->s + panel * PANEL;
    uint16_t *const p = (uint16_t *)t->p + panel * BF16_TILE;
    vec odd[VECS];

    for (int v = 0; v < VECS; v++) {
        sum[v] = odd[v] = vec_zero();
        top[v] = vec_set1(-1e30f);
    }
    for (int j = 0; j < n; j += 2)
        for (int v = 0; v < VECS; v++) {
            const vec x = vec_load(s + j * NR + v * VL), y = vec_load(s + (j + 1) * NR + v * VL);
            const vec e = vec_exp2_rough(vec_sub(x, max[v]));
            const vec f = vec_exp2_rough(vec_sub(y, max[v]));
            top[v] = vec_max(vec_max(x, y), top[v]);
            sum[v] = vec_add(sum[v], e);
            odd[v] = vec_add(odd[v], f);
            vec_store_pair(p + j / BF16_BLOCK * 2 * BF16_TILE + j % BF16_BLOCK * PANEL + 2 * v * VL,
                           e, f);
        }
    for (int v = 0; v < VECS; v++)
        sum[v] = vec_add(sum[v], odd[v]);
}

/* c[rows][NR] (+)= a[rows][32 * blocks] * b, rows a multiple of 16. */
static void multiply(const operand *a, int rows, ptrdiff_t lda, int blocks, const uint16_t *b,
                     float *c, bool first)
{
    for (int i = 0; i < rows; i += BLOCK_ROWS) {
        const struct group part[2] = { { a + i * lda, lda }, { a + (i + GROUP) * lda, lda } };
        multiply_line(part, rows - i > GROUP ? 2 : 1, blocks, b, c + i * NR, NR, first);
    }
}

/* Group g of the queries against the n keys of a block. */
static void attend_block(const struct attention *a, const struct tile *t, int g, const operand *k,
                         int n, int key, int query)
{
    const int depth = depth_of(a->d), all = bf16_blocks(n) * BF16_BLOCK;

    multiply(k, all, depth, depth / BF16_BLOCK, (uint16_t *)t->q + g * depth * NR, t->s, true);
    if (a->causal)
        mask(t->s, n, key, query);
    for (int i = n * NR; i < all * NR; i++)
        t->s[i] = -INFINITY;
    for (int panel = 0; panel < PANELS; panel++)
        soften(t, g, panel, all, a->d, key == 0);
    multiply(k + KEYS * depth, height_of(a->d), KEYS, all / BF16_BLOCK, t->p,
             t->o + g * (a->d + MR) * NR, key == 0);
}

static void attend(const struct attention *a, int first, float *scratch)
{
    const int end = first + ATTENTION_QUERIES;
    const int keys = a->causal ? smaller(end, a->keys) : a->keys;
    const struct tile t = lay_out(scratch, a->d);

    tiles_begin();
    load_queries(a, first, &t);
    for (int key = 0; key < keys; key += KEYS)
        for (int g = 0; g < GROUPS && first + g * NR < a->queries; g++)
            attend_block(a, &t, g,
                         (const operand *)a->packed +
                             (size_t)(key / KEYS) * attention_packed_block(a->d),
                         smaller(keys - key, KEYS), key, first + g * NR);
    store_queries(a, first, &t);
    tiles_end();
}

void FOR_ISA(attention_bf16_init)(struct kernels *k);

void FOR_ISA(attention_bf16_init)(struct kernels *k)
{
    struct arithmetic *const in = &k->in[PRECISION_BF16];

    in->attention_pack = pack_block;
    in->attend = attend;
    in->attention_block = attention_block;
    in->attention_packed = attention_packed_block;
    in->attention_scratch = attention_scratch;
}
