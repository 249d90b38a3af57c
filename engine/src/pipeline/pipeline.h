/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * pipeline.h - from a request to pictures: one path for all jobs.
 *
 * Text, picture and mask are optional inputs of the same loop, not variants of
 * it. A task is planned (checked and rehearsed: memory and work are then known)
 * and then run; both go through the same code, once with run.skip set.
 */
#ifndef ENGINE_PIPELINE_PIPELINE_H
#define ENGINE_PIPELINE_PIPELINE_H

#include "base/random.h"
#include "families/family.h"

/* Where unit normal noise comes from: [c][h][w] of one picture at a time. */
struct noise_source {
    void (*draw)(void *self, float *noise, size_t n);
    void *self;
};

struct task {
    const struct model *model;
    const ebru_request *req;
    const ebru_watch *watch;
    struct run run;
    struct sampling sampling;
    struct prompt prompt, negative;
    int width, height;   /* pixels */
    int h, w, c;         /* of the latents */
    bool guided, edit;   /* edit: starts from a picture */
    bool wrap_x, wrap_y; /* the sides of the picture fit together */
    bool tiny;           /* decoded by the tiny autoencoder */
    float *known[2];     /* encodings of `negative` and `prompt` kept from before, or NULL */
    int decode_rows;     /* latent rows decoded at once; 0: all */
    bool sketches;       /* previews by the tiny autoencoder */
    double sketch_work;  /* floating-point operations for those */
    int64_t seed;        /* of picture 0, resolved */
    int until;           /* call before which to pause */
    size_t bytes;        /* peak, all included */

    /* while it runs */
    ebru_progress progress;
    struct inner {
        struct unet_inner of; /* x of `n` pictures, from text `first` on; no pictures: not used */
        int n, first, age;    /* age: calls since it was computed */
    } inner;
    bool finish; /* no further calls: decode what there is */
    int made;    /* pictures that are done */
    ebru_error error;
    const struct noise_source *given; /* instead of the seed's: tests */
    /* Told the latents [h][w][c] after each call: tests; may be NULL. */
    void (*after)(void *self, int call, const float *x, size_t n);
    void *after_self;
    ebru_result *result;
};

/* Check the request against the model, resolve what it leaves open and rehearse.
 * previews: somebody looks at them.
 * Fails with EBRU_NO_MEMORY and cheaper proposals when the model's allowance does not suffice. */
bool task_plan(struct task *t, const struct model *m, const ebru_request *req, bool previews,
               ebru_error *err);

/* Run a planned task. */
bool task_run(struct task *t, const ebru_watch *watch, ebru_result *out, ebru_error *err);

void task_clear(struct task *t);

/* --- inside the pipeline ------------------------------------------------ */

/* The whole job, real or rehearsed. */
void task_pass(struct task *t);

/* Guided prediction for x [1,h,w,c] at `call` -> [1,h,w,c]. */
struct tensor guide(struct task *t, const struct text_state *text, struct tensor x, int call);

/* Per-pixel strength: after `call`, put back the picture (noised to the next
 * level) wherever the mask does not yet let it change. All [h*w*c]; level is scratch. */
void mask_restore(struct task *t, float *x, const float *clean, const float *noise, float *level,
                  int call);

/* Outside the mask the result is the given picture, bit for bit. */
void mask_composite(const struct task *t, ebru_image *image);

/* What the last call foresees, one pixel a latent: a linear guess at the decoder; shown, and as a
 * picture. */
void preview(struct task *t);
bool preview_rough(const struct task *t, ebru_image *image);

/* The same by the tiny autoencoder, at a few calls of a run; rehearsed like all work. */
void sketch(struct task *t, int call);

/* The same where it can be had, else the linear guess, into the result. */
void sketch_deliver(struct task *t, int picture);

/* Whether the request's drafts belong to it. */
bool draft_check(const struct task *t, ebru_error *err);

/* The draft that a picture goes on from; NULL: none. */
const ebru_draft *draft_of(const struct task *t, int picture);
int64_t draft_seed(const struct task *t, int picture);

/* x [h*w*c], what the sampler foresees and its history: out of a draft, and into the result's. */
void draft_restore(struct task *t, const ebru_draft *draft, float *x);
void draft_save(struct task *t, int picture, int calls, const float *x);

/* Stop the task with an error, unless x [n] is finite throughout. */
bool task_finite(struct task *t, const float *x, size_t n, const char *what);

#endif
