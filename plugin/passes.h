/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * passes.h - pictures that take more than one call of the engine.
 *
 * A canvas that grows is painted strip by strip, each from what is there by then;
 * a large area is painted small and then again in tiles at its full size; and
 * variants of a prompt with alternatives differ in their words. All that is a
 * list of passes over one picture, which runs on the engine's thread and looks
 * from outside like one call: one progress, one result, the same bytes for the
 * same list. Nothing here knows GIMP.
 */
#ifndef PLUGIN_PASSES_H
#define PLUGIN_PASSES_H

#include "backend.h"
#include "geometry.h"
#include "pixels.h"

struct pass {
    struct box at;     /* in the picture */
    int width, height; /* what the model works at */
    double strength;
    ebru_image mask;      /* [at.h][at.w]: where and how much it changes; no data: everywhere */
    struct box hole;      /* in the picture: what stands for nothing yet, and is filled before */
    enum prefill prefill; /* how */
    bool match_colours;   /* to the ring around the mask */
    bool outright; /* where the mask is not 0 the result counts in full: what shows it fades it */
    int fade;      /* px at its left and top over which it takes over from those before; 0: none */
};

/* How much of the pass counts at a pixel of it, 0 to 1, so that seams fade. */
float pass_share(const struct pass *pass, int x, int y);

struct passes {
    struct pass *list;
    int count;                   /* 0: the request as it is */
    ebru_image picture;          /* to begin with, as large as the result; with `list` */
    char **prompts, **negatives; /* [request.count]; NULL: those of the request */
};

/* All owned by it; NULL is fine. */
void passes_free(struct passes *passes);

/* The picture small in one pass, then in tiles of the native side: what `base` is for the first,
 * tiles follow where it is larger. Moves picture and mask (which may have no data) into it. NULL
 * without memory. */
struct passes *passes_fine(const struct plan *base, double strength, int side, ebru_image *picture,
                           ebru_image *mask);

/* The same for passes_estimate() alone, without a pixel. area: what changes, in the picture. */
struct passes *passes_sketch(const struct plan *base, double strength, int side, struct box area);

/* For `count` of the pictures of one that has words alone, by their numbers; NULL without memory.
 */
struct passes *passes_words(const struct passes *from, const int *chosen, int count);

/* As ebru_generate(); the request has a seed. */
bool passes_generate(const struct passes *passes, const struct backend *backend,
                     const struct backend_model *model, const ebru_request *req,
                     const ebru_watch *watch, ebru_result *out, ebru_error *err);

/* What all of it needs: the most memory of any pass, the work of all. */
bool passes_estimate(const struct passes *passes, const struct backend *backend,
                     const struct backend_model *model, const ebru_request *req, ebru_cost *cost,
                     ebru_error *err);

/* The request for picture i. */
ebru_request passes_request(const struct passes *passes, const ebru_request *req, int i);

#endif
