/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * micro_c.h - the micro-kernel in C: 6 rows by 16 columns.
 */
#ifndef ENGINE_KERNELS_MICRO_C_H
#define ENGINE_KERNELS_MICRO_C_H

enum { MR = 6, NR = 16 };

static __attribute__((noinline)) void micro(const float *const *a, const ptrdiff_t *seg, int nseg,
                                            ptrdiff_t len, const float *b, float *c, ptrdiff_t ldc,
                                            bool first)
{
    vec sum[MR];

    for (int r = 0; r < MR; r++)
        sum[r] = first ? vec_zero() : vec_load(c + r * ldc);
    for (int s = 0; s < nseg; s++)
        for (ptrdiff_t i = 0; i < len; i++, b += NR) {
            const vec column = vec_load(b);
            for (int r = 0; r < MR; r++)
                sum[r] = vec_fma(vec_set1(a[r][seg[s] + i]), column, sum[r]);
        }
    for (int r = 0; r < MR; r++)
        vec_store(c + r * ldc, sum[r]);
}

#endif
