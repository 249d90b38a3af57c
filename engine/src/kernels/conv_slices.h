/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * conv_slices.h - pixels of a window whose channels lie in slices, each number converted
 * on its own: operand_store(p, v) for VL of them. For NAME_tmpl.c only.
 */
#ifndef ENGINE_KERNELS_CONV_SLICES_H
#define ENGINE_KERNELS_CONV_SLICES_H

#include "kernels/conv_input.h"

static void input_pixel(const struct conv3 *v, const struct window *to, const float *x, int picture,
                        operand *d)
{
    for (int c0 = 0; c0 < v->c; c0 += to->width, d += to->slice) {
        for (int c = 0; c < to->width; c += VL) {
            const int left = v->c - c0 - c, n = left > VL ? VL : left;
            operand_store(d + c, x && n > 0 ? input_vec(v, x, picture, c0 + c, n) : vec_zero());
        }
    }
}

static void conv_window(int c, struct window *w)
{
    (void)c;
    w->width = w->pitch = CONV_SLICE;
}

#endif
