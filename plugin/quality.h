/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * quality.h - the list of qualities, which are names for the number of steps, each
 * with the time that it will take here.
 */
#ifndef PLUGIN_QUALITY_H
#define PLUGIN_QUALITY_H

#include <libgimp/gimpui.h>

/* Draft, Normal, Fine, Custom. */
enum { QUALITIES = 4 };
GtkWidget *quality_new(GimpProcedureConfig *config);

/* Of row i; of Custom, those that are set. */
int quality_steps(GtkWidget *quality, int i);

/* What each will take; 0: not known; less: it is being measured. drafts: only those are meant. */
void quality_set_times(GtkWidget *quality, const double seconds[QUALITIES], gboolean drafts);

#endif
