/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * pack_sse2.h - sixteen rows to columns, for pack.c, with what every x86-64 has.
 * Both do as many columns as they can and say how many.
 */
#ifndef ENGINE_KERNELS_X86_PACK_SSE2_H
#define ENGINE_KERNELS_X86_PACK_SSE2_H

#include <emmintrin.h>
#include <stddef.h>
#include <stdint.h>

/* Eight rows of eight to eight columns, `step` numbers apart. */
static inline void transpose8x8(const uint16_t *rows, size_t stride, uint16_t *to, size_t step)
{
    __m128i a[8], b[8];

    for (size_t i = 0; i < 8; i++)
        a[i] = _mm_loadu_si128((const __m128i *)(rows + i * stride));
    for (int i = 0; i < 4; i++) { /* b[2i], b[2i+1]: pairs of rows i and i + 4 */
        b[2 * i] = _mm_unpacklo_epi16(a[i], a[i + 4]);
        b[2 * i + 1] = _mm_unpackhi_epi16(a[i], a[i + 4]);
    }
    for (int i = 0; i < 4; i++) {
        a[2 * i] = _mm_unpacklo_epi16(b[i], b[i + 4]);
        a[2 * i + 1] = _mm_unpackhi_epi16(b[i], b[i + 4]);
    }
    for (size_t i = 0; i < 4; i++) {
        _mm_storeu_si128((__m128i *)(to + 2 * i * step), _mm_unpacklo_epi16(a[i], a[i + 4]));
        _mm_storeu_si128((__m128i *)(to + (2 * i + 1) * step), _mm_unpackhi_epi16(a[i], a[i + 4]));
    }
}

static inline int transpose16_sse2(const uint16_t *rows, size_t stride, int len, uint16_t *to)
{
    int i = 0;

    for (; i + 8 <= len; i += 8) {
        transpose8x8(rows + i, stride, to + 16 * i, 16);
        transpose8x8(rows + 8 * stride + i, stride, to + 16 * i + 8, 16);
    }
    return i;
}

static inline int transpose32_sse2(const uint32_t *rows, size_t stride, int len, uint32_t *to)
{
    int i = 0;

    for (; i + 4 <= len; i += 4)
        for (size_t j = 0; j < 16; j += 4) {
            const uint32_t *const from = rows + j * stride + i;
            const __m128i r0 = _mm_loadu_si128((const __m128i *)from);
            const __m128i r1 = _mm_loadu_si128((const __m128i *)(from + stride));
            const __m128i r2 = _mm_loadu_si128((const __m128i *)(from + 2 * stride));
            const __m128i r3 = _mm_loadu_si128((const __m128i *)(from + 3 * stride));
            const __m128i a = _mm_unpacklo_epi32(r0, r1), b = _mm_unpackhi_epi32(r0, r1);
            const __m128i c = _mm_unpacklo_epi32(r2, r3), d = _mm_unpackhi_epi32(r2, r3);
            __m128i *const out = (__m128i *)(to + 16 * i + j);
            _mm_storeu_si128(out, _mm_unpacklo_epi64(a, c));
            _mm_storeu_si128(out + 4, _mm_unpackhi_epi64(a, c));
            _mm_storeu_si128(out + 8, _mm_unpacklo_epi64(b, d));
            _mm_storeu_si128(out + 12, _mm_unpackhi_epi64(b, d));
        }
    return i;
}

#endif
