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

#include "kernels/kernels.h"

enum { ATTENTION_QUERIES = 64 }; /* what one call of attend() works on at once */

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

/* Blocks of keys, and floats they take packed, of one head. */
static inline int attention_blocks(const struct arithmetic *in, int keys, int d)
{
    return (keys + in->attention_block(d) - 1) / in->attention_block(d);
}

static inline size_t attention_packed(const struct arithmetic *in, int keys, int d)
{
    return (size_t)attention_blocks(in, keys, d) * in->attention_packed(d);
}

#endif
