/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * int8_avx2.h - int8.h without VNNI. VPMADDUBSW would saturate at 16 bits, so both
 * sides are 16-bit numbers and go through VPMADDWD: A is stored so, B widened when
 * it is loaded, four inputs of four columns at a time. 4 rows by 8 columns; the
 * halves of every sum lie side by side and are added in the end.
 */
#ifndef ENGINE_KERNELS_X86_INT8_AVX2_H
#define ENGINE_KERNELS_X86_INT8_AVX2_H

#include "kernels/x86/ints.h"

enum { OFFSET = OFFSET_ZERO, PART_ROWS = 4 };

INLINE void int8_store(operand *p, vec b)
{
    _mm_storeu_si128((__m128i *)(void *)p, ints_shorts(b));
}

/* Four operands, four times. */
INLINE ints operands_four(const operand *p)
{
    long long x;

    memcpy(&x, p, sizeof(x));
    return _mm256_set1_epi64x(x);
}

/* Four inputs of four columns. */
INLINE ints columns_four(const uint8_t *u)
{
    return _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(const void *)u));
}

#define PART_EACH(X) X(0) X(1) X(2) X(3)
#define PART_FIRST(r)                                                                              \
    const operand *const a##r = a + r * step + len;                                                \
    ints p##r = ints_set1(0), q##r = ints_set1(0);
#define PART_TERM(r)                                                                               \
    b = operands_four(a##r + i);                                                                   \
    p##r = ints_add(p##r, _mm256_madd_epi16(u0, b));                                               \
    q##r = ints_add(q##r, _mm256_madd_epi16(u1, b));
#define PART_STORE(r)                                                                              \
    halves[2 * r] = p##r;                                                                          \
    halves[2 * r + 1] = q##r;

/* Eight columns; halves: [PART_ROWS][2], of four columns each. */
static __attribute__((noinline)) void multiply_columns(const operand *a, ptrdiff_t step, int blocks,
                                                       const uint8_t *u, ints *halves)
{
    const ptrdiff_t len = (ptrdiff_t)blocks * INT8_BLOCK;

    PART_EACH(PART_FIRST)
    for (ptrdiff_t i = -len; i; i += 4, u += INT8_LINE) {
        const ints u0 = columns_four(u), u1 = columns_four(u + 16);
        ints b;
        PART_EACH(PART_TERM)
    }
    PART_EACH(PART_STORE)
}

#undef PART_EACH
#undef PART_FIRST
#undef PART_TERM
#undef PART_STORE

INLINE void multiply_part(const operand *a, ptrdiff_t step, int blocks, const uint8_t *u,
                          int32_t *sums)
{
    ints halves[2 * PART_ROWS];

    for (int j = 0; j < INT8_COLUMNS; j += VL) {
        multiply_columns(a, step, blocks, u + 4 * j, halves);
        for (int r = 0; r < PART_ROWS; r++) { /* columns 0 1 4 5 2 3 6 7, then in order */
            const ints mixed = _mm256_hadd_epi32(halves[2 * r], halves[2 * r + 1]);
            ints_store(sums + r * INT8_COLUMNS + j, _mm256_permute4x64_epi64(mixed, 0xd8));
        }
    }
}

#endif
