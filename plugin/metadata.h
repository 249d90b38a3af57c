/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * metadata.h - what an image says of how it was made, outside of its layers.
 *
 * GIMP's own exporters write an image's EXIF and XMP into PNG, JPEG and WebP. So
 * the settings go into EXIF UserComment, as A1111 writes them, where the user
 * wants that: those of the newest result that is visible, which is asked again
 * whenever Ebru adds, shows, keeps or discards one. XMP says that a picture, or
 * a part of it, was generated, unless the user does not want that (IPTC, Digital
 * Source Type). A comment that a person wrote stays, and what the image says of
 * its source.
 */
#ifndef PLUGIN_METADATA_H
#define PLUGIN_METADATA_H

#include <libgimp/gimp.h>

/* What the image says, whoever wrote it, to be freed; NULL: nothing. */
char *metadata_text(GimpImage *image);

/* The same of a picture in a file. */
char *metadata_text_in_file(const char *path);

/* The text of the newest visible result; where there is none, a text of ours goes. Nothing where a
 * person has left a comment. */
void metadata_update_text(GimpImage *image);

/* whole: all of the image was generated. */
void metadata_write_source(GimpImage *image, gboolean whole);

#endif
