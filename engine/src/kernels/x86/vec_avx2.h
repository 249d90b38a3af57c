/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * vec_avx2.h - vec.h on AVX2, FMA and F16C: eight lanes.
 */
#ifndef ENGINE_KERNELS_X86_VEC_AVX2_H
#define ENGINE_KERNELS_X86_VEC_AVX2_H

#include <immintrin.h>

enum { VL = 8 };

typedef __m256 vec;

INLINE vec vec_load(const float *p)
{
    return _mm256_loadu_ps(p);
}

INLINE void vec_store(float *p, vec v)
{
    _mm256_storeu_ps(p, v);
}

/* All ones in the first n lanes. */
INLINE __m256i first_lanes(int n)
{
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

INLINE vec vec_load_n(const float *p, int n)
{
    return _mm256_maskload_ps(p, first_lanes(n));
}

INLINE void vec_store_n(float *p, vec v, int n)
{
    _mm256_maskstore_ps(p, first_lanes(n), v);
}

INLINE vec vec_load_f16(const uint16_t *p)
{
    return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p));
}

INLINE vec vec_load_bf16(const uint16_t *p)
{
    const __m256i wide = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)p));

    return _mm256_castsi256_ps(_mm256_slli_epi32(wide, 16));
}

INLINE vec vec_set1(float x)
{
    return _mm256_set1_ps(x);
}

INLINE vec vec_zero(void)
{
    return _mm256_setzero_ps();
}

INLINE vec vec_add(vec a, vec b)
{
    return _mm256_add_ps(a, b);
}

INLINE vec vec_sub(vec a, vec b)
{
    return _mm256_sub_ps(a, b);
}

INLINE vec vec_mul(vec a, vec b)
{
    return _mm256_mul_ps(a, b);
}

INLINE vec vec_div(vec a, vec b)
{
    return _mm256_div_ps(a, b);
}

INLINE vec vec_fma(vec a, vec b, vec c)
{
    return _mm256_fmadd_ps(a, b, c);
}

INLINE vec vec_max(vec a, vec b)
{
    return _mm256_max_ps(a, b);
}

INLINE vec vec_min(vec a, vec b)
{
    return _mm256_min_ps(a, b);
}

INLINE vec vec_abs(vec a)
{
    return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a);
}

INLINE vec vec_sign(vec a, vec s)
{
    return _mm256_or_ps(a, _mm256_and_ps(_mm256_set1_ps(-0.0f), s));
}

INLINE bool vec_differ(vec a, vec b)
{
    return _mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_NEQ_UQ)) != 0;
}

INLINE vec vec_exponent(vec a)
{
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256(a), 23));
}

/* The upper halves are a bf16 each: round to even; subnormal numbers become zero, a NaN
 * stays one. */
INLINE __m256i bf16_bits(vec a)
{
    const __m256i bits = _mm256_castps_si256(a), high = _mm256_set1_epi32(-65536);
    const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
    const __m256i up = _mm256_add_epi32(_mm256_add_epi32(bits, _mm256_set1_epi32(0x7fff)), odd);
    const __m256i quiet = _mm256_or_si256(bits, _mm256_set1_epi32(0x00400000));
    const __m256i size = _mm256_and_si256(bits, _mm256_set1_epi32(0x7fffffff));
    const __m256i tiny = _mm256_cmpgt_epi32(_mm256_set1_epi32(0x00800000), size);
    const __m256i none = _mm256_cmpgt_epi32(size, _mm256_set1_epi32(0x7f800000));
    const __m256i kept = _mm256_blendv_epi8(up, quiet, none);

    return _mm256_and_si256(kept,
                            _mm256_blendv_epi8(high, _mm256_set1_epi32((int)0x80000000), tiny));
}

INLINE vec vec_round_bf16(vec a)
{
    return _mm256_castsi256_ps(bf16_bits(a));
}

INLINE vec vec_load_pair(const uint16_t *p, bool odd)
{
    const __m256i pairs = _mm256_loadu_si256((const __m256i *)p);

    return _mm256_castsi256_ps(odd ? _mm256_and_si256(pairs, _mm256_set1_epi32(-65536))
                                   : _mm256_slli_epi32(pairs, 16));
}

INLINE void vec_store_pair(uint16_t *p, vec even, vec odd)
{
    const __m256i low = _mm256_srli_epi32(bf16_bits(even), 16);

    _mm256_storeu_si256((__m256i *)p, _mm256_or_si256(low, bf16_bits(odd)));
}

/* Register i, lane j and register j, lane i change places. */
INLINE void vec_transpose(vec *v)
{
    __m256 t[8];
    __m256d u[8];

    for (int i = 0; i < 8; i += 2) {
        t[i] = _mm256_unpacklo_ps(v[i], v[i + 1]);
        t[i + 1] = _mm256_unpackhi_ps(v[i], v[i + 1]);
    }
    for (int i = 0; i < 8; i += 4)
        for (int j = 0; j < 2; j++) {
            const __m256d a = _mm256_castps_pd(t[i + j]), b = _mm256_castps_pd(t[i + j + 2]);
            u[i + 2 * j] = _mm256_unpacklo_pd(a, b);
            u[i + 2 * j + 1] = _mm256_unpackhi_pd(a, b);
        }
    for (int i = 0; i < 4; i++) {
        const __m256 a = _mm256_castpd_ps(u[i]), b = _mm256_castpd_ps(u[i + 4]);
        v[i] = _mm256_permute2f128_ps(a, b, 0x20);
        v[i + 4] = _mm256_permute2f128_ps(a, b, 0x31);
    }
}

#endif
