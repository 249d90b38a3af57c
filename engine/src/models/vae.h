/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * vae.h - between pictures and latents: Stable Diffusion's autoencoder.
 *
 * Rombach et al. (arXiv:2112.10752), appendix; names as in diffusers'
 * AutoencoderKL. The two halves are bound apart, since most jobs need only the
 * decoder. Latents here are the network's own, before the scaling factor.
 */
#ifndef ENGINE_MODELS_VAE_H
#define ENGINE_MODELS_VAE_H

#include "nn/blocks.h"

enum { VAE_MAX_LEVELS = 6, VAE_MAX_LAYERS = 4 };

/* As in the checkpoint's vae/config.json. */
struct vae_config {
    int levels;
    int channels[VAE_MAX_LEVELS]; /* from the picture down */
    int layers;                   /* resnets per level; one more in the decoder */
    int latent_channels;
    int groups;
    float scaling_factor, shift_factor; /* latent for the denoiser = (latent - shift) * scaling */
    bool quant_conv, post_quant_conv, mid_attention;
};

extern const struct vae_config vae_sd; /* of Stable Diffusion 1 and 2 */

/* Self-attention of all pixels, one head. */
struct vae_attention {
    struct norm norm;
    struct linear qkv, out;
};

struct vae_middle {
    struct resnet resnet[2];
    struct vae_attention attn;
};

struct vae_level {
    struct resnet resnet[VAE_MAX_LAYERS + 1];
    struct conv resample;
};

struct vae_encoder {
    struct vae_config cfg;
    struct conv conv_in, conv_out, quant;
    struct vae_level down[VAE_MAX_LEVELS];
    struct vae_middle mid;
    struct norm norm_out;
};

struct vae_decoder {
    struct vae_config cfg;
    struct conv conv_in, conv_out, post_quant;
    struct vae_level up[VAE_MAX_LEVELS]; /* by order of use: 0 is the smallest picture */
    struct vae_middle mid;
    struct norm norm_out;
};

/* Whether the numbers are in range and make a network together. */
bool vae_config_check(const struct vae_config *cfg, ebru_error *err);

void vae_encoder_bind(struct vae_encoder *e, struct scope s, const struct vae_config *cfg);
void vae_decoder_bind(struct vae_decoder *d, struct scope s, const struct vae_config *cfg);

/* The mean of the latents, which we take instead of a sample. [n,h,w,3], -1 to 1, h and w
 * multiples of f = 2^(levels-1) -> [n,h/f,w/f,latent_channels] */
struct tensor vae_encode(struct run *r, const struct vae_encoder *e, struct tensor x);

/* [n,h,w,latent_channels] -> [n,f*h,f*w,3], about -1 to 1 */
struct tensor vae_decode(struct run *r, const struct vae_decoder *d, struct tensor x);

/* The same bytes with about two thirds of the memory and half as much work again: the finest level
 * is computed in bands of `rows` rows of the latent (see vae_bands.h), at least 1, rounded up
 * to what the layers need. x: of one picture. */
struct tensor vae_decode_banded(struct run *r, const struct vae_decoder *d, struct tensor x,
                                int rows);

#endif
