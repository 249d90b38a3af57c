/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * int8_amx.h - int8.h on AMX, all unsigned (TDPBUUD): 16 rows by 32 columns, of 64
 * inputs at a time. Sums of unsigned numbers may pass 2^31: they are right modulo 2^32,
 * and so is what comes of them. The emulator that tests this computes TDPBUUD alone
 * of its kind correctly.
 */
#ifndef ENGINE_KERNELS_X86_INT8_AMX_H
#define ENGINE_KERNELS_X86_INT8_AMX_H

#include "kernels/x86/ints.h"
#include "kernels/x86/tiles.h"

#define TILE_MULTIPLY(c, a, b) __asm__ volatile("tdpbuud %%tmm" #b ", %%tmm" #a ", %%tmm" #c::)

enum { OFFSET = 0, PART_ROWS = GROUP };

INLINE void int8_store(operand *p, vec b)
{
    ints_store_bytes(p, b);
}

static __attribute__((noinline)) void multiply_part(const operand *a, ptrdiff_t step, int blocks,
                                                    const uint8_t *u, int32_t *sums)
{
    const ptrdiff_t line = INT8_LINE, row = INT8_COLUMNS * sizeof(*sums);

    TILE_ZERO(0);
    TILE_ZERO(1);
    for (int b = 0; b < blocks; b++, u += INT8_BYTES) {
        TILE_LOAD(4, a + b * INT8_BLOCK, step);
        TILE_LOAD_ONCE(6, u, line);
        TILE_MULTIPLY(0, 4, 6);
        TILE_LOAD_ONCE(7, u + INT8_LINE / 2, line);
        TILE_MULTIPLY(1, 4, 7);
    }
    TILE_STORE(0, sums, row);
    TILE_STORE(1, sums + PANEL, row);
}

#undef TILE_MULTIPLY

#endif
