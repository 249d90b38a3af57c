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

#endif
