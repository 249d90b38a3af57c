/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * block.h - the one function all products in bf16 are made of.
 *
 *     multiply_block(a, groups, seg, nseg, b, c, ldc, first)
 *     c[16 * groups][32] (+)= sum over s < nseg: a[r][seg[s] ... + 32) * b[s][32][32]
 *
 * The order is that of AMX' TDPBF16PS, which is the definition: per 32 terms two
 * sums from zero, of the even and of the odd ones, by fused multiply-adds in
 * ascending order (products of bf16 are exact in float32); then c += even + odd.
 * Subnormal numbers count as zero. Sets without tiles do just that with vectors.
 *
 * A is read in place, in one or two groups of 16 rows; a group's rows are evenly
 * spaced. Its numbers are of type `operand`: bf16 where there are tiles, else
 * floats already rounded. operand_store(p, v): VL of them. B as in pack_bf16.h:
 * two tiles per block. A set that needs to be told when tiles are in use has
 * tiles_begin() and tiles_end(), around all calls of a kernel.
 */
#ifndef ENGINE_KERNELS_BLOCK_H
#define ENGINE_KERNELS_BLOCK_H

#include "kernels/pack_bf16.h"
#include "kernels/vec.h"

#if defined(ISA_AMX)
typedef uint16_t operand;
#else
typedef float operand;
#endif

#include "kernels/group.h"

#if defined(ISA_AMX)
#include "kernels/x86/block_amx.h"
#else
#include "kernels/block_vec.h"
#endif

/* The same, for blocks that follow one another in the rows of A. */
static inline void multiply_line(const struct group *a, int groups, int blocks, const uint16_t *b,
                                 float *c, ptrdiff_t ldc, bool first)
{
    enum { MOST = 64 };
    struct group part[2] = { a[0], a[groups - 1] };
    ptrdiff_t seg[MOST];

    for (int s = 0; s < MOST; s++)
        seg[s] = s * BF16_BLOCK;
    for (int s = 0; s < blocks; s += MOST) {
        multiply_block(part, groups, seg, blocks - s < MOST ? blocks - s : MOST, b, c, ldc,
                       first && s == 0);
        part[0].at += MOST * BF16_BLOCK;
        part[1].at += MOST * BF16_BLOCK;
        b += MOST * 2 * BF16_TILE;
    }
}

/* x[n], rounded, and zeros up to the next multiple of 32. */
INLINE void round_row(const float *x, int n, operand *to)
{
    int i = 0;

    for (; i + VL <= n; i += VL)
        operand_store(to + i, vec_load(x + i));
    for (; i < bf16_blocks(n) * BF16_BLOCK; i += VL)
        operand_store(to + i, vec_load_n(x + (i < n ? i : 0), i < n ? n - i : 0));
}

#endif
