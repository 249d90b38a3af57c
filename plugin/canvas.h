/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * canvas.h - pixels out of GIMP's images and into new layers.
 *
 * The only file that knows GEGL and babl. All is read into memory of our own
 * before the engine starts, since people go on painting; all is written in one
 * burst at the end, inside one undo group. Nothing that was there is written to.
 * Every function belongs to the main thread.
 */
#ifndef PLUGIN_CANVAS_H
#define PLUGIN_CANVAS_H

#include "geometry.h"

#include <libgimp/gimp.h>

/* What can be known of an image without reading it. */
struct look {
    struct box canvas;    /* {0, 0, width, height} */
    struct box selection; /* inside the canvas; empty: nothing is selected */
    struct box layer;     /* the part of the drawable inside the canvas */
    struct box drawable;  /* all of it */
    gboolean indexed;
    char name[96]; /* of the layer */
};

/* What is read of it. */
struct sample {
    ebru_image colour;    /* [h][w][3] of the box, transparent parts over white */
    ebru_image alpha;     /* [h][w][1]; no data when all is opaque */
    ebru_image selection; /* [h][w][1]; no data when nothing is selected */
};

/* Where new layers go. */
struct site {
    GimpImage *image;    /* NULL: a new one is made, of the size of the box */
    GimpDrawable *above; /* may be gone, or NULL */
    struct box box;
    struct margins margins;      /* the canvas is made larger for them, where it is not already */
    struct box canvas, drawable; /* as in `look`: box and margins are in coordinates of then */
    const char *name;
    gboolean settings, source_type; /* go into the metadata */
};

/* What goes there: [box.h][box.w]. Masks may be NULL. */
struct leaf {
    const ebru_image *colour, *alpha, *mask;
    const char *name, *recipe;
    GBytes *selection; /* see selection.h; may be NULL */
};

/* drawable may be NULL: the topmost selected layer. */
GimpDrawable *canvas_drawable(GimpImage *image, GimpDrawable *drawable);

/* Whether a layer says how it was made. */
gboolean canvas_has_recipe(GimpItem *layer);

/* The extent of what a channel covers; FALSE when the image has none of this name. */
gboolean canvas_channel_extent(GimpImage *image, const char *name, struct box *extent);

void canvas_look(struct look *look, GimpImage *image, GimpDrawable *drawable);

/* merged: what all visible layers show; layers that hold no pixels of their own are always read
 * so. */
gboolean canvas_read(struct sample *sample, GimpImage *image, GimpDrawable *drawable,
                     gboolean merged, struct box box, GError **error);
void sample_clear(struct sample *sample);

/* The selection in the box; FALSE when nothing is selected, or without memory. */
gboolean canvas_read_selection(GimpImage *image, struct box box, ebru_image *values);

/* A layer with the leaf's picture, mask and recipe left aside, that is in no image yet. */
GimpLayer *canvas_new_layer(GimpImage *image, const struct leaf *leaf);

/* A channel of these values in the box, for a selection to be made from it. */
GimpChannel *canvas_new_channel(GimpImage *image, const ebru_image *values, struct box box);

/* Several layers become a group with the first one visible. Returns the layers, topmost first, to
 * be freed with g_free(); sets site->image when it made one. */
GimpLayer **canvas_insert(struct site *site, const struct leaf *leaves, int count);

#endif
