/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * conv_bf16_tmpl.c - the 3x3 convolution in bf16: as conv_tmpl.c, but the input
 * is rounded on its way into the window, a slice of 32 channels is one block of
 * multiply_block(), and the sums of 32 pixels by 32 columns stay where they are
 * until they are complete.
 */
#include "kernels/block.h"
#include "kernels/conv_slices.h"
#include "kernels/finish.h"

#include <assert.h>

enum {
    TAPS = 9,
    SLICES = 8, /* per call of multiply_block() */
    SUMS = BLOCK_ROWS * BLOCK_COLUMNS
};

/* A convolution's input and where its taps lie; scratch for 32 pixels. */
struct view {
    const struct conv3 *v;
    const struct window *x;
    ptrdiff_t seg[SLICES * TAPS];
    float *sums;       /* [32][32] */
    operand *gathered; /* [2][TAPS][GROUP][32] */
};

/* Pixels [p, end), up to 16, evenly spaced: a row of the window may end between them. */
static bool in_line(const struct conv3 *v, int p, int end)
{
    return end - p >= GROUP && p % v->out_w + GROUP <= v->out_w;
}

/* 16 pixels from p on, the last before `end` repeated, of one slice: one after another. */
static struct group gather(const struct view *w, int p, int end, ptrdiff_t slice, operand *to)
{
    for (int r = 0; r < GROUP; r++) {
        const operand *const pixel =
            direct_pixel(w->v, w->x, p + r < end ? p + r : end - 1) + slice;
        for (int t = 0; t < TAPS; t++)
            memcpy(to + (t * GROUP + r) * CONV_SLICE, pixel + w->seg[t], CONV_SLICE * sizeof(*to));
    }
    return (struct group){ to, CONV_SLICE };
}

/* All sums of pixels [p, end), 32 at most. b: of their 32 columns. */
static void multiply_gathered(const struct view *w, int p, int end, int slices, const uint16_t *b)
{
    const int groups = end - p > GROUP ? 2 : 1;
    ptrdiff_t seg[TAPS];

    for (int t = 0; t < TAPS; t++)
        seg[t] = t * GROUP * CONV_SLICE;
    for (int s = 0; s < slices; s++, b += TAPS * 2 * BF16_TILE) {
        struct group a[2];
        for (int g = 0; g < groups; g++)
            a[g] = gather(w, p + g * GROUP, end, s * w->x->slice,
                          w->gathered + g * TAPS * GROUP * CONV_SLICE);
        multiply_block(a, groups, seg, TAPS, b, w->sums, BLOCK_COLUMNS, s == 0);
    }
}

static void multiply_in_line(const struct view *w, int p, int end, int slices, const uint16_t *b)
{
    const int groups = end - p > GROUP ? 2 : 1;
    const ptrdiff_t step = w->v->stride * w->x->pitch;
    struct group a[2] = { { direct_pixel(w->v, w->x, p), step } };

    if (groups == 2)
        a[1] = (struct group){ direct_pixel(w->v, w->x, p + GROUP), step };
    for (int s = 0; s < slices; s += SLICES) {
        const int n = slices - s < SLICES ? slices - s : SLICES;
        multiply_block(a, groups, w->seg, n * TAPS, b, w->sums, BLOCK_COLUMNS, s == 0);
        a[0].at += SLICES * w->x->slice;
        a[1].at += groups == 2 ? SLICES * w->x->slice : 0;
        b += SLICES * TAPS * 2 * BF16_TILE;
    }
}

static void conv_direct(const struct conv3 *v, const struct window *x, int p0, int p1, int n0,
                        int n1, void *scratch)
{
    const int slices = bf16_blocks(v->c);
    float *const sums = scratch;
    struct view w = { v, x, { 0 }, sums, (operand *)(void *)(sums + SUMS) };

    assert(n0 % CONV_UNIT == 0 && x->width == CONV_SLICE && x->pitch == CONV_SLICE);
    for (int i = 0; i < SLICES * TAPS; i++)
        w.seg[i] = i / TAPS * x->slice + (ptrdiff_t)(i % TAPS / 3 * x->cols + i % 3) * x->pitch;
    tiles_begin();
    for (int n = n0; n < n1; n += BLOCK_COLUMNS) {
        const uint16_t *const b =
            (const uint16_t *)v->weight + (size_t)n * (size_t)slices * TAPS * BF16_BLOCK;
        for (int p = p0; p < p1; p += BLOCK_ROWS) {
            const int end = p1 - p < BLOCK_ROWS ? p1 : p + BLOCK_ROWS;
            if (in_line(v, p, end) && (end - p == GROUP || in_line(v, p + GROUP, end)))
                multiply_in_line(&w, p, end, slices, b);
            else
                multiply_gathered(&w, p, end, slices, b);
            finish_rows(&v->finish, w.sums, BLOCK_COLUMNS, p, end - p, n);
        }
    }
    tiles_end();
}

static size_t conv_scratch(int c)
{
    (void)c;
    return SUMS * sizeof(float) + 2 * TAPS * GROUP * CONV_SLICE * sizeof(operand);
}

void FOR_ISA(conv_bf16_init)(struct kernels *k);

void FOR_ISA(conv_bf16_init)(struct kernels *k)
{
    struct arithmetic *const in = &k->in[PRECISION_BF16];

    in->conv_input = conv_input;
    in->conv_direct = conv_direct;
    in->conv_window = conv_window;
    in->conv_scratch = conv_scratch;
    in->operand = sizeof(operand);
}
