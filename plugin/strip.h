/* SPDX-License-Identifier: GPL-3.0-or-later */
/* strip.h - the arrow keys among the thumbnails. GTK's own end where a row does, or lead out of the
 * strip; these go through all pictures in their order and stay inside. */
#ifndef PLUGIN_STRIP_H
#define PLUGIN_STRIP_H

#include <gtk/gtk.h>

/* Chooses the picture that the arrow leads to; with Ctrl it gets the focus alone, and what is
 * chosen stays so. FALSE: the key is no arrow, or no picture has the focus. */
gboolean strip_on_arrow(GtkFlowBox *strip, const GdkEventKey *event);

#endif
