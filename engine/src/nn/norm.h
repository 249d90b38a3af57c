/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * norm.h - GroupNorm as what it comes to once the statistics are known: one
 * multiply-add per value. Convolutions apply it on the way in, so a normalised
 * tensor is written only where no convolution follows.
 */
#ifndef ENGINE_NN_NORM_H
#define ENGINE_NN_NORM_H

#include "nn/layers.h"

/* scale, shift [n][c]: GroupNorm of x [n,h,w,c] is x * scale + shift. Takes scratch
 * from the arena and gives it back: to be called in rehearsal too. Counts no work. */
void group_norm_fold(struct run *r, const struct norm *l, struct tensor x, float *scale,
                     float *shift);

/* The same for one picture that is never there as a whole, but comes in bands of rows. */
struct group_sums {
    int pixels;    /* so far */
    float *pivot;  /* [c]: the first pixel */
    float *pieces; /* [pieces of 64 pixels][2][c]: sums and squares of distances from it */
};

/* Room for a picture, on the arena. */
struct group_sums group_sums_new(struct run *r, int pixels, int c);

/* band: [1,h,w,c], the rows below those added before. All bands but the last have a
 * multiple of 64 pixels: then the sums are those of the whole, bit for bit. */
void group_sums_add(struct run *r, struct group_sums *s, struct tensor band);

/* scale, shift: [c] */
void group_sums_fold(struct run *r, const struct norm *l, const struct group_sums *s, float *scale,
                     float *shift);

#endif
