/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * place.h - where in the stack of layers a result goes, so that it is seen.
 */
#ifndef PLUGIN_PLACE_H
#define PLUGIN_PLACE_H

#include <libgimp/gimp.h>

/* A place in the stack, as gimp_image_insert_layer() takes it. */
struct place {
    GimpLayer *parent; /* NULL: in no group */
    int position;
};

/* The one of these drawables, which end with NULL, that is worked on; NULL where there is none. Of
 * several layers the topmost: above another the result might be hidden. */
GimpDrawable *place_chosen(GimpImage *image, GimpDrawable **drawables);

/* The first layer of the image, from the top, groups before what is in them, that fits; NULL: none
 * does. */
typedef gboolean place_fits(GimpItem *layer, gconstpointer data);
GimpItem *place_find(GimpImage *image, place_fits *fits, gconstpointer data);

/* The group of variants that the layer is in, which holds nothing else; or the layer itself. */
GimpItem *place_result(GimpItem *layer);

/* Directly above the layer, but not under results that are there already, nor in the group of one,
 * nor in a group that is hidden: nobody would see it. The top where the layer is NULL, gone or in
 * another image. */
struct place place_above(GimpImage *image, GimpDrawable *layer);

#endif
