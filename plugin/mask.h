/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mask.h - soft masks: what may change, and how far the result shows.
 *
 * A mask is an ebru_image of one channel, 0 to 1. Values are kept at multiples
 * of 1/65536, so sums over a window are exact: a blur leaves 1 inside a region
 * of ones and 0 outside its reach, bit for bit. Beyond the border of a mask
 * lies nothing: windows are cut there, so a selection at the edge of the canvas
 * does not fade towards it. Windows are squares.
 */
#ifndef PLUGIN_MASK_H
#define PLUGIN_MASK_H

#include "geometry.h"

/* Largest value within `radius` px. */
bool mask_dilate(ebru_image *mask, int radius, ebru_error *err);

/* Three box passes whose half-widths add up to `radius`: nearly Gaussian, and nothing reaches
 * farther than radius. */
bool mask_blur(ebru_image *mask, int radius, ebru_error *err);

/* From a selection: *change, where the model may change the picture, and *show, the layer mask of
 * the result. Both are at least the selection; show is 0 wherever change is. */
bool mask_of_selection(const ebru_image *selection, const struct border *border, ebru_image *change,
                       ebru_image *show, ebru_error *err);

/* The smallest box with all that is not 0; empty when there is nothing. */
struct box mask_bounds(const ebru_image *mask);

#endif
