/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * form_folds.h - the expanders of the form: all that is not one of the decisions
 * that are always visible. Whether they are open is remembered.
 */
#ifndef PLUGIN_FORM_FOLDS_H
#define PLUGIN_FORM_FOLDS_H

#include "form.h"

/* Each is to be packed by the caller, in this order. */
GtkWidget *form_avoid_new(struct form *form, GimpProcedureConfig *config);
GtkWidget *form_choice_new(struct form *form, GimpProcedureConfig *config);
GtkWidget *form_advanced_new(struct form *form, GimpProcedureConfig *config);
GtkWidget *form_edges_new(struct form *form, GimpProcedureConfig *config);

/* What means nothing in this mode is hidden; whether anything else is seen now. */
gboolean form_show_edges(struct form *form, enum mode mode, gboolean selection);

#endif
