/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "kernels/pack_bf16.h"
#include "kernels/pack_int8.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include "kernels/x86/pack_sse2.h"
#endif

/* An exponent of all ones, and no other, carries into the sign when one is added. The
 * inner loop has a fixed length so that compilers vectorise it. */
enum { BLOCK = 64 };

static bool finite16(const uint16_t *x, uint16_t exponent, size_t n)
{
    const uint16_t one = exponent & (uint16_t)-exponent;
    uint16_t carry[BLOCK] = { 0 };
    size_t i = 0;

    for (; i + BLOCK <= n; i += BLOCK)
        for (size_t j = 0; j < BLOCK; j++)
            carry[j] |= (uint16_t)((x[i + j] & exponent) + one);
    for (; i < n; i++)
        carry[0] |= (uint16_t)((x[i] & exponent) + one);
    for (size_t j = 1; j < BLOCK; j++)
        carry[0] |= carry[j];
    return !(carry[0] & 0x8000);
}

static bool finite32(const uint32_t *x, size_t n)
{
    uint32_t carry[BLOCK] = { 0 };
    size_t i = 0;

    for (; i + BLOCK <= n; i += BLOCK)
        for (size_t j = 0; j < BLOCK; j++)
            carry[j] |= (x[i + j] & 0x7f800000) + 0x00800000;
    for (; i < n; i++)
        carry[0] |= (x[i] & 0x7f800000) + 0x00800000;
    for (size_t j = 1; j < BLOCK; j++)
        carry[0] |= carry[j];
    return !(carry[0] & 0x80000000);
}

bool all_finite(const void *x, enum storage type, size_t n)
{
    if (type == STORED_F32)
        return finite32(x, n);
    return finite16(x, type == STORED_F16 ? 0x7c00 : 0x7f80, n);
}

void widen_stored(const struct kernels *k, const void *from, enum storage type, size_t n, float *to)
{
    if (type == STORED_F16)
        k->widen_f16(to, from, n);
    else if (type == STORED_BF16)
        k->widen_bf16(to, from, n);
    else
        memcpy(to, from, n * sizeof(*to));
}

static void transpose16(const uint16_t *rows, int count, size_t stride, int len, uint16_t *to)
{
    int i = 0;

    if (count < PANEL)
        memset(to, 0, (size_t)len * PANEL * sizeof(*to));
#if defined(__SSE2__)
    else
        i = transpose16_sse2(rows, stride, len, to);
#endif
    for (; i < len; i++)
        for (int j = 0; j < count; j++)
            to[i * PANEL + j] = rows[(size_t)j * stride + (size_t)i];
}

static void transpose32(const uint32_t *rows, int count, size_t stride, int len, uint32_t *to)
{
    int i = 0;

    if (count < PANEL)
        memset(to, 0, (size_t)len * PANEL * sizeof(*to));
#if defined(__SSE2__)
    else
        i = transpose32_sse2(rows, stride, len, to);
#endif
    for (; i < len; i++)
        for (int j = 0; j < count; j++)
            to[i * PANEL + j] = rows[(size_t)j * stride + (size_t)i];
}

static void pack_matrix(const void *rows, int count, enum storage type, int k, int panels, int q,
                        void *packed)
{
    const int chunk = matrix_chunk(k);

    for (int k0 = 0; k0 < k; k0 += chunk) {
        const int len = k - k0 < chunk ? k - k0 : chunk;
        const size_t at = ((size_t)k0 * (size_t)panels + (size_t)q * (size_t)len) * PANEL;
        if (type == STORED_F32)
            transpose32((const uint32_t *)rows + k0, count, (size_t)k, len,
                        (uint32_t *)packed + at);
        else
            transpose16((const uint16_t *)rows + k0, count, (size_t)k, len,
                        (uint16_t *)packed + at);
    }
}

static void pack_conv3(const void *rows, int count, enum storage type, int c, int panels, int q,
                       void *packed)
{
    const size_t panel = (size_t)c * 9 * PANEL * storage_bytes(type);
    const int k = 9 * c;

    (void)panels;
    if (type == STORED_F32)
        transpose32(rows, count, (size_t)k, k, (uint32_t *)packed + (size_t)q * panel / 4);
    else
        transpose16(rows, count, (size_t)k, k, (uint16_t *)packed + (size_t)q * panel / 2);
}

static enum storage same(enum storage type)
{
    return type;
}

static size_t matrix_bytes(enum storage type, int k, int panels)
{
    return (size_t)k * (size_t)(panels * PANEL) * storage_bytes(type);
}

static size_t conv3_bytes(enum storage type, int c, int panels)
{
    return 9 * matrix_bytes(type, c, panels);
}

const struct packer packers[PRECISION_COUNT] = {
    [PRECISION_F32] = { false, INT_MAX, INT_MAX, same, matrix_bytes, conv3_bytes, pack_matrix,
                        pack_conv3 },
    [PRECISION_BF16] = { false, INT_MAX, INT_MAX, bf16_stored, bf16_matrix_bytes, bf16_conv3_bytes,
                         bf16_pack_matrix, bf16_pack_conv3 },
    [PRECISION_INT8] = { true, INT8_MOST, INT8_MOST_CHANNELS, same, int8_matrix_bytes,
                         int8_conv3_bytes, int8_pack_matrix, int8_pack_conv3 },
};
