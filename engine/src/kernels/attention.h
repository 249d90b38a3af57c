/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * attention.h - one head of attention: softmax(scale * Q K') V, with memory for
 * a tile of it only.
 *
 * Online softmax (Milakov and Gimelshein, arXiv:1805.02867): keys come in blocks.
 * Exponents count from the largest score of the first block; what was summed is
 * scaled down only when a later score is 2^32 times as heavy. Queries lie across
 * the lanes, S' = K Q' and O' = V' P', so that maximum, exponential and sum never
 * cross lanes and both products are the micro-kernel's. The keys per block and
 * that 2^32 are part of the result, so no instruction set may choose its own; no
 * query's result depends on its neighbours.
 */
#ifndef ENGINE_KERNELS_ATTENTION_H
#define ENGINE_KERNELS_ATTENTION_H

#include <stdbool.h>
#include <stddef.h>

enum {
    ATTENTION_QUERIES = 64, /* what one call of kernels.attend works on at once */
    ATTENTION_SPARE = 8     /* rows a micro-kernel may touch too many */
};

/* Rows are ld* floats apart. */
struct attention {
    const float *q;     /* [queries][d] */
    const float *k, *v; /* [keys][d] */
    float *out;         /* [queries][d] */
    ptrdiff_t ldq, ldk, ldv, ldo;
    int queries, keys, d; /* keys >= 1 */
    float scale;          /* of the scores */
    bool causal;          /* key j only for queries i >= j */
    float *packed;        /* attention_packed() floats, 64-byte aligned */
};

/* Keys per block. K, V, scores and what belongs to 16 queries shall fit in 32 KiB of L1;
 * with d above 160 they cannot, and O', 32 KiB by itself, wants few visits. */
static inline int attention_block(int d)
{
    return d <= 160 ? 48 : 192;
}

static inline int attention_blocks(int keys, int d)
{
    return (keys + attention_block(d) - 1) / attention_block(d);
}

/* Floats of a block of K and V, packed. */
static inline size_t attention_packed_block(int d)
{
    return (size_t)attention_block(d) * (size_t)(2 * d + ATTENTION_SPARE);
}

/* Floats of K and V of one head, packed. */
static inline size_t attention_packed(int keys, int d)
{
    return (size_t)attention_blocks(keys, d) * attention_packed_block(d);
}

/* Floats of scratch for a call of kernels.attend: scores, weights, Q', O', maxima and
 * sums; the same for all instruction sets. */
static inline size_t attention_scratch(int d)
{
    return (size_t)attention_block(d) * 64 +
           (size_t)ATTENTION_QUERIES * (size_t)(2 * d + ATTENTION_SPARE + 2);
}

#endif
