/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * conv_tmpl.c - the 3x3 convolution as an implicit matrix product.
 *
 * The input goes, normalised, into a padded buffer [c / 32][row][column][32]; a
 * tap is then an offset, and no matrix of columns exists. All sums of a panel
 * are made before the next: they stay in L1, the input is read from L2.
 */
#include "kernels/finish.h"
#include "kernels/micro.h"

#include <assert.h>

enum { TAPS = 9 };

typedef float operand;

INLINE void operand_store(operand *p, vec v)
{
    vec_store(p, v);
}

#include "kernels/conv_slices.h"

/* Channels [c0, c0 + len) of the panels from column n on: [c][9][16] -> [9][len][16], widened. */
static void direct_panels(const struct conv3 *v, int n, int c0, int len, float *to)
{
    for (int q = 0; q < NR / PANEL; q++)
        for (int c = 0; c < len; c++) {
            const size_t at =
                ((size_t)(n / PANEL + q) * (size_t)v->c + (size_t)(c0 + c)) * 9 * PANEL;
            for (int t = 0; t < 9; t++)
                for (int j = 0; j < PANEL; j += VL) {
                    const vec x = vec_load_stored(v->weight, v->type, at + (size_t)(t * PANEL + j));
                    vec_store(to + ((q * 9 + t) * len + c) * PANEL + j, x);
                }
        }
}

static void direct_columns(const struct conv3 *v, const struct window *x, int p0, int p1, int n,
                           float *sums, float *wide)
{
    ptrdiff_t tap[9];
    const float *row[MR];

    for (int t = 0; t < 9; t++)
        tap[t] = (ptrdiff_t)(t / 3 * x->cols + t % 3) * x->pitch;
    for (int c = 0; c < v->c; c += CONV_SLICE) {
        const int len = v->c - c < CONV_SLICE ? v->c - c : CONV_SLICE;
        const ptrdiff_t slice = c / CONV_SLICE * x->slice;
        direct_panels(v, n, c, len, wide);
        for (int p = p0; p < p1; p += MR) {
            for (int r = 0; r < MR; r++)
                row[r] = direct_pixel(v, x, p + r < p1 ? p + r : p1 - 1) + slice;
            micro(row, tap, 9, len, wide, sums + (ptrdiff_t)(p - p0) * NR, NR, c == 0);
        }
    }
}

static void conv_direct(const struct conv3 *v, const struct window *x, int p0, int p1, int n0,
                        int n1, void *scratch)
{
    float *const sums = scratch, *const wide = sums + CONV_PIXELS * NR;

    assert(p1 - p0 <= CONV_PIXELS && n0 % CONV_UNIT == 0);
    for (int n = n0; n < n1; n += NR) {
        direct_columns(v, x, p0, p1, n, sums, wide);
        for (int p = p0; p < p1; p++)
            finish_row(&v->finish, sums + (ptrdiff_t)(p - p0) * NR, p, n, n + NR);
    }
}

static size_t conv_scratch(int c)
{
    (void)c;
    return (CONV_PIXELS * NR + TAPS * CONV_SLICE * NR) * sizeof(float);
}

void FOR_ISA(conv_init)(struct kernels *k);

void FOR_ISA(conv_init)(struct kernels *k)
{
    k->in[PRECISION_F32].conv_input = conv_input;
    k->in[PRECISION_F32].conv_direct = conv_direct;
    k->in[PRECISION_F32].conv_window = conv_window;
    k->in[PRECISION_F32].conv_scratch = conv_scratch;
    k->in[PRECISION_F32].operand = sizeof(float);
}
