/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * selection.h - a selection as bytes, to lie beside the recipe of a layer.
 *
 * What was painted once can be painted again only with the selection of then.
 * It is kept in 16 bits, which hold every value that a selection of 8 or 16 bits
 * can have, and compressed; its place is told in pixels from the layer's corner,
 * so it stays right when the canvas or the layer moves.
 */
#ifndef PLUGIN_SELECTION_H
#define PLUGIN_SELECTION_H

#include "geometry.h"

#include <glib.h>

/* values: [h][w], 0 to 1; x, y: of its corner, from that of the layer. NULL when it fails. */
GBytes *selection_pack(const ebru_image *values, int x, int y);

/* FALSE when the bytes are no selection. */
gboolean selection_unpack(const void *data, gsize size, ebru_image *values, int *x, int *y);

#endif
