/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * int8.h - products of 8-bit numbers. For NAME_int8_tmpl.c only.
 *
 * A row of the left-hand side (of a matrix, or one pixel) becomes q from 0 to 255, with
 * a scale and a zero point of its own: x = scale * (q - zero), from the least and
 * the largest x, 0 included. With u of the weights as pack_int8.h has them, the sum of
 * (q - zero) * (u - 128) is made of integers and so exact, whatever the order: then
 * it is rounded to a float, times the scale of the row, times that of the column,
 * and added to what was there. Only the taps of a convolution, each with the scale of its
 * own pixel, are added as floats, in ascending order.
 *
 * What a set multiplies is u and b = q - offset, as its instruction wants it (`operand`),
 *
 *     sum (q - zero) (u - 128) = sum b u + (offset - zero) sum u - 128 sum (q - zero)
 *
 * The two numbers of a row that stand there follow its operands: struct row_end.
 * A set has OFFSET (OFFSET_ZERO: the row's zero point), int8_store(p, b): VL operands,
 * multiply_part(a, step, blocks, u, sums): the sums of b u of PART_ROWS evenly spaced rows
 * and 32 columns, modulo 2^32; ints: VL integers, as in x86/ints.h. Where there are tiles,
 * also tiles_begin() and tiles_end().
 */
#ifndef ENGINE_KERNELS_INT8_H
#define ENGINE_KERNELS_INT8_H

#include "kernels/pack_int8.h"
#include "kernels/vec.h"

#include <float.h>

/* Behind the operands of a row, where there is room for a line of a cache. */
struct row_end {
    float scale;
    int32_t times, plus; /* offset - zero; -128 * sum of (q - zero) */
};

enum { OFFSET_ZERO = -1, ROW_SPACE = 64 };

#if defined(ISA_AMX)
typedef uint8_t operand;
#elif defined(ISA_VNNI) || defined(ISA_AVXVNNI)
typedef int8_t operand;
#else
typedef int16_t operand;
#endif

#include "kernels/group.h"

INLINE const struct row_end *row_end(const operand *row, int blocks)
{
    return (const struct row_end *)(const void *)(row + blocks * INT8_BLOCK);
}

#if defined(ISA_AMX)
#include "kernels/x86/int8_amx.h"
#elif defined(ISA_VNNI) || defined(ISA_AVXVNNI)
#include "kernels/x86/int8_vnni.h"
#elif defined(ISA_AVX2)
#include "kernels/x86/int8_avx2.h"
#else
#include "kernels/int8_c.h"
#endif

#if !defined(ISA_AMX)
INLINE void tiles_begin(void)
{
}

INLINE void tiles_end(void)
{
}
#endif

/* The least and the largest of n numbers and 0; `bad`: 0, a NaN if one of them is none. */
struct range {
    float least, most, bad;
};

static struct range range_of(const float *x, int n)
{
    vec least = vec_zero(), most = vec_zero(), bad = vec_zero();
    float l[VL], m[VL], b[VL];

    for (int i = 0; i < n; i += VL) {
        const vec v = vec_load_part(x + i, n - i < VL ? n - i : VL);
        least = vec_min(v, least);
        most = vec_max(v, most);
        bad = vec_fma(v, vec_zero(), bad);
    }
    vec_store(l, least);
    vec_store(m, most);
    vec_store(b, bad);
    struct range r = { l[0], m[0], b[0] };
    for (int i = 1; i < VL; i++) {
        r.least = l[i] < r.least ? l[i] : r.least;
        r.most = m[i] > r.most ? m[i] : r.most;
        r.bad += b[i];
    }
    return r;
}

/* q of VL numbers, as floats: rounded to even by adding 1.5 * 2^23. */
INLINE vec quantise(vec x, vec inverse, vec zero)
{
    const vec big = vec_set1(12582912.0f);
    const vec y = vec_min(vec_max(vec_fma(x, inverse, zero), vec_zero()), vec_set1(255.0f));

    return vec_sub(vec_add(y, big), big);
}

/* k numbers to a row: their operands, zeros up to the next block, and its end. */
static void quantise_row(const float *x, int k, operand *to)
{
    const int padded = int8_blocks(k) * INT8_BLOCK;
    const struct range r = range_of(x, k);
    const float width = r.most - r.least;
    const bool flat = !(width >= 1e-30f && width <= FLT_MAX);
    const float inverse = flat ? 0 : 255.0f / width;
    const int zero = flat ? 0 : (int)(-r.least * inverse + 0.5f);
    const int offset = (int)OFFSET == OFFSET_ZERO ? zero : (int)OFFSET;
    const vec inv = vec_set1(inverse), z = vec_set1((float)zero), o = vec_set1((float)offset);
    struct row_end *const end = (struct row_end *)(void *)(to + padded);
    float lane[VL], sum = 0;
    vec sums = vec_zero();
    int i = 0;

    for (; i < k; i += VL) {
        const vec q = quantise(vec_load_part(x + i, k - i < VL ? k - i : VL), inv, z);
        sums = vec_add(sums, q);
        int8_store(to + i, vec_sub(q, o));
    }
    vec_store(lane, sums);
    for (int j = 0; j < VL; j++)
        sum += lane[j];
    /* lanes behind the last number were counted as zero points */
    *end = (struct row_end){ (flat ? 0 : width / 255.0f) + r.bad, offset - zero,
                             128 * (zero * i - (int)sum) };
    for (; i < padded; i += VL)
        int8_store(to + i, vec_zero());
}

/* Sums of a row's b u, and all that is done to them, to c. */
INLINE void finish_sums(const int32_t *sums, const struct row_end *end,
                        const struct int8_columns *w, float *c, bool first)
{
    for (int j = 0; j < INT8_COLUMNS; j += VL) {
        ints x = ints_add(ints_load(sums + j), ints_set1(end->plus));
        if ((int)OFFSET != OFFSET_ZERO)
            x = ints_multiply_add(ints_load(w->sum + j), ints_set1(end->times), x);
        vec_store(c + j, vec_fma(vec_mul(ints_floats(x), vec_set1(end->scale)),
                                 vec_load(w->scale + j), first ? vec_zero() : vec_load(c + j)));
    }
}

/* c[16 * groups][32] (+)= the rows' products with 32 columns of a tap. */
static void multiply_rows(const struct group *a, int groups, int blocks,
                          const struct int8_columns *w, float *c, bool first)
{
    _Alignas(64) int32_t sums[PART_ROWS * INT8_COLUMNS];

    for (int i = 0; i < groups * GROUP; i += PART_ROWS) {
        const struct group *const g = &a[i / GROUP];
        const operand *const rows = g->at + i % GROUP * g->step;
        multiply_part(rows, g->step, blocks, w->u, sums);
        for (int r = 0; r < PART_ROWS; r++)
            finish_sums(sums + r * INT8_COLUMNS, row_end(rows + r * g->step, blocks), w,
                        c + (i + r) * BLOCK_COLUMNS, first);
    }
}

#endif
