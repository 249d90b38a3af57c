/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * choosers.h - the two lists of the dialog that say more than a name: what a
 * quality will take here, and of which family a model is.
 */
#ifndef PLUGIN_CHOOSERS_H
#define PLUGIN_CHOOSERS_H

#include "checkpoints.h"

#include <libgimp/gimpui.h>

/* Draft, Normal, Fine, Custom: names for the number of steps. */
enum { QUALITIES = 4 };
GtkWidget *quality_new(GimpProcedureConfig *config);
int quality_steps(GtkWidget *quality, int i);

/* What each will take; 0: not known. */
void quality_set_times(GtkWidget *quality, const double seconds[QUALITIES]);

/* The models in a list, and beside it a button whose "clicked" the dialog answers. */
GtkWidget *model_chooser_new(GimpProcedureConfig *config, GtkWidget **combo, GtkWidget **add);
void model_chooser_fill(GtkWidget *combo, GPtrArray *models, const struct checkpoint *chosen);

#endif
