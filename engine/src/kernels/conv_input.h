/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * conv_input.h - the input of convolutions on its way into a window: padded,
 * normalised, read at twice its size. For NAME_tmpl.c only, which say what a
 * window is made of: the type `operand`, and input_pixel().
 */
#ifndef ENGINE_KERNELS_CONV_INPUT_H
#define ENGINE_KERNELS_CONV_INPUT_H

#include "kernels/conv.h"
#include "kernels/vec.h"

/* silu(x * scale + shift) of n <= VL channels from c on, or x as it is. */
INLINE vec input_vec(const struct conv3 *v, const float *x, int picture, int c, int n)
{
    const vec a = n == VL ? vec_load(x + c) : vec_load_n(x + c, n);
    const ptrdiff_t at = (ptrdiff_t)picture * v->c + c;

    if (!v->scale)
        return a;
    return vec_silu(vec_fma(a, vec_load_n(v->scale + at, n), vec_load_n(v->shift + at, n)));
}

/* One pixel; x NULL: zeros. */
static void input_pixel(const struct conv3 *v, const struct window *to, const float *x, int picture,
                        operand *d);

/* Which of n rows or columns is read at i, which may lie outside; -1: none. */
INLINE int input_at(int i, int n, bool wrap)
{
    if (i >= 0 && i < n)
        return i;
    return wrap ? (i % n + n) % n : -1;
}

/* Row y of a picture, which may lie outside, as a row of the window. */
static void input_row(const struct conv3 *v, const struct window *to, int picture, int y,
                      operand *d)
{
    const int h = v->upsample ? 2 * v->h : v->h, w = v->upsample ? 2 * v->w : v->w;
    const float *row = NULL;

    y = input_at(y, h, v->wrap_y);
    if (y >= 0)
        row = v->x + ((ptrdiff_t)picture * v->h + (v->upsample ? y / 2 : y)) * v->w * v->c;
    for (int i = 0; i < to->cols; i++, d += to->pitch) {
        const int x = input_at(i - v->pad, w, v->wrap_x);
        const float *pixel = NULL;
        if (row && x >= 0)
            pixel = row + (ptrdiff_t)(v->upsample ? x / 2 : x) * v->c;
        input_pixel(v, to, pixel, picture, d);
    }
}

static void conv_input(const struct conv3 *v, const struct window *to, int r0, int r1)
{
    for (int r = r0; r < r1; r++)
        input_row(v, to, r / to->rows, r % to->rows - v->pad + v->above,
                  (operand *)to->data + (ptrdiff_t)(r - to->first) * to->cols * to->pitch);
}

/* Where the taps of output pixel p begin in the window. */
static const operand *direct_pixel(const struct conv3 *v, const struct window *x, int p)
{
    const int y = p / v->out_w, picture = y / v->out_h;
    const ptrdiff_t r = (ptrdiff_t)picture * x->rows + (y - picture * v->out_h) * v->stride;

    return (const operand *)x->data +
           ((r - x->first) * x->cols + p % v->out_w * v->stride) * x->pitch;
}

#endif
