/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * micro_avx512.h - the micro-kernel on AVX-512: 8 rows by two panels of 16
 * columns, 16 of the 32 registers hold sums. 10 loads feed 16 multiply-adds.
 * 12 rows would need fewer loads of B, but then compilers keep the row pointers
 * in memory.
 */
#ifndef ENGINE_KERNELS_X86_MICRO_AVX512_H
#define ENGINE_KERNELS_X86_MICRO_AVX512_H

enum { MR = 8, NR = 32 };

#define MICRO_ROWS(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)
#define MICRO_FIRST(r)                                                                             \
    __m512 p##r = first ? _mm512_setzero_ps() : _mm512_loadu_ps(c + r * ldc);                      \
    __m512 q##r = first ? _mm512_setzero_ps() : _mm512_loadu_ps(c + r * ldc + 16);
#define MICRO_END(r) const float *const a##r = a[r] + *seg + len;
#define MICRO_TERM(r)                                                                              \
    x = _mm512_set1_ps(a##r[i]);                                                                   \
    p##r = _mm512_fmadd_ps(x, b0, p##r);                                                           \
    q##r = _mm512_fmadd_ps(x, b1, q##r);
#define MICRO_STORE(r)                                                                             \
    _mm512_storeu_ps(c + r * ldc, p##r);                                                           \
    _mm512_storeu_ps(c + r * ldc + 16, q##r);

static __attribute__((noinline)) void micro(const float *const *a, const ptrdiff_t *seg, int nseg,
                                            ptrdiff_t len, const float *b, float *c, ptrdiff_t ldc,
                                            bool first)
{
    const ptrdiff_t second = nseg * len * PANEL;

    MICRO_ROWS(MICRO_FIRST)
    for (const ptrdiff_t *const end = seg + nseg; seg < end; seg++) {
        MICRO_ROWS(MICRO_END)
        for (ptrdiff_t i = -len; i; i++, b += PANEL) {
            const __m512 b0 = _mm512_loadu_ps(b), b1 = _mm512_loadu_ps(b + second);
            __m512 x;
            MICRO_ROWS(MICRO_TERM)
        }
    }
    MICRO_ROWS(MICRO_STORE)
}

#undef MICRO_ROWS
#undef MICRO_FIRST
#undef MICRO_END
#undef MICRO_TERM
#undef MICRO_STORE

#endif
