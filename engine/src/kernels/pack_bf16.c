/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "kernels/pack_bf16.h"

#include <string.h>

static uint32_t float_bits(float x)
{
    uint32_t bits;

    memcpy(&bits, &x, sizeof(bits));
    return bits;
}

/* Round to even; subnormal numbers become zero. */
static uint16_t from_f32(uint32_t bits)
{
    if ((bits & 0x7fffffff) < 0x00800000)
        return (uint16_t)(bits >> 16 & 0x8000);
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

static uint16_t from_f16(uint16_t h)
{
    const uint32_t sign = (uint32_t)(h & 0x8000) << 16, rest = h & 0x7fff;

    if (rest < 0x0400)
        return (uint16_t)(from_f32(float_bits((float)rest * 0x1p-24f)) | sign >> 16);
    return from_f32(sign | ((rest << 13) + (112u << 23)));
}

/* A bf16's subnormal numbers are float32's. */
static uint16_t from_bf16(uint16_t h)
{
    return h & 0x7f80 ? h : h & 0x8000;
}

/* Number i of rows as bf16. */
static uint16_t bf16_at(const void *rows, enum storage type, size_t i)
{
    if (type == STORED_F32)
        return from_f32(((const uint32_t *)rows)[i]);
    if (type == STORED_F16)
        return from_f16(((const uint16_t *)rows)[i]);
    return from_bf16(((const uint16_t *)rows)[i]);
}

enum storage bf16_stored(enum storage type)
{
    (void)type;
    return STORED_BF16;
}

size_t bf16_matrix_bytes(enum storage type, int k, int panels)
{
    (void)type;
    return (size_t)bf16_blocks(k) * (size_t)panels * BF16_TILE * sizeof(uint16_t);
}

size_t bf16_conv3_bytes(enum storage type, int c, int panels)
{
    return 9 * bf16_matrix_bytes(type, c, panels);
}

/* Tile `block` of panel q, of `blocks`. */
static uint16_t *tile_at(void *packed, int blocks, int q, int block)
{
    return (uint16_t *)packed +
           (((size_t)(q / 2) * (size_t)blocks + (size_t)block) * 2 + (size_t)(q % 2)) * BF16_TILE;
}

/* Numbers first + i * step, i < len, of `count` rows of `length` to a tile. */
static void fill_tile(const void *rows, int count, enum storage type, size_t length, size_t first,
                      size_t step, int len, uint16_t *tile)
{
    memset(tile, 0, BF16_TILE * sizeof(*tile));
    for (int j = 0; j < count; j++)
        for (int i = 0; i < len; i++)
            tile[i / 2 * 2 * PANEL + 2 * j + i % 2] =
                bf16_at(rows, type, (size_t)j * length + first + (size_t)i * step);
}

void bf16_pack_matrix(const void *rows, int count, enum storage type, int k, int panels, int q,
                      void *packed)
{
    const int blocks = bf16_blocks(k);

    (void)panels;
    for (int b = 0; b < blocks; b++) {
        const int first = b * BF16_BLOCK, left = k - first;
        fill_tile(rows, count, type, (size_t)k, (size_t)first, 1,
                  left < BF16_BLOCK ? left : BF16_BLOCK, tile_at(packed, blocks, q, b));
    }
}

void bf16_pack_conv3(const void *rows, int count, enum storage type, int c, int panels, int q,
                     void *packed)
{
    const int blocks = 9 * bf16_blocks(c);

    (void)panels;
    for (int b = 0; b < blocks; b++) {
        const int first = b / 9 * BF16_BLOCK, left = c - first;
        fill_tile(rows, count, type, (size_t)c * 9, (size_t)first * 9 + (size_t)(b % 9), 9,
                  left < BF16_BLOCK ? left : BF16_BLOCK, tile_at(packed, blocks, q, b));
    }
}
