/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * ints.h - VL 32-bit integers side by side, for int8.h: ints_multiply_add(a, b, c) =
 * a * b + c, modulo 2^32.
 */
#ifndef ENGINE_KERNELS_X86_INTS_H
#define ENGINE_KERNELS_X86_INTS_H

#include <immintrin.h>

#if defined(ISA_VNNI) || defined(ISA_AMX)
typedef __m512i ints;

INLINE ints ints_load(const void *p)
{
    return _mm512_loadu_si512(p);
}

INLINE void ints_store(void *p, ints x)
{
    _mm512_storeu_si512(p, x);
}

INLINE ints ints_set1(int32_t x)
{
    return _mm512_set1_epi32(x);
}

INLINE ints ints_add(ints a, ints b)
{
    return _mm512_add_epi32(a, b);
}

INLINE ints ints_multiply_add(ints a, ints b, ints c)
{
    return _mm512_add_epi32(_mm512_mullo_epi32(a, b), c);
}

INLINE vec ints_floats(ints x)
{
    return _mm512_cvtepi32_ps(x);
}

/* VL numbers from -128 to 255 as bytes. */
INLINE void ints_store_bytes(void *p, vec x)
{
    _mm_storeu_si128(p, _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(x)));
}
#else
typedef __m256i ints;

INLINE ints ints_load(const void *p)
{
    return _mm256_loadu_si256(p);
}

INLINE void ints_store(void *p, ints x)
{
    _mm256_storeu_si256(p, x);
}

INLINE ints ints_set1(int32_t x)
{
    return _mm256_set1_epi32(x);
}

INLINE ints ints_add(ints a, ints b)
{
    return _mm256_add_epi32(a, b);
}

INLINE ints ints_multiply_add(ints a, ints b, ints c)
{
    return _mm256_add_epi32(_mm256_mullo_epi32(a, b), c);
}

INLINE vec ints_floats(ints x)
{
    return _mm256_cvtepi32_ps(x);
}

/* VL numbers as 16 bits each. */
INLINE __m128i ints_shorts(vec x)
{
    const __m256i y = _mm256_cvtps_epi32(x);

    return _mm_packs_epi32(_mm256_castsi256_si128(y), _mm256_extracti128_si256(y, 1));
}
#endif

#endif
