/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * vae_bands.h - the finest level of the VAE's decoder in bands of rows.
 *
 * On that level whole features are as large as all that came before together.
 * Here they never exist, but for one: what lies between two GroupNorms is
 * computed band after band, once to gather the statistics of the whole picture,
 * and again to use them. The result has the same bytes as the plain decoder's.
 */
#ifndef ENGINE_MODELS_VAE_BANDS_H
#define ENGINE_MODELS_VAE_BANDS_H

#include "models/vae.h"

/* x: [1,h,w,c], the result of the resnets of the level before, as yet at its size;
 * rows: of the result, of a band -> [1,2h,2w,channels[0]] */
struct tensor vae_finest_level(struct run *r, const struct vae_decoder *d, struct tensor x,
                               int rows);

#endif
