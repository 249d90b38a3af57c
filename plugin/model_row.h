/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * model_row.h - the choice of the model in the dialog: a button with its name that
 * drops down all models, grouped by family, with a field to search where there
 * are many, and beside it a button to the window of models. It follows the
 * setting "model"; where that is empty, or names a model that is not there, the
 * first of the list is the one.
 */
#ifndef PLUGIN_MODEL_ROW_H
#define PLUGIN_MODEL_ROW_H

#include "checkpoints.h"

#include <libgimp/gimpui.h>

/* *choice takes the mnemonic of the row's label; "clicked" of *more is the dialog's to answer. */
GtkWidget *model_row_new(GimpProcedureConfig *config, GtkWidget **choice, GtkWidget **more);

/* The list, which has to live until the next call; `chosen` may be NULL. */
void model_row_fill(GtkWidget *choice, GPtrArray *models, const struct checkpoint *chosen);

/* Until the next call of that: which models there are is not known yet. */
void model_row_wait(GtkWidget *choice);

/* What a model is called where people choose. */
const char *model_row_name(const struct checkpoint *c);

#endif
