/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * conv_tmpl.c - the 3x3 convolution as an implicit matrix product.
 *
 * The input goes, normalised, into a padded buffer [c / 32][row][column][32]; a
 * tap is then an offset, and no matrix of columns exists. All sums of a panel
 * are made before the next: they stay in L1, the input is read from L2.
 */
#include "kernels/conv.h"
#include "kernels/finish.h"
#include "kernels/micro.h"

#include <assert.h>

/* silu(x * scale + shift) of n <= VL channels from c on, or x as it is. */
INLINE vec input_vec(const struct conv3 *v, const float *x, int picture, int c, int n)
{
    const vec a = n == VL ? vec_load(x + c) : vec_load_n(x + c, n);
    const ptrdiff_t at = (ptrdiff_t)picture * v->c + c;

    if (!v->scale)
        return a;
    return vec_silu(vec_fma(a, vec_load_n(v->scale + at, n), vec_load_n(v->shift + at, n)));
}

/* One pixel, its channels spread over the slices; x NULL: zeros. */
static void input_pixel(const struct conv3 *v, const struct window *to, const float *x, int picture,
                        float *d)
{
    for (int c0 = 0; c0 < v->c; c0 += to->width, d += to->slice) {
        const int end = v->c - c0 < to->width ? v->c - c0 : to->width;
        for (int c = 0; c < end; c += VL) {
            const int n = end - c < VL ? end - c : VL;
            vec_store(d + c, x ? input_vec(v, x, picture, c0 + c, n) : vec_zero());
        }
    }
}

/* Row y of a picture, which may lie outside, as a row of the window. */
static void input_row(const struct conv3 *v, const struct window *to, int picture, int y, float *d)
{
    const int h = v->upsample ? 2 * v->h : v->h, w = v->upsample ? 2 * v->w : v->w;
    const float *row = NULL;

    if (y >= 0 && y < h)
        row = v->x + ((ptrdiff_t)picture * v->h + (v->upsample ? y / 2 : y)) * v->w * v->c;
    for (int i = 0; i < to->cols; i++, d += to->pitch) {
        const int x = i - v->pad;
        const float *pixel = NULL;
        if (row && x >= 0 && x < w)
            pixel = row + (ptrdiff_t)(v->upsample ? x / 2 : x) * v->c;
        input_pixel(v, to, pixel, picture, d);
    }
}

static void conv_input(const struct conv3 *v, const struct window *to, int r0, int r1)
{
    for (int r = r0; r < r1; r++)
        input_row(v, to, r / to->rows, r % to->rows - v->pad + v->above,
                  to->data + (ptrdiff_t)(r - to->first) * to->cols * to->pitch);
}

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

/* Where the taps of output pixel p begin in the window. */
static const float *direct_pixel(const struct conv3 *v, const struct window *x, int p)
{
    const int y = p / v->out_w, picture = y / v->out_h;
    const ptrdiff_t r = (ptrdiff_t)picture * x->rows + (y - picture * v->out_h) * v->stride;

    return x->data + ((r - x->first) * x->cols + p % v->out_w * v->stride) * x->pitch;
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
                        int n1, float *scratch)
{
    float *const wide = scratch + CONV_PIXELS * 32;

    assert(p1 - p0 <= CONV_PIXELS && n0 % CONV_UNIT == 0);
    for (int n = n0; n < n1; n += NR) {
        direct_columns(v, x, p0, p1, n, scratch, wide);
        for (int p = p0; p < p1; p++)
            finish_row(&v->finish, scratch + (ptrdiff_t)(p - p0) * NR, p, n, n + NR);
    }
}

void FOR_ISA(conv_init)(struct kernels *k);

void FOR_ISA(conv_init)(struct kernels *k)
{
    k->conv_input = conv_input;
    k->conv_direct = conv_direct;
}
