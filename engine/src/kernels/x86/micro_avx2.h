/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * micro_avx2.h - the micro-kernel on AVX2: 6 rows by 16 columns, 12 of the 16
 * registers hold sums. Rows are addressed from their end with one negative
 * index for all, which is the counter as well; two steps of k per turn. Look
 * for (%rsp) in the innermost loop after every change.
 */
#ifndef ENGINE_KERNELS_X86_MICRO_AVX2_H
#define ENGINE_KERNELS_X86_MICRO_AVX2_H

enum { MR = 6, NR = 16 };

#define MICRO_ROWS(X) X(0) X(1) X(2) X(3) X(4) X(5)
#define MICRO_FIRST(r)                                                                             \
    __m256 p##r = first ? _mm256_setzero_ps() : _mm256_loadu_ps(c + r * ldc);                      \
    __m256 q##r = first ? _mm256_setzero_ps() : _mm256_loadu_ps(c + r * ldc + 8);
#define MICRO_END(r) const float *const a##r = a[r] + *seg + len;
#define MICRO_TERM(r)                                                                              \
    x = _mm256_broadcast_ss(a##r + i);                                                             \
    p##r = _mm256_fmadd_ps(x, b0, p##r);                                                           \
    q##r = _mm256_fmadd_ps(x, b1, q##r);
#define MICRO_STORE(r)                                                                             \
    _mm256_storeu_ps(c + r * ldc, p##r);                                                           \
    _mm256_storeu_ps(c + r * ldc + 8, q##r);

static __attribute__((noinline)) void micro(const float *const *a, const ptrdiff_t *seg, int nseg,
                                            ptrdiff_t len, const float *b, float *c, ptrdiff_t ldc,
                                            bool first)
{
    MICRO_ROWS(MICRO_FIRST)
    for (const ptrdiff_t *const end = seg + nseg; seg < end; seg++) {
        MICRO_ROWS(MICRO_END)
        __m256 b0, b1, x;
        ptrdiff_t i = -len;
        if (len & 1) {
            b0 = _mm256_loadu_ps(b);
            b1 = _mm256_loadu_ps(b + 8);
            MICRO_ROWS(MICRO_TERM)
            b += NR;
            i++;
        }
        for (; i; b += 2 * NR) {
            b0 = _mm256_loadu_ps(b);
            b1 = _mm256_loadu_ps(b + 8);
            MICRO_ROWS(MICRO_TERM)
            i++;
            b0 = _mm256_loadu_ps(b + 16);
            b1 = _mm256_loadu_ps(b + 24);
            MICRO_ROWS(MICRO_TERM)
            i++;
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
