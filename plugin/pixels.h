/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pixels.h - arithmetic on pictures that neither GIMP nor the engine does: sizes,
 * what stands in a selection before it is filled, and colours that fit.
 *
 * Pictures are ebru_images, sRGB-encoded. Nothing is clamped: who takes the
 * result to 8 bits does that.
 */
#ifndef PLUGIN_PIXELS_H
#define PLUGIN_PIXELS_H

#include <ebru/ebru.h>

enum prefill { PREFILL_AUTOMATIC, PREFILL_NONE, PREFILL_NEUTRAL, PREFILL_BLUR, PREFILL_BORDER };

/* *to: `from` at another size, by Lanczos' kernel of three lobes, widened when it shrinks; a copy,
 * bit for bit, at the same size. Masks stay within 0 to 1. */
bool pixels_resize(const ebru_image *from, int height, int width, ebru_image *to, ebru_error *err);

/* Replace what `where` (one channel, the same size) covers by grey, by a blur of what is around,
 * or by the nearest pixel outside. */
bool pixels_prefill(ebru_image *picture, const ebru_image *where, enum prefill how,
                    ebru_error *err);

/* Give `result` the mean and the standard deviation that `original` has, channel by channel, in
 * the ring of `width` px outside of `mask`. Does nothing where the ring has too few pixels. */
bool pixels_match(ebru_image *result, const ebru_image *original, const ebru_image *mask, int width,
                  ebru_error *err);

/* result = original where mask is 0, bit for bit; a mixture above. */
void pixels_blend(ebru_image *result, const ebru_image *original, const ebru_image *mask);

#endif
