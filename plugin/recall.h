/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * recall.h - the settings that a layer or a picture was made with, taken up again.
 *
 * Looked for in this order: the recipe on the layer (or on the layers in the
 * group), what other plug-ins left on it, and what the image's file says: EXIF
 * UserComment, the comment, and the texts of a PNG, which GIMP does not keep and
 * so are read from the file itself.
 */
#ifndef PLUGIN_RECALL_H
#define PLUGIN_RECALL_H

#include "checkpoints.h"

#include <libgimp/gimp.h>

/* A recipe, see infotext.h, to be freed; *layer: the one that carries it, NULL: it is the image's.
 * NULL when there is none. */
char *recall_find(GimpImage *image, GimpDrawable *drawable, GimpLayer **layer);

/* The same from a file: the texts of a PNG, a text by itself (.txt, .json), or EXIF's UserComment
 * in all that GIMP's metadata can be read from, as JPEG, WebP and TIFF. */
char *recall_find_in_file(const char *path);

/* The recipe that Ebru left on this layer, to be freed; NULL: none. */
char *recall_own(GimpItem *layer);

/* Set what the recipe names and the configuration has; numbers out of range are brought in. Of
 * several models of its name the one of its checksum. */
void recall_apply(const char *recipe, GimpProcedureConfig *config, GPtrArray *models);

/* What of it cannot be had here, in sentences for the user: a model that is not in the list, what
 * this configuration does not know, what other programs can do. To be freed with g_strfreev(). */
char **recall_missing(const char *recipe, GimpProcedureConfig *config, GPtrArray *models);

/* The last values of a procedure, as libgimp keeps them; does nothing when there are none. */
void recall_last_values(const char *procedure, GimpProcedureConfig *config);

/* Keep them as libgimp does. */
void recall_keep_last_values(const char *procedure, GimpProcedureConfig *config);

#endif
