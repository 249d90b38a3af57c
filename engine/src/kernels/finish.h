/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * finish.h - what happens to sums when they are complete: struct finish, row by
 * row, while they are still in a cache. For NAME_tmpl.c only.
 */
#ifndef ENGINE_KERNELS_FINISH_H
#define ENGINE_KERNELS_FINISH_H

#include "kernels/product.h"
#include "kernels/vec.h"

/* What is added to columns [j, j + n) of a row whose time vector is `time`, n <= VL. */
INLINE vec finish_offset(const float *bias, const float *time, int j, int n)
{
    vec x = bias ? vec_load_n(bias + j, n) : vec_zero();

    if (time)
        x = vec_add(x, vec_load_n(time + j, n));
    return x;
}

INLINE const float *finish_time(const struct finish *f, ptrdiff_t row)
{
    return f->time ? f->time + row / f->time_rows * f->n : NULL;
}

/* Up to VL sums: columns [j, j + n) of `row`. */
INLINE void finish_vec(const struct finish *f, vec sums, vec offset, ptrdiff_t row, int j, int n)
{
    const ptrdiff_t at = row * f->n + j;
    vec x = vec_act(vec_add(sums, offset), f->act);

    if (f->residual)
        x = vec_add(x, n == VL ? vec_load(f->residual + at) : vec_load_n(f->residual + at, n));
    if (n == VL)
        vec_store(f->out + at, x);
    else
        vec_store_n(f->out + at, x, n);
}

/* sums: columns [j, end) of `row`; those from n on do not exist. */
INLINE void finish_row(const struct finish *f, const float *sums, ptrdiff_t row, int j, int end)
{
    const float *const time = finish_time(f, row);

    if (end > f->n)
        end = f->n;
    for (; j < end; j += VL, sums += VL) {
        const int n = end - j < VL ? end - j : VL;
        finish_vec(f, vec_load(sums), finish_offset(f->bias, time, j, n), row, j, n);
    }
}

/* sums: 16 values and their 16 gates in turn; columns [j, end) of `row` of the result. */
INLINE void finish_geglu(const struct finish *f, const float *sums, ptrdiff_t row, int j, int end)
{
    if (end > f->n)
        end = f->n;
    for (; j < end; j += 16, sums += 32)
        for (int i = 0; i < 16 && j + i < end; i += VL) {
            const int n = end - j - i < VL ? end - j - i : VL;
            const vec b = finish_offset(f->bias, NULL, j + i, n);
            const vec c = finish_offset(f->bias, NULL, f->bias ? f->n + j + i : 0, n);
            const vec gate = vec_gelu(vec_add(vec_load(sums + 16 + i), c));
            vec_store_n(f->out + row * f->n + j + i, vec_mul(vec_add(vec_load(sums + i), b), gate),
                        n);
        }
}

/* sums: [rows][width], complete, for `rows` rows from `row` on; their columns begin at j. */
INLINE void finish_rows(const struct finish *f, const float *sums, int width, ptrdiff_t row,
                        int rows, int j)
{
    for (int r = 0; r < rows; r++, sums += width)
        if (f->act == ACT_GEGLU)
            finish_geglu(f, sums, row + r, j / 2, (j + width) / 2);
        else
            finish_row(f, sums, row + r, j, j + width);
}

#endif
