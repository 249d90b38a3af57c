/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "kernels/pack_int8.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { LANES = 16, HALF = 128 };

float int8_scale(const float *x, size_t n)
{
    float most[LANES] = { 0 };
    uint32_t bits;
    size_t i = 0;

    for (; i + LANES <= n; i += LANES)
        for (size_t j = 0; j < LANES; j++)
            most[j] = fabsf(x[i + j]) > most[j] ? fabsf(x[i + j]) : most[j];
    for (; i < n; i++)
        most[0] = fabsf(x[i]) > most[0] ? fabsf(x[i]) : most[0];
    for (size_t j = 1; j < LANES; j++)
        most[0] = most[j] > most[0] ? most[j] : most[0];
    if (most[0] < 1e-30f) /* its inverse would not be finite */
        return 0;
    const float scale = most[0] / 127;
    memcpy(&bits, &scale, sizeof(bits));
    bits = (bits + 0xff) & ~0xffu;
    memcpy(most, &bits, sizeof(bits));
    return most[0];
}

/* The low bits of x + 1.5 * 2^23 are x as an integer. Loops have a fixed length so that
 * compilers vectorise them. */
static void round_lanes(const float *x, float inverse, int8_t *q)
{
    float y[LANES];
    int32_t bits[LANES];

    for (int i = 0; i < LANES; i++)
        y[i] = x[i] * inverse + 12582912.0f;
    memcpy(bits, y, sizeof(bits));
    for (int i = 0; i < LANES; i++)
        q[i] = (int8_t)(bits[i] & 0xff);
}

void int8_round(const float *x, size_t n, float scale, int8_t *q)
{
    const float inverse = scale > 0 ? 1 / scale : 0;
    float rest[LANES] = { 0 };
    int8_t last[LANES];
    size_t i = 0;

    for (; i + LANES <= n; i += LANES)
        round_lanes(x + i, inverse, q + i);
    memcpy(rest, x + i, (n - i) * sizeof(*x));
    round_lanes(rest, inverse, last);
    memcpy(q + i, last, n - i);
}

size_t int8_matrix_bytes(enum storage type, int k, int panels)
{
    (void)type;
    return (size_t)(panels / 2) * int8_columns_bytes(k, 1);
}

size_t int8_conv3_bytes(enum storage type, int c, int panels)
{
    (void)type;
    return (size_t)(panels / 2) * int8_columns_bytes(c, 9);
}

/* Inputs [first, first + len) of one tap of one output to column j; the sum of its u. */
static int32_t fill_column(const float *row, int len, int taps, float scale, uint8_t *block, int j)
{
    float x[INT8_BLOCK] = { 0 };
    int8_t q[INT8_BLOCK];
    uint8_t u[INT8_BLOCK];
    int32_t sum = 0;

    for (int i = 0; i < len; i++)
        x[i] = row[i * taps];
    int8_round(x, INT8_BLOCK, scale, q);
    for (int i = 0; i < INT8_BLOCK; i++)
        u[i] = (uint8_t)(q[i] + HALF);
    memset(u + len, 0, (size_t)(INT8_BLOCK - len));
    for (int i = 0; i < INT8_BLOCK; i++)
        sum += u[i];
    for (int i = 0; i < INT8_BLOCK; i += 4)
        memcpy(block + i / 4 * INT8_LINE + j * 4, u + i, 4);
    return sum;
}

/* Panel q of `count` rows of k inputs of `taps` each, the taps of an input side by side. */
static void pack_panel(const float *rows, int count, int k, int taps, int q, void *packed)
{
    const int blocks = int8_blocks(k), side = q % 2 * PANEL;
    uint8_t *const u = (uint8_t *)packed + (size_t)(q / 2) * int8_columns_bytes(k, taps);
    uint8_t *const end = u + (size_t)(taps * blocks) * INT8_BYTES;
    float *const scale = (float *)(void *)end + side;
    int32_t *const sum = (int32_t *)(void *)(end + INT8_LINE) + side;

    memset(scale, 0, PANEL * sizeof(*scale));
    for (int t = 0; t < taps; t++)
        memset(sum + t * INT8_COLUMNS, 0, PANEL * sizeof(*sum));
    for (int line = 0; count < PANEL && line < taps * blocks * INT8_BLOCK / 4; line++)
        memset(u + (size_t)line * INT8_LINE + side * 4, 0, PANEL * 4);
    const size_t length = (size_t)k * (size_t)taps;
    for (int j = 0; j < count; j++)
        scale[j] = int8_scale(rows + (size_t)j * length, length);
    for (int b = 0; b < blocks; b++)
        for (int t = 0; t < taps; t++)
            for (int j = 0; j < count; j++) {
                const int first = b * INT8_BLOCK, left = k - first;
                sum[t * INT8_COLUMNS + j] +=
                    fill_column(rows + (size_t)j * length + (size_t)(first * taps + t),
                                left < INT8_BLOCK ? left : INT8_BLOCK, taps, scale[j],
                                u + (size_t)(t * blocks + b) * INT8_BYTES, side + j);
            }
}

void int8_pack_matrix(const void *rows, int count, enum storage type, int k, int panels, int q,
                      void *packed)
{
    assert(type == STORED_F32);
    (void)type;
    (void)panels;
    pack_panel(rows, count, k, 1, q, packed);
}

void int8_pack_conv3(const void *rows, int count, enum storage type, int c, int panels, int q,
                     void *packed)
{
    assert(type == STORED_F32);
    (void)type;
    (void)panels;
    pack_panel(rows, count, c, 9, q, packed);
}
