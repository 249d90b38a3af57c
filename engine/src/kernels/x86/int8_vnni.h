/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * int8_vnni.h - int8.h on VPDPBUSD, which adds four products of an unsigned and a
 * signed byte to an integer: 8 rows by 32 columns in 512 bits, 4 rows by 16 in 256.
 */
#ifndef ENGINE_KERNELS_X86_INT8_VNNI_H
#define ENGINE_KERNELS_X86_INT8_VNNI_H

#include "kernels/x86/ints.h"

enum { OFFSET = 128 };

#if defined(ISA_VNNI)
enum { PART_ROWS = 8 };

#define PART_EACH(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)

INLINE void int8_store(operand *p, vec b)
{
    ints_store_bytes(p, b);
}

INLINE ints ints_dot(ints c, ints u, ints b)
{
    return _mm512_dpbusd_epi32(c, u, b);
}
#else
enum { PART_ROWS = 4 };

#define PART_EACH(X) X(0) X(1) X(2) X(3)

INLINE void int8_store(operand *p, vec b)
{
    const __m128i x = ints_shorts(b);

    _mm_storel_epi64((__m128i *)(void *)p, _mm_packs_epi16(x, x));
}

INLINE ints ints_dot(ints c, ints u, ints b)
{
    return _mm256_dpbusd_avx_epi32(c, u, b);
}
#endif

/* Four operands as one integer. */
INLINE ints operands_four(const operand *p)
{
    int32_t x;

    memcpy(&x, p, sizeof(x));
    return ints_set1(x);
}

#define PART_FIRST(r)                                                                              \
    const operand *const a##r = a + r * step + len;                                                \
    ints p##r = ints_set1(0), q##r = ints_set1(0);
#define PART_TERM(r)                                                                               \
    b = operands_four(a##r + i);                                                                   \
    p##r = ints_dot(p##r, u0, b);                                                                  \
    q##r = ints_dot(q##r, u1, b);
#define PART_STORE(r)                                                                              \
    ints_store(sums + r * INT8_COLUMNS, p##r);                                                     \
    ints_store(sums + r * INT8_COLUMNS + VL, q##r);

/* 2 * VL columns. */
static __attribute__((noinline)) void multiply_columns(const operand *a, ptrdiff_t step, int blocks,
                                                       const uint8_t *u, int32_t *sums)
{
    const ptrdiff_t len = (ptrdiff_t)blocks * INT8_BLOCK;

    PART_EACH(PART_FIRST)
    for (ptrdiff_t i = -len; i; i += 4, u += INT8_LINE) {
        const ints u0 = ints_load(u), u1 = ints_load(u + 4 * VL);
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
    for (int j = 0; j < INT8_COLUMNS; j += 2 * VL)
        multiply_columns(a, step, blocks, u + 4 * j, sums + j);
}

#endif
