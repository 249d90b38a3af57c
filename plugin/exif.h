/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * exif.h - tags of GimpMetadata, whatever version of gexiv2 GIMP was built with.
 *
 * GIMP 3.0 has 0.14, where the functions that tell of errors are called "try"; from
 * 0.16 on, GIMP 3.2's, they have the plain names and the others are deprecated.
 */
#ifndef PLUGIN_EXIF_H
#define PLUGIN_EXIF_H

#include <libgimp/gimp.h>

#if GEXIV2_CHECK_VERSION(0, 16, 0)
#define exif_has_tag gexiv2_metadata_has_tag
#define exif_get_tag gexiv2_metadata_get_tag_interpreted_string
#define exif_set_tag gexiv2_metadata_set_tag_string
#define exif_clear_tag gexiv2_metadata_clear_tag
#else
#define exif_has_tag gexiv2_metadata_try_has_tag
#define exif_get_tag gexiv2_metadata_try_get_tag_interpreted_string
#define exif_set_tag gexiv2_metadata_try_set_tag_string
#define exif_clear_tag gexiv2_metadata_try_clear_tag
#endif

#endif
