/* SPDX-License-Identifier: GPL-3.0-or-later */
/* preview.h - a square of 256 pixels that shows the picture while it is made, and then the result.
 */
#ifndef PLUGIN_PREVIEW_H
#define PLUGIN_PREVIEW_H

#include <ebru/ebru.h>
#include <gtk/gtk.h>

GtkWidget *preview_new(void);

/* Half as large, or not any more. */
void preview_set_small(GtkWidget *preview, gboolean small);

/* The picture, with `side` as its longer side if that is not 0; NULL without memory. */
GdkPixbuf *preview_pixbuf(const ebru_image *picture, int side);
GdkPixbuf *preview_scaled(GdkPixbuf *picture, int side);

/* Scaled to fit; NULL: nothing. */
void preview_show_pixbuf(GtkWidget *preview, GdkPixbuf *picture);

#endif
