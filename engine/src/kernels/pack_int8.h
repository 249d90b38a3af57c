/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * pack_int8.h - weights as 8-bit numbers with one scale per output.
 *
 * A weight w becomes q = w / scale, rounded to even, from -127 to 127, where scale is the
 * largest |w| of its output over 127, rounded up to 16 significant bits. So q * scale is
 * exact in float32, and packing it again gives the same q and scale: an 8-bit file
 * holds what packing makes of the file it was made from.
 *
 * What lies in memory is u = q + 128, because AMX multiplies unsigned numbers best
 * (TDPBUUD), and others do not mind. 32 outputs at a time: 64 inputs are a block,
 * four inputs of all 32 outputs are a line of 128 bytes; behind the blocks lie the
 * scales and, for every tap, the sums of u:
 *
 *   matrix [n][k], GEGLU:  [n / 32]{ u[k / 64][16][32][4], scale[32], sum[32] }
 *   conv3 [n][c][3][3]:    [n / 32]{ u[3][3][c / 64][16][32][4], scale[32], sum[3][3][32] }
 *
 * Zeros behind the last input, which change no sum.
 */
#ifndef ENGINE_KERNELS_PACK_INT8_H
#define ENGINE_KERNELS_PACK_INT8_H

#include "kernels/pack.h"

enum { INT8_BLOCK = 64, INT8_LINE = 128, INT8_COLUMNS = 2 * PANEL };
enum { INT8_BYTES = INT8_BLOCK / 4 * INT8_LINE }; /* of a block of 32 outputs */

/* Most inputs: sums of 255 * 255 per input fit 31 bits, and sums of 255 the 24 of a float; a
 * pixel's channels lie on the stack. */
enum { INT8_MOST = 1 << 15, INT8_MOST_CHANNELS = 4096 };

static inline int int8_blocks(int k)
{
    return (k + INT8_BLOCK - 1) / INT8_BLOCK;
}

/* 32 outputs of a weight. */
struct int8_columns {
    const uint8_t *u; /* tap after tap */
    const float *scale;
    const int32_t *sum; /* [taps][32] */
};

static inline size_t int8_columns_bytes(int k, int taps)
{
    return (size_t)taps * (size_t)int8_blocks(k) * INT8_BYTES + (size_t)(1 + taps) * INT8_LINE;
}

/* Outputs [n, n + 32), n a multiple of 32, of a weight of k inputs per tap. */
static inline struct int8_columns int8_columns_at(const void *weight, int k, int taps, int n)
{
    const uint8_t *const u =
        (const uint8_t *)weight + (size_t)(n / INT8_COLUMNS) * int8_columns_bytes(k, taps);
    const uint8_t *const end = u + (size_t)taps * (size_t)int8_blocks(k) * INT8_BYTES;

    return (struct int8_columns){ u, (const float *)(const void *)end,
                                  (const int32_t *)(const void *)(end + INT8_LINE) };
}

/* The scale of n weights, and the weights as multiples of it. */
float int8_scale(const float *x, size_t n);
void int8_round(const float *x, size_t n, float scale, int8_t *q);

/* As struct packer has them; `rows` are floats. */
size_t int8_matrix_bytes(enum storage type, int k, int panels);
size_t int8_conv3_bytes(enum storage type, int c, int panels);
void int8_pack_matrix(const void *rows, int count, enum storage type, int k, int panels, int q,
                      void *packed);
void int8_pack_conv3(const void *rows, int count, enum storage type, int c, int panels, int q,
                     void *packed);

#endif
