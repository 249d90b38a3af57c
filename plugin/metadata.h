/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * metadata.h - what an image says of how it was made, outside of its layers.
 *
 * GIMP's own exporters write an image's EXIF and XMP into PNG, JPEG and WebP. So
 * the settings go into EXIF UserComment, as A1111 writes them, where the user
 * wants that; XMP says that a picture, or a part of it, was generated, unless
 * the user does not want that (IPTC, Digital Source Type). What the image says
 * already stays.
 */
#ifndef PLUGIN_METADATA_H
#define PLUGIN_METADATA_H

#include <libgimp/gimp.h>

/* Inside of an undo group. text: of A1111, NULL: none. whole: all of the image was generated. */
void metadata_write(GimpImage *image, const char *text, gboolean source_type, gboolean whole);

#endif
