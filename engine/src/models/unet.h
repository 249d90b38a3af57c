/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * unet.h - the denoising network of Stable Diffusion 1.x and 2.x.
 *
 * Rombach et al., High-Resolution Image Synthesis with Latent Diffusion Models
 * (arXiv:2112.10752); names and order of blocks as in diffusers'
 * UNet2DConditionModel. The list of blocks is data, so smaller relatives
 * (BK-SDM, tiny-sd) are configurations. Keys and values of the text depend on
 * the prompt alone: they are computed once (unet_read) and kept.
 */
#ifndef ENGINE_MODELS_UNET_H
#define ENGINE_MODELS_UNET_H

#include "nn/blocks.h"

enum {
    UNET_LEVELS = 6,
    UNET_MAX_RESNETS = 4,
    UNET_MAX_SKIPS = UNET_LEVELS * (UNET_MAX_RESNETS + 1)
};

/* As in the checkpoint's unet/config.json. */
struct unet_config {
    int in_channels, out_channels;
    int levels;
    int channels[UNET_LEVELS];
    int resnets[UNET_LEVELS];    /* per level on the way down; one more on the way up */
    int down_depth[UNET_LEVELS]; /* transformer blocks after each resnet; 0: none */
    int up_depth[UNET_LEVELS];   /* the same on the way up, by level, not by order */
    int mid_depth;                   /* 0: no transformer in the middle */
    bool mid;                        /* there is a middle block */
    int heads[UNET_LEVELS];
    int context; /* channels of the text embedding */
    int groups;  /* of GroupNorm */
    float eps;
    bool linear_projection; /* SD 2.x: proj_in/out are linear, not 1x1 conv: the same to us */
    bool flip_sin_to_cos;
    float freq_shift;
};

struct unet_level {
    struct resnet resnet[UNET_MAX_RESNETS];
    struct transformer attn[UNET_MAX_RESNETS];
    struct conv resample;
};

struct unet {
    struct unet_config cfg;
    struct conv conv_in, conv_out;
    struct linear time1, time2;
    struct unet_level down[UNET_LEVELS], up[UNET_LEVELS];
    struct resnet mid[2];
    struct transformer mid_attn;
    struct norm norm_out;
};

extern const struct unet_config unet_sd15, unet_sd21;

/* Whether the numbers make a network: ranges, divisibility. */
bool unet_config_check(const struct unet_config *cfg, ebru_error *err);

void unet_bind(struct unet *u, struct scope s, const struct unet_config *cfg);

/* Keys and values of every attention to the text, in the order of use. */
struct unet_text {
    struct tensor kv[2 * UNET_MAX_SKIPS * TRANSFORMER_MAX_DEPTH]; /* [n,1,tokens,2c] */
    int count;
};

/* text: [n,1,tokens,context], [tokens] a multiple of 77 -> on the arena */
void unet_read(struct run *r, const struct unet *u, struct tensor text, struct unet_text *out);

/* One prediction. x: [n,h,w,in_channels], h and w multiples of 2^(levels-1); timestep: of all
 * n; text: of at least first + n rows, of which [first, first + n) are used.
 * -> [n,h,w,out_channels] */
struct tensor unet_forward(struct run *r, const struct unet *u, struct tensor x, float timestep,
                           const struct unet_text *text, int first);

#endif
