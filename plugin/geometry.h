/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * geometry.h - which part of an image the model sees, and at what size.
 *
 * Plain arithmetic on boxes in pixels of the image, after the rules of
 * krita-ai-diffusion: the selection, room around it, at least what the model was
 * trained on, shifted into the canvas before it is shrunk. The box and the size
 * that the model works at have the same proportions, so nothing is distorted;
 * only where the canvas is the limit they may differ by less than one multiple.
 */
#ifndef PLUGIN_GEOMETRY_H
#define PLUGIN_GEOMETRY_H

#include <ebru/ebru.h>

struct box {
    int x, y, w, h;
};

enum context { CONTEXT_AUTOMATIC, CONTEXT_SELECTION, CONTEXT_IMAGE, CONTEXT_CHANNEL };

/* What a person may set about the border of a selection. */
struct edges {
    int grow;       /* px beyond the selection that may change, before the feather */
    double feather; /* width of the soft border, part of the selection's diagonal, 0 to 1 */
    int blend;      /* px, at most, over which the result fades in */
    int padding;    /* px of context on every side; 0: by the size of the selection */
    enum context context;
    struct box frame; /* of the channel, for CONTEXT_CHANNEL */
};

/* The same border in pixels of the image. */
struct border {
    int grow;    /* dilation of what may change */
    int feather; /* half-width of its blur */
    int blend;   /* dilation and half-width of the blur of what is shown */
};

/* What the model was trained on. */
struct native {
    int side; /* px */
    double min_pixels, max_pixels;
    int multiple; /* width and height must be multiples of it */
};

struct plan {
    struct box context; /* what the model sees, inside the canvas */
    int width, height;  /* what it works at */
    struct border border;
};

bool box_is_empty(struct box b);
struct box box_intersect(struct box a, struct box b);
struct box box_grow(struct box b, int n);

struct native native_of(const ebru_model_info *info);

/* The multiple nearest to a side that lies in [low, high]. */
int side_snap(int side, int multiple, int low, int high);

/* strength: 0 to 1 */
struct border border_of(struct box selection, double strength, const struct edges *edges);

/* canvas: {0, 0, w, h} or the part of it that is to be worked on; selection: inside it, not
 * empty. */
struct plan plan_selection(struct box canvas, struct box selection, double strength,
                           const struct edges *edges, const struct native *native);

/* The same for all of `canvas`, without a selection. */
struct plan plan_whole(struct box canvas, const struct native *native);

/* ---- More canvas ------------------------------------------------------- */

enum { EXPAND_OVERLAP = 64 }; /* px of what is there that blend into what is new */

/* px to add on each side */
struct margins {
    int left, right, top, bottom;
};

/* A part of what is to be added that is painted in one go. Coordinates are those of the old
 * canvas, so they may be negative. */
struct strip {
    struct box add;
    struct box known; /* holds `add`; all else in it is there by then */
};

/* The old canvas and its margins. */
struct box box_expand(struct box canvas, const struct margins *margins);
struct box box_union(struct box a, struct box b);

/* Strips of at most `most` px, one side after the other from the canvas outwards, corners last.
 * Returns how many there are; fills at most `room` of them. */
int plan_expansion(struct box canvas, const struct margins *margins, int most, struct strip *list,
                   int room);

/* Context and size of the work for a strip; padding: px of context, 0: automatic. */
struct plan plan_strip(const struct strip *strip, int padding, const struct native *native);

/* ---- Tiles ------------------------------------------------------------- */

/* Starts of the intervals of `side` px that cover `length` px and overlap by at least `overlap`.
 * Returns how many; fills at most `room`. One when it all fits. */
int plan_tiles(int length, int side, int overlap, int *starts, int room);

#endif
