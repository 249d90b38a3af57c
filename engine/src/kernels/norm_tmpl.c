/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "kernels/vec.h"

#include <math.h>

/* Sums over a row go over LANES columns side by side, whatever the width of a vector. */
enum { LANES = 32, VECS = LANES / VL };

/* `pixels` values of the n channels at x onto their sums. */
INLINE void sum_channels(const float *x, int pixels, int c, const float *pivot, float *sum, int n)
{
    const vec p = vec_load_part(pivot, n);
    vec a = vec_load_part(sum, n), b = vec_load_part(sum + c, n);

    for (int i = 0; i < pixels; i++) {
        const vec v = vec_sub(vec_load_part(x + i * c, n), p);
        a = vec_add(a, v);
        b = vec_fma(v, v, b);
    }
    vec_store_part(sum, a, n);
    vec_store_part(sum + c, b, n);
}

INLINE void sum_pixels(const float *x, int pixels, int c, const float *pivot, float *sums)
{
    int j = 0;

    for (; j + VL <= c; j += VL)
        sum_channels(x + j, pixels, c, pivot + j, sums + j, VL);
    if (j < c)
        sum_channels(x + j, pixels, c, pivot + j, sums + j, c - j);
}

/* Pixels outside, so that memory is read in its order; four at once, because the
 * sums, which do not fit registers, are then loaded and stored once for the four. */
static void sum_piece(const float *x, int pixels, int c, const float *pivot, float *sums)
{
    int i = 0;

    memset(sums, 0, (size_t)(2 * c) * sizeof(float));
    for (; i + 4 <= pixels; i += 4)
        sum_pixels(x + i * c, 4, c, pivot, sums);
    for (; i < pixels; i++)
        sum_pixels(x + i * c, 1, c, pivot, sums);
}

static void add_pieces(const float *sums, int pieces, ptrdiff_t stride, int count, double *total)
{
    for (int j = 0; j < count; j++)
        total[j] = 0;
    for (int i = 0; i < pieces; i++)
        for (int j = 0; j < count; j++)
            total[j] += sums[i * stride + j];
}

INLINE void scale_part(float *y, const float *x, const float *scale, const float *shift, int n)
{
    vec_store_part(
        y, vec_fma(vec_load_part(x, n), vec_load_part(scale, n), vec_load_part(shift, n)), n);
}

static void scale_rows(float *y, const float *x, size_t rows, int c, const float *scale,
                       const float *shift)
{
    for (size_t i = 0; i < rows; i++, x += c, y += c) {
        int j = 0;
        for (; j + VL <= c; j += VL)
            scale_part(y + j, x + j, scale + j, shift + j, VL);
        if (j < c)
            scale_part(y + j, x + j, scale + j, shift + j, c - j);
    }
}

/* All LANES * k columns of the sum, as a tree. */
INLINE float add_lanes(const vec *sum)
{
    float lane[LANES];

    for (int v = 0; v < VECS; v++)
        vec_store(lane + v * VL, sum[v]);
    for (int half = LANES / 2; half; half /= 2)
        for (int i = 0; i < half; i++)
            lane[i] += lane[i + half];
    return lane[0];
}

/* Sum of x - mean or, `squares`, of its square. */
INLINE float row_sum(const float *x, int c, float mean, bool squares)
{
    vec sum[VECS];
    float rest[LANES] = { 0 }; /* the last columns, at a distance of 0 where there is none */
    const int whole = c / LANES * LANES;

    for (int i = whole; i < c; i++)
        rest[i - whole] = x[i] - mean;
    for (int v = 0; v < VECS; v++) {
        const vec d = vec_load(rest + v * VL);
        sum[v] = squares ? vec_mul(d, d) : d;
    }
    for (int j = 0; j < whole; j += LANES)
        for (int v = 0; v < VECS; v++) {
            const vec d = vec_sub(vec_load(x + j + v * VL), vec_set1(mean));
            sum[v] = squares ? vec_fma(d, d, sum[v]) : vec_add(sum[v], d);
        }
    return add_lanes(sum);
}

INLINE void norm_part(float *y, const float *x, float mean, float f, const float *scale,
                      const float *shift, int n)
{
    const vec d = vec_sub(vec_load_part(x, n), vec_set1(mean));

    vec_store_part(
        y, vec_fma(vec_mul(d, vec_set1(f)), vec_load_part(scale, n), vec_load_part(shift, n)), n);
}

static void norm_rows(float *y, const float *x, size_t rows, int c, const float *scale,
                      const float *shift, float eps)
{
    for (size_t i = 0; i < rows; i++, x += c, y += c) {
        const float mean = row_sum(x, c, 0, false) / (float)c;
        const float f = 1 / sqrtf(row_sum(x, c, mean, true) / (float)c + eps);
        int j = 0;
        for (; j + VL <= c; j += VL)
            norm_part(y + j, x + j, mean, f, scale + j, shift + j, VL);
        if (j < c)
            norm_part(y + j, x + j, mean, f, scale + j, shift + j, c - j);
    }
}

void FOR_ISA(norm_init)(struct kernels *k);

void FOR_ISA(norm_init)(struct kernels *k)
{
    k->sum_piece = sum_piece;
    k->add_pieces = add_pieces;
    k->scale_rows = scale_rows;
    k->norm_rows = norm_rows;
}
