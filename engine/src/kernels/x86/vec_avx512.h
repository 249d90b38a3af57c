/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * vec_avx512.h - vec.h on AVX-512 F, BW, DQ and VL: sixteen lanes.
 */
#ifndef ENGINE_KERNELS_X86_VEC_AVX512_H
#define ENGINE_KERNELS_X86_VEC_AVX512_H

#include <immintrin.h>

enum { VL = 16 };

typedef __m512 vec;

INLINE vec vec_load(const float *p)
{
    return _mm512_loadu_ps(p);
}

INLINE void vec_store(float *p, vec v)
{
    _mm512_storeu_ps(p, v);
}

INLINE __mmask16 first_lanes(int n)
{
    return (__mmask16)((1u << n) - 1);
}

INLINE vec vec_load_n(const float *p, int n)
{
    return _mm512_maskz_loadu_ps(first_lanes(n), p);
}

INLINE void vec_store_n(float *p, vec v, int n)
{
    _mm512_mask_storeu_ps(p, first_lanes(n), v);
}

INLINE vec vec_load_f16(const uint16_t *p)
{
    return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p));
}

INLINE vec vec_load_bf16(const uint16_t *p)
{
    const __m512i wide = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)p));

    return _mm512_castsi512_ps(_mm512_slli_epi32(wide, 16));
}

INLINE vec vec_set1(float x)
{
    return _mm512_set1_ps(x);
}

INLINE vec vec_zero(void)
{
    return _mm512_setzero_ps();
}

INLINE vec vec_add(vec a, vec b)
{
    return _mm512_add_ps(a, b);
}

INLINE vec vec_sub(vec a, vec b)
{
    return _mm512_sub_ps(a, b);
}

INLINE vec vec_mul(vec a, vec b)
{
    return _mm512_mul_ps(a, b);
}

INLINE vec vec_div(vec a, vec b)
{
    return _mm512_div_ps(a, b);
}

INLINE vec vec_fma(vec a, vec b, vec c)
{
    return _mm512_fmadd_ps(a, b, c);
}

INLINE vec vec_max(vec a, vec b)
{
    return _mm512_max_ps(a, b);
}

INLINE vec vec_min(vec a, vec b)
{
    return _mm512_min_ps(a, b);
}

INLINE vec vec_abs(vec a)
{
    return _mm512_andnot_ps(_mm512_set1_ps(-0.0f), a);
}

INLINE vec vec_sign(vec a, vec s)
{
    return _mm512_or_ps(a, _mm512_and_ps(_mm512_set1_ps(-0.0f), s));
}

INLINE bool vec_differ(vec a, vec b)
{
    return _mm512_cmp_ps_mask(a, b, _CMP_NEQ_UQ) != 0;
}

INLINE vec vec_exponent(vec a)
{
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_castps_si512(a), 23));
}

#if defined(__AVX512BF16__)
INLINE __m512i bf16_bits(vec a)
{
    return _mm512_slli_epi32(_mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(a)), 16);
}
#else
/* The upper halves are a bf16 each: round to even; subnormal numbers become zero, a NaN
 * stays one. */
INLINE __m512i bf16_bits(vec a)
{
    const __m512i bits = _mm512_castps_si512(a);
    const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
    const __m512i up = _mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff)), odd);
    const __m512i size = _mm512_and_si512(bits, _mm512_set1_epi32(0x7fffffff));
    const __mmask16 tiny = _mm512_cmplt_epu32_mask(size, _mm512_set1_epi32(0x00800000));
    const __mmask16 none = _mm512_cmpgt_epu32_mask(size, _mm512_set1_epi32(0x7f800000));
    const __m512i kept = _mm512_mask_or_epi32(up, none, bits, _mm512_set1_epi32(0x00400000));

    return _mm512_and_si512(kept, _mm512_mask_blend_epi32(tiny, _mm512_set1_epi32(-65536),
                                                          _mm512_set1_epi32((int)0x80000000)));
}
#endif

INLINE vec vec_round_bf16(vec a)
{
    return _mm512_castsi512_ps(bf16_bits(a));
}

INLINE vec vec_load_pair(const uint16_t *p, bool odd)
{
    const __m512i pairs = _mm512_loadu_si512(p);

    return _mm512_castsi512_ps(odd ? _mm512_and_si512(pairs, _mm512_set1_epi32(-65536))
                                   : _mm512_slli_epi32(pairs, 16));
}

INLINE void vec_store_pair(uint16_t *p, vec even, vec odd)
{
#if defined(__AVX512BF16__)
    const __m512i low = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(even));
#else
    const __m512i low = _mm512_srli_epi32(bf16_bits(even), 16);
#endif

    _mm512_storeu_si512(p, _mm512_or_si512(low, bf16_bits(odd)));
}

/* Register i, lane j and register j, lane i change places. */
INLINE void vec_transpose(vec *v)
{
    __m512 t[16];
    __m512d u[16];

    for (int i = 0; i < 16; i += 2) {
        t[i] = _mm512_unpacklo_ps(v[i], v[i + 1]);
        t[i + 1] = _mm512_unpackhi_ps(v[i], v[i + 1]);
    }
    for (int i = 0; i < 16; i += 4)
        for (int j = 0; j < 2; j++) {
            const __m512d a = _mm512_castps_pd(t[i + j]), b = _mm512_castps_pd(t[i + j + 2]);
            u[i + 2 * j] = _mm512_unpacklo_pd(a, b);
            u[i + 2 * j + 1] = _mm512_unpackhi_pd(a, b);
        }
    for (int i = 0; i < 4; i++) { /* quarter q of u[4 * r + i]: column 4 * q + i of rows 4 * r.. */
        const __m512 a = _mm512_castpd_ps(u[i]), b = _mm512_castpd_ps(u[i + 4]);
        const __m512 c = _mm512_castpd_ps(u[i + 8]), d = _mm512_castpd_ps(u[i + 12]);
        const __m512 ab = _mm512_shuffle_f32x4(a, b, 0x44), cd = _mm512_shuffle_f32x4(c, d, 0x44);
        const __m512 ef = _mm512_shuffle_f32x4(a, b, 0xee), gh = _mm512_shuffle_f32x4(c, d, 0xee);
        v[i] = _mm512_shuffle_f32x4(ab, cd, 0x88);
        v[i + 4] = _mm512_shuffle_f32x4(ab, cd, 0xdd);
        v[i + 8] = _mm512_shuffle_f32x4(ef, gh, 0x88);
        v[i + 12] = _mm512_shuffle_f32x4(ef, gh, 0xdd);
    }
}

#endif
