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
    UNET_MAX_RESNETS = 4, /* of a level, on the way up */
    UNET_MAX_SKIPS = UNET_LEVELS * UNET_MAX_RESNETS,
    UNET_MAX_READERS = (UNET_LEVELS * (2 * UNET_MAX_RESNETS - 1) + 1) * TRANSFORMER_MAX_DEPTH
};

/* As in the checkpoint's unet/config.json. Arrays go from the finest level down. */
struct unet_config {
    int in_channels, out_channels;
    int levels;
    int channels[UNET_LEVELS];
    int resnets[UNET_LEVELS];    /* on the way down; one more on the way up */
    int down_depth[UNET_LEVELS]; /* transformer blocks after each resnet; 0: none */
    int up_depth[UNET_LEVELS];
    int heads[UNET_LEVELS];
    bool mid;      /* there is a middle block */
    int mid_depth; /* 0: it is a resnet alone, else two around a transformer */
    int context;   /* channels of the text embedding */
    int groups;    /* of GroupNorm */
    float eps;
    bool linear_projection; /* SD 2.x: proj_in/out are linear, not 1x1 conv: the same to us */
    bool flip_sin_to_cos;
    float freq_shift;
};

extern const struct unet_config unet_sd15, unet_sd21;

struct unet_level {
    struct resnet resnet[UNET_MAX_RESNETS];
    struct transformer attn[UNET_MAX_RESNETS];
    struct conv resample;
};

/* Not to be copied: it holds pointers into itself. */
struct unet {
    struct unet_config cfg;
    struct conv conv_in, conv_out;
    struct linear time1, time2;
    struct unet_level down[UNET_LEVELS], up[UNET_LEVELS];
    struct resnet mid[2];
    struct transformer mid_attn;
    struct norm norm_out;
    const struct linear *reader[UNET_MAX_READERS]; /* what the text's keys and values come from */
    int n_readers;
};

/* Whether the numbers are in range and make a network together. */
bool unet_config_check(const struct unet_config *cfg, ebru_error *err);

/* cfg: checked */
void unet_bind(struct unet *u, struct scope s, const struct unet_config *cfg);

/* Keys and values of every attention to the text, [n,1,tokens,2c], in the order of use. */
struct unet_text {
    struct tensor kv[UNET_MAX_READERS];
};

/* text: [n,1,tokens,context], normalised as the text encoder leaves it; the result lies on
 * the arena. */
void unet_read(struct run *r, const struct unet *u, struct tensor text, struct unet_text *out);

/* One prediction, of the noise, of v or of the picture, as the model was trained.
 * x: [n,h,w,in_channels], h and w multiples of 2^(levels-1); timestep: 0 to 999, may be
 * fractional, the same for all n; text: pictures [first, first + n) of it are used.
 * -> [n,h,w,out_channels] */
struct tensor unet_forward(struct run *r, const struct unet *u, struct tensor x, float timestep,
                           const struct unet_text *text, int first);

/* What reaches the last residual block of the way up from below, [n,h,w,channels[0]]: it changes
 * little from one step to the next. Ma et al., DeepCache (arXiv:2312.00858), with the
 * shallowest branch. */
struct unet_inner {
    struct tensor x;
    bool known; /* x is read, and all that leads to it left out; else x is filled */
};

/* The same; inner NULL: unet_forward(). */
struct tensor unet_forward_inner(struct run *r, const struct unet *u, struct tensor x,
                                 float timestep, const struct unet_text *text, int first,
                                 const struct unet_inner *inner);

#endif
