/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * family.h - kinds of models: which networks there are and how they fit together.
 *
 * A family opens a checkpoint and offers the four things the pipeline asks for:
 * the text as the denoiser wants it, one prediction, and the way between
 * pictures and latents. It knows nothing of steps, guidance or masks. Networks
 * run inside the caller's struct run, in rehearsal as well as for real.
 */
#ifndef ENGINE_FAMILIES_FAMILY_H
#define ENGINE_FAMILIES_FAMILY_H

#include "base/error.h"
#include "families/text_cache.h"
#include "kernels/kernels.h"
#include "models/unet.h"
#include "nn/run.h"
#include "samplers/samplers.h"
#include "text/prompt.h"

struct family;

enum { FAMILY_MAX_LATENTS = 16 }; /* channels of latents, of any family */

/* An open checkpoint. */
struct model {
    const struct family *family;
    ebru_model_info info;
    struct kernels kernels;
    int threads;
    size_t memory;       /* bytes the process may use for it, weights included */
    size_t weight_bytes; /* taken by the weights */
    struct bpe *bpe;
    struct schedule_config schedule;
    int latent_channels, latent_scale; /* pixels per latent, each way */
    /* rough colours, 0 to 1: sum of latent[c] * preview[c][r, g, b], plus the last row */
    float preview[FAMILY_MAX_LATENTS + 1][4];
    int inner_channels; /* of struct unet_inner */
    struct text_cache *texts;
    void *networks; /* the family's own */
};

/* The prompts of one batch as the denoiser wants them; what it points to lies on the arena. */
struct text_state {
    struct unet_text unet;
};

struct family {
    bool (*probe)(const char *path, ebru_model_info *info, ebru_error *err);
    /* model_open() has filled in the machine's side of *m; close() also follows a failure. */
    bool (*open)(struct model *m, const char *path, const ebru_options *o, ebru_error *err);
    void (*close)(struct model *m);

    /* prompts[0..n), all of the same number of chunks; known[i]: its encoding, as
     * text_cache_find() gave it, or NULL. clip_skip as A1111 counts, from 1. */
    void (*encode_text)(struct run *r, const struct model *m, const struct prompt *const *prompts,
                        const float *const *known, int n, int clip_skip, struct text_state *out);
    /* x: [n,h,w,c] scaled for the network; rows [first, first + n) of the text; inner: NULL,
     * or [n,h,w,inner_channels] of it -> [n,h,w,c], what the network predicts. */
    struct tensor (*predict)(struct run *r, const struct model *m, const struct text_state *text,
                             int first, struct tensor x, float timestep,
                             const struct unet_inner *inner);
    /* [1,8h,8w,3], -1 to 1 -> [1,h,w,c]: the mean, scaled for the denoiser */
    struct tensor (*encode)(struct run *r, const struct model *m, struct tensor picture);
    /* [1,h,w,c] -> [1,8h,8w,3], -1 to 1. rows: of latents decoded at once, 0: all */
    struct tensor (*decode)(struct run *r, const struct model *m, struct tensor latent, int rows);
    /* Whether there is a quick, rough decode for previews; it: as decode. */
    bool (*can_sketch)(const struct model *m);
    struct tensor (*sketch)(struct run *r, const struct model *m, struct tensor latent);
};

/* From headers alone. */
bool model_probe(const char *path, ebru_model_info *info, ebru_error *err);

/* Kernels of the instruction set and the precision that the options name. */
bool kernels_choose(struct kernels *k, const ebru_options *o, ebru_error *err);

bool model_open(struct model *m, const char *path, const ebru_options *options, ebru_error *err);
void model_close(struct model *m);

#endif
