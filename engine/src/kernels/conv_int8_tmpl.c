/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * conv_int8_tmpl.c - the 3x3 convolution in 8 bits: as conv_bf16_tmpl.c, but a pixel
 * of the window has all its channels and their scale, so a tap is a product, and
 * the sums of nine products are added as floats.
 */
#include "kernels/finish.h"
#include "kernels/int8.h"

#include "kernels/conv_input.h"

#include <assert.h>

enum { TAPS = 9, SUMS = BLOCK_ROWS * BLOCK_COLUMNS };

/* Outside the picture all is 0. */
static void input_pixel(const struct conv3 *v, const struct window *to, const float *x, int picture,
                        operand *d)
{
    float values[INT8_MOST_CHANNELS];

    if (!x) {
        memset(d, 0, (size_t)to->pitch * sizeof(*d));
        return;
    }
    for (int c = 0; v->scale && c < v->c; c += VL) {
        const int n = v->c - c < VL ? v->c - c : VL;
        vec_store_part(values + c, input_vec(v, x, picture, c, n), n);
    }
    quantise_row(v->scale ? values : x, v->c, d);
}

static void conv_window(int c, struct window *w)
{
    w->width = int8_blocks(c) * INT8_BLOCK;
    w->pitch = w->width + ROW_SPACE;
}

static size_t conv_scratch(int c)
{
    return SUMS * sizeof(float) +
           (size_t)(BLOCK_ROWS * (int8_blocks(c) * INT8_BLOCK + ROW_SPACE)) * sizeof(operand);
}

/* Pixels [p, end), up to 16, evenly spaced: a row of the window may end between them. */
static bool in_line(const struct conv3 *v, int p, int end)
{
    return end - p >= GROUP && p % v->out_w + GROUP <= v->out_w;
}

/* A tap of up to 16 pixels from p on; the last before `end` stands for those that are not there. */
static struct group tap_pixels(const struct conv3 *v, const struct window *x, int p, int end,
                               ptrdiff_t tap, operand *gathered)
{
    if (in_line(v, p, end))
        return (struct group){ direct_pixel(v, x, p) + tap, v->stride * x->pitch };
    for (int r = 0; r < GROUP; r++)
        memcpy(gathered + r * x->pitch, direct_pixel(v, x, p + r < end ? p + r : end - 1) + tap,
               (size_t)x->pitch * sizeof(*gathered));
    return (struct group){ gathered, x->pitch };
}

/* All sums of pixels [p, end), 32 at most, and 32 columns. */
static void multiply_taps(const struct conv3 *v, const struct window *x, int p, int end,
                          struct int8_columns w, float *sums)
{
    const int blocks = int8_blocks(v->c), groups = end - p > GROUP ? 2 : 1;
    operand *const gathered = (operand *)(void *)(sums + SUMS);

    for (int t = 0; t < TAPS; t++) {
        const ptrdiff_t tap = (ptrdiff_t)(t / 3 * x->cols + t % 3) * x->pitch;
        struct group a[2] = { tap_pixels(v, x, p, end, tap, gathered) };
        if (groups == 2)
            a[1] = tap_pixels(v, x, p + GROUP, end, tap, gathered + GROUP * x->pitch);
        multiply_rows(a, groups, blocks, &w, sums, t == 0);
        w.u += (size_t)blocks * INT8_BYTES;
        w.sum += INT8_COLUMNS;
    }
}

static void conv_direct(const struct conv3 *v, const struct window *x, int p0, int p1, int n0,
                        int n1, void *scratch)
{
    float *const sums = scratch;

    assert(n0 % CONV_UNIT == 0 && v->c <= INT8_MOST_CHANNELS);
    tiles_begin();
    for (int n = n0; n < n1; n += BLOCK_COLUMNS) {
        const struct int8_columns w = int8_columns_at(v->weight, v->c, TAPS, n);
        for (int p = p0; p < p1; p += BLOCK_ROWS) {
            const int end = p1 - p < BLOCK_ROWS ? p1 : p + BLOCK_ROWS;
            multiply_taps(v, x, p, end, w, sums);
            finish_rows(&v->finish, sums, BLOCK_COLUMNS, p, end - p, n);
        }
    }
    tiles_end();
}

void FOR_ISA(conv_int8_init)(struct kernels *k);

void FOR_ISA(conv_int8_init)(struct kernels *k)
{
    struct arithmetic *const in = &k->in[PRECISION_INT8];

    in->conv_input = conv_input;
    in->conv_direct = conv_direct;
    in->conv_window = conv_window;
    in->conv_scratch = conv_scratch;
    in->operand = sizeof(operand);
}
