/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * block_amx.h - block.h on AMX: 32 rows by 32 columns in four tiles, two tiles of
 * A and two of B; per block of 32 terms four loads feed four TDPBF16PS. B is
 * loaded with the hint that it shall not displace A from L1.
 */
#ifndef ENGINE_KERNELS_X86_BLOCK_AMX_H
#define ENGINE_KERNELS_X86_BLOCK_AMX_H

#include "kernels/x86/tiles.h"

#define TILE_MULTIPLY(c, a, b) __asm__ volatile("tdpbf16ps %%tmm" #b ", %%tmm" #a ", %%tmm" #c::)

INLINE void operand_store(operand *p, vec v)
{
    _mm256_storeu_si256((__m256i *)p, (__m256i)_mm512_cvtneps_pbh(v));
}

static __attribute__((noinline)) void multiply_two(const struct group *a, const ptrdiff_t *seg,
                                                   int nseg, const uint16_t *b, float *c,
                                                   ptrdiff_t ldc, bool first)
{
    const ptrdiff_t step0 = a[0].step * 2, step1 = a[1].step * 2, line = 64, row = ldc * 4;
    float *const low = c + GROUP * ldc;

    if (first) {
        TILE_ZERO(0);
        TILE_ZERO(1);
        TILE_ZERO(2);
        TILE_ZERO(3);
    } else {
        TILE_LOAD(0, c, row);
        TILE_LOAD(1, c + PANEL, row);
        TILE_LOAD(2, low, row);
        TILE_LOAD(3, low + PANEL, row);
    }
    for (int s = 0; s < nseg; s++, b += 2 * BF16_TILE) {
        TILE_LOAD(4, a[0].at + seg[s], step0);
        TILE_LOAD_ONCE(6, b, line);
        TILE_MULTIPLY(0, 4, 6);
        TILE_LOAD_ONCE(7, b + BF16_TILE, line);
        TILE_MULTIPLY(1, 4, 7);
        TILE_LOAD(5, a[1].at + seg[s], step1);
        TILE_MULTIPLY(2, 5, 6);
        TILE_MULTIPLY(3, 5, 7);
    }
    TILE_STORE(0, c, row);
    TILE_STORE(1, c + PANEL, row);
    TILE_STORE(2, low, row);
    TILE_STORE(3, low + PANEL, row);
}

static __attribute__((noinline)) void multiply_one(const struct group *a, const ptrdiff_t *seg,
                                                   int nseg, const uint16_t *b, float *c,
                                                   ptrdiff_t ldc, bool first)
{
    const ptrdiff_t step = a->step * 2, line = 64, row = ldc * 4;

    if (first) {
        TILE_ZERO(0);
        TILE_ZERO(1);
    } else {
        TILE_LOAD(0, c, row);
        TILE_LOAD(1, c + PANEL, row);
    }
    for (int s = 0; s < nseg; s++, b += 2 * BF16_TILE) {
        TILE_LOAD(4, a->at + seg[s], step);
        TILE_LOAD_ONCE(6, b, line);
        TILE_MULTIPLY(0, 4, 6);
        TILE_LOAD_ONCE(7, b + BF16_TILE, line);
        TILE_MULTIPLY(1, 4, 7);
    }
    TILE_STORE(0, c, row);
    TILE_STORE(1, c + PANEL, row);
}

INLINE void multiply_block(const struct group *a, int groups, const ptrdiff_t *seg, int nseg,
                           const uint16_t *b, float *c, ptrdiff_t ldc, bool first)
{
    (groups == 2 ? multiply_two : multiply_one)(a, seg, nseg, b, c, ldc, first);
}

#undef TILE_MULTIPLY

#endif
