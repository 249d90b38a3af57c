/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * blocks.h - what several networks are built of: residual blocks of
 * convolutions, transformers over pixels, and the embedding of time. Names
 * and order are those of diffusers' modules.
 */
#ifndef ENGINE_NN_BLOCKS_H
#define ENGINE_NN_BLOCKS_H

#include "nn/layers.h"

enum { TRANSFORMER_MAX_DEPTH = 10 };

/* GroupNorm, SiLU, 3x3, twice, around a shortcut; in the UNet with the time in between.
 * He et al. (arXiv:1512.03385), as in diffusers' ResnetBlock2D. */
struct resnet {
    struct norm norm1, norm2;
    struct conv conv1, conv2;
    struct linear time;
    struct linear shortcut; /* in: 0 where input and output have the same channels */
};

/* time: channels of the time embedding, 0: there is none */
void resnet_bind(struct resnet *b, struct scope s, int in, int out, int time, int groups,
                 float eps);

/* x: [n,h,w,in], time: [n,1,1,time], already through silu, or NULL -> [n,h,w,out] */
struct tensor resnet(struct run *r, const struct resnet *b, struct tensor x,
                     const struct tensor *time);

/* The same over x, the newest tensor, which begins at `mark` of the arena and whose place the
 * result takes: the same bytes in half the memory. No time. */
struct tensor resnet_over(struct run *r, const struct resnet *b, size_t mark, struct tensor x);

/* One layer of a transformer: attention to itself, to the text, and a GEGLU feed-forward.
 * Vaswani et al. (arXiv:1706.03762), Shazeer (arXiv:2002.05202). */
struct transformer_block {
    struct norm norm1, norm2, norm3;
    struct linear qkv, self_out;   /* of the pixels to themselves */
    struct linear q, kv, text_out; /* of the pixels to the text */
    struct linear ff_in, ff_out;
};

/* diffusers' Transformer2DModel */
struct transformer {
    struct norm norm;
    struct linear in, out;
    struct transformer_block block[TRANSFORMER_MAX_DEPTH];
    int depth, heads;
};

/* The projections around the blocks are linear layers, or 1x1 convolutions, which are
 * the same. heads divides c. */
void transformer_bind(struct transformer *b, struct scope s, int c, int heads, int depth,
                      int context, int groups);

/* x: [n,h,w,c], changed in place; text_kv: for each of the `depth` blocks the keys and
 * values of the text, [n,1,tokens,2c]. */
void transformer(struct run *r, const struct transformer *b, struct tensor x,
                 const struct tensor *text_kv);

/* Softmax attention of x to itself over `heads`: qkv: [n,h,w,3c], queries, keys and
 * values side by side -> [n,1,h*w,c] */
struct tensor self_attention(struct run *r, struct tensor qkv, int heads, bool causal);

/* Sines and cosines of t at c/2 frequencies, the same for all n -> [n,1,1,c]. c even;
 * flip: cosines first; shift: taken from c/2 where the frequencies are spaced. */
struct tensor timestep_embedding(struct run *r, float t, int n, int c, bool flip, float shift);

#endif
