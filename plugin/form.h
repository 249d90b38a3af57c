/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * form.h - what stands in the window, from the prompt to the progress bar.
 *
 * Five decisions are always visible; the rest is in expanders. Nothing is known
 * here of images, models or work: the dialog says what is to be shown.
 */
#ifndef PLUGIN_FORM_H
#define PLUGIN_FORM_H

#include "procedure.h"

#include <libgimp/gimpui.h>

struct form {
    GtkWidget *root;
    GtkWidget *scrolled;
    GtkWidget *fields; /* all that is not to be touched during a run */
    gboolean fitting;  /* the window is about to get another height */
    GtkWidget *prompt, *tokens;
    GtkWidget *explanation;
    GtkWidget *size_label, *size, *strength_label, *strength;
    GtkWidget *quality, *model, *add_model, *seed;
    GtkWidget *edges;
    GtkWidget *preview, *progress;
};

void form_build(struct form *form, GimpProcedureConfig *config);

/* Rows that mean nothing in this mode are hidden. automatic: the strength decides what the mode
 * is. `text` says what will happen. */
void form_show_mode(struct form *form, enum mode mode, gboolean selection, gboolean automatic,
                    const char *text);

/* tokens < 0: not known */
void form_set_tokens(struct form *form, int tokens, int blocks);

/* fraction < 0: something goes on, nobody knows how far it is. Shows the preview too. */
void form_show_progress(struct form *form, double fraction, const char *text);

#endif
