/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * choosers.h - the list of the dialog that says more than a name: what a quality
 * will take here.
 */
#ifndef PLUGIN_CHOOSERS_H
#define PLUGIN_CHOOSERS_H

#include <libgimp/gimpui.h>

/* Draft, Normal, Fine, Custom: names for the number of steps. */
enum { QUALITIES = 4 };
GtkWidget *quality_new(GimpProcedureConfig *config);
int quality_steps(GtkWidget *quality, int i);

/* What each will take; 0: not known; less: it is being measured. drafts: only those are meant. */
void quality_set_times(GtkWidget *quality, const double seconds[QUALITIES], gboolean drafts);

#endif
