/* SPDX-License-Identifier: GPL-3.0-or-later */
/* album_keep.h - a finished picture goes into the album, unless the user wants none remembered. */
#ifndef PLUGIN_ALBUM_KEEP_H
#define PLUGIN_ALBUM_KEEP_H

#include <ebru/ebru.h>
#include <glib.h>

/* Whether pictures are remembered; they are at first. */
gboolean album_keeps(void);
void album_set_keeps(gboolean keeps);

/* recipe: as on the layer. That it cannot be written is no error. */
void album_keep(const char *recipe, const ebru_image *picture);

#endif
