/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * taesd.h - the tiny autoencoder: rough pictures from latents in a twentieth of the time.
 *
 * Bohan (github.com/madebyollin/taesd); names as in diffusers'
 * AutoencoderTiny. It takes the denoiser's latents as they are (no scaling
 * factor), and its two halves are bound apart.
 */
#ifndef ENGINE_MODELS_TAESD_H
#define ENGINE_MODELS_TAESD_H

#include "base/error.h"
#include "nn/layers.h"

enum { TAESD_LEVELS = 4, TAESD_MAX_BLOCKS = 4 };

/* As in diffusers' config.json. */
struct taesd_config {
    int channels, latent_channels;
    int encoder_blocks[TAESD_LEVELS], decoder_blocks[TAESD_LEVELS]; /* in order of use */
};

extern const struct taesd_config taesd_sd;

struct taesd_block {
    struct conv conv[3];
};

struct taesd_level {
    struct conv conv; /* into the level (encoder), out of it (decoder) */
    struct taesd_block block[TAESD_MAX_BLOCKS];
};

struct taesd_half {
    struct taesd_config cfg;
    struct conv conv; /* of the encoder: the last; of the decoder: the first */
    struct taesd_level level[TAESD_LEVELS];
};

/* Whether the numbers are in range. */
bool taesd_config_check(const struct taesd_config *cfg, ebru_error *err);

void taesd_encoder_bind(struct taesd_half *e, struct scope s, const struct taesd_config *cfg);
void taesd_decoder_bind(struct taesd_half *d, struct scope s, const struct taesd_config *cfg);

/* [n,8h,8w,3], -1 to 1 -> [n,h,w,latent_channels] */
struct tensor taesd_encode(struct run *r, const struct taesd_half *e, struct tensor x);

/* [n,h,w,latent_channels] -> [n,8h,8w,3], about -1 to 1 */
struct tensor taesd_decode(struct run *r, const struct taesd_half *d, struct tensor x);

#endif
