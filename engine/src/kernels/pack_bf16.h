/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * pack_bf16.h - weights and other right-hand sides for products in bf16, as AMX
 * reads them: tiles of 32 inputs by 16 outputs, [16 pairs][16][2], two panels'
 * side by side. 32 inputs are a block: what TDPBF16PS adds up at once.
 *
 *   matrix [n][k]:       [n / 32][k / 32][2][16][16][2]
 *   GEGLU [2 * n][k]:    the same; of the two, the first are values, the second gates
 *   conv3 [n][c][3][3]:  [n / 32][c / 32][3][3][2][16][16][2]
 *
 * Zeros behind the last input, which change no sum.
 */
#ifndef ENGINE_KERNELS_PACK_BF16_H
#define ENGINE_KERNELS_PACK_BF16_H

#include "kernels/pack.h"

enum { BF16_BLOCK = 32, BF16_TILE = BF16_BLOCK * PANEL };

static inline int bf16_blocks(int k)
{
    return (k + BF16_BLOCK - 1) / BF16_BLOCK;
}

/* As struct packer has them. */
enum storage bf16_stored(enum storage type);
size_t bf16_matrix_bytes(enum storage type, int k, int panels);
size_t bf16_conv3_bytes(enum storage type, int c, int panels);
void bf16_pack_matrix(const void *rows, int count, enum storage type, int k, int panels, int q,
                      void *packed);
void bf16_pack_conv3(const void *rows, int count, enum storage type, int c, int panels, int q,
                     void *packed);

#endif
