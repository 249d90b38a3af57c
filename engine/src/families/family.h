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
#include "kernels/kernels.h"
#include "nn/run.h"
#include "samplers/samplers.h"
#include "text/prompt.h"

struct family;

/* An open checkpoint. */
struct model {
    const struct family *family;
    ebru_model_info info;
    char name[128]; /* of its file or folder, without the ending */
    struct kernels kernels;
    int threads;
    size_t memory;       /* bytes allowed in all */
    size_t weight_bytes; /* taken by weights and vocabulary */
    struct bpe *bpe;
    int pad; /* id that fills a short text */
    struct schedule_config schedule;
    int latent_channels, latent_scale; /* pixels per latent, each way */
    float preview[4][4];               /* [latent channel or 1][r, g, b]: rough colours, 0 to 1 */
    void *networks;                    /* the family's own */
};

/* The prompts of one batch, as the denoiser wants them: keys and values of every
 * cross-attention, [n rows]. Opaque to the pipeline, on the arena. */
struct text_state;

struct family {
    const char *name;
    bool (*open)(struct model *m, const char *path, const ebru_options *o, ebru_error *err);
    void (*close)(struct model *m);

    /* prompts[0..n), all of the same number of chunks; clip_skip as A1111 counts. Also
     * where in the run's arena to find the text. */
    struct text_state *(*encode_text)(struct run *r, const struct model *m,
                                      const struct prompt *const *prompts, int n, int clip_skip);
    /* x: [n,h,w,c] scaled for the network, t: timestep, rows [first, first + n) of the text
     * -> [n,h,w,c], what the network predicts. */
    struct tensor (*predict)(struct run *r, const struct model *m, const struct text_state *text,
                             int first, struct tensor x, float timestep);
    /* [1,8h,8w,3], -1 to 1 -> [1,h,w,c]: the mean, scaled for the denoiser */
    struct tensor (*encode)(struct run *r, const struct model *m, struct tensor picture);
    /* [1,h,w,c] -> [1,8h,8w,3], -1 to 1. rows: of latents decoded at once, 0: all */
    struct tensor (*decode)(struct run *r, const struct model *m, struct tensor latent, int rows);
    /* A quick, rough decode for previews, 0 to 1; NULL data: this model has none. */
    struct tensor (*sketch)(struct run *r, const struct model *m, struct tensor latent);
};

/* From headers alone. */
bool model_probe(const char *path, ebru_model_info *info, ebru_error *err);

bool model_open(struct model *m, const char *path, const ebru_options *options, ebru_error *err);
void model_close(struct model *m);

#endif
