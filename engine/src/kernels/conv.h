/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * conv.h - what the kernels of convolutions take. They work in two steps, so
 * that threads can share the first: the input into a window (and for Winograd's
 * algorithm from there into tiles), then products of it with the weights.
 */
#ifndef ENGINE_KERNELS_CONV_H
#define ENGINE_KERNELS_CONV_H

#include "kernels/product.h"

/* A 3x3 convolution of pictures [n][h][w][c], which are read at twice their
 * size if `upsample`, normalised on the way in if `scale` is not NULL:
 * silu(x * scale + shift), and padded: `pad` rows and columns before and as many
 * as it takes behind, zeros, or what lies at the other side where the picture
 * wraps. The first output row lies `above` rows below the
 * first that is there. Weight: [out][c][3][3], packed by pack_conv3(). */
struct conv3 {
    const float *x;
    int n, h, w, c;
    bool upsample, wrap_x, wrap_y;
    const float *scale, *shift; /* [n][c] */
    int pad, above, stride, out_h, out_w;
    const void *weight;
    enum storage type;
    struct finish finish;
};

/* Pictures on their way into a convolution: padded, normalised, `rows` rows of
 * `cols` pixels per picture, one picture below the other. Channels in slices of
 * `width`, each with the pixels `pitch` numbers apart. */
struct window {
    int rows, cols, width, pitch;
    ptrdiff_t slice; /* numbers from slice to slice */
    int first, end;  /* the rows that are there, of all */
    void *data;      /* floats, or what a precision makes of them: arithmetic.operand bytes */
};

enum { CONV_SLICE = 32 };                    /* channels per slice, where there are several */
enum { WINO_TILE = 4, WINO_PLANES = 36 };    /* F(4x4, 3x3) */
enum { CONV_UNIT = 32, CONV_PIXELS = 1536 }; /* columns begin at a multiple; most pixels a call */

/* The transformed tiles of the input: [chunk][36][capacity][chunk of channels]. */
struct tiles {
    float *data;
    int capacity, chunk; /* tiles; channels */
    ptrdiff_t plane;     /* floats from plane to plane */
};

/* Tiles and channels at a time. What a turn adds up and its widened weights, WINO_SCRATCH (630 kB
 * with AVX-512), share the second cache with the tiles that stream through it: with twice as much
 * all convolutions take a sixth longer (docs/performance.md). The bytes are the same. */
enum { WINO_TILES = 64, WINO_CHUNK = 64 };
enum { WINO_SCRATCH = WINO_PLANES * ((WINO_TILES + 8) * 32 + 16 + WINO_CHUNK * 32 + 16) };

#endif
