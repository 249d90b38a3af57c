/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * clip_text.h - CLIP's text encoder: CLIP-L of Stable Diffusion 1, OpenCLIP-H of 2.
 *
 * Radford et al., Learning Transferable Visual Models From Natural Language
 * Supervision (arXiv:2103.00020); names as in transformers' CLIPTextModel.
 * Stable Diffusion 2 reads the last layer but one: its files name 23 layers, or
 * 24 of which the configuration asks for 23.
 */
#ifndef ENGINE_MODELS_CLIP_TEXT_H
#define ENGINE_MODELS_CLIP_TEXT_H

#include "nn/blocks.h"

enum { CLIP_MAX_LAYERS = 48, CLIP_TOKENS = 77 };

/* As in the checkpoint's text_encoder/config.json. */
struct clip_text_config {
    int vocabulary, width, inner, layers, heads;
    float eps;
    enum activation act; /* ACT_QUICK_GELU or ACT_GELU */
};

struct clip_layer {
    struct norm norm1, norm2;
    struct linear qkv, out, fc1, fc2;
};

struct clip_text {
    struct clip_text_config cfg;
    struct weight tokens, positions;
    struct clip_layer layer[CLIP_MAX_LAYERS];
    struct norm norm;
};

extern const struct clip_text_config clip_l, openclip_h;

/* Whether the numbers are in range and make a network together. */
bool clip_text_config_check(const struct clip_text_config *cfg, ebru_error *err);
void clip_text_bind(struct clip_text *t, struct scope s, const struct clip_text_config *cfg);

/* ids: [n][77], each below `vocabulary` -> [n,1,77,width]: what the layer `skip` (0 to
 * layers - 1) before the last says, through the final LayerNorm. */
struct tensor clip_text_forward(struct run *r, const struct clip_text *t, const int *ids, int n,
                                int skip);

#endif
