/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * form.h - what stands in the window, from the prompt to the progress bar.
 *
 * What decides most is always visible: prompt, mode, strength, quality and the
 * button. The rest is in expanders (form_folds.c). Nothing is known here of images,
 * models or work: the dialog says what is to be shown.
 */
#ifndef PLUGIN_FORM_H
#define PLUGIN_FORM_H

#include "procedure.h"

#include <libgimp/gimpui.h>

struct form {
    GtkWidget *root;
    GtkWidget *scrolled; /* with the fields */
    GtkWidget *below;    /* or beside them: what is made (form_fit.c) */
    gboolean beside;
    gboolean small;                             /* what is made is shown small */
    int narrow;                                 /* width of the window before it was beside */
    void (*shrink)(void *user, gboolean small); /* called when that changes */
    void *user;
    GtkWidget *fields; /* all that is not to be touched during a run */
    gboolean fitting;  /* the window is about to get another height */
    int wish;          /* height of the fields when it got that */
    int fitted, seen;  /* heights of the window: asked for last, and had last */
    gboolean arrived;  /* it has got the one that was asked for: another is the user's */
    int given;         /* the height that the user wants; 0: that of what is in it */
    GtkWidget *prompt, *tokens, *menu, *history; /* history: button */
    GtkWidget *avoid, *avoid_field;              /* expander, and what is in it */
    GtkWidget *choice_fold, *choice;             /* expander; what is chosen in it, in words */
    GtkWidget *drafts;                           /* check button */
    GtkWidget *explanation;
    GtkWidget *size_label, *size, *strength_label, *strength, *margins_label, *margins;
    GtkWidget *hint, *no_hint; /* what full strength means, below it */
    GtkWidget *quality, *model, *more_models, *seed;
    GtkWidget *edges, *edges_grid, *channel, *guide; /* expander, what is in it; check button */
    GtkWidget *progress;
};

/* results and rows: what belongs above and below the progress bar. */
void form_build(struct form *form, GimpProcedureConfig *config, GtkWidget *results,
                GtkWidget *rows);

/* The window gets the height of what is in it; one that the user has made higher stays so. */
void form_fit(struct form *form);

/* The height that the user gave it, 0 for none; and to begin with that, when the form is in its
 * window. */
int form_height(const struct form *form);
void form_set_height(struct form *form, int height);

/* Its width, without what is beside the fields. */
int form_width(const struct form *form);

/* Rows that mean nothing in this mode are hidden. automatic: the strength decides what the mode
 * is. `text` says what will happen. */
void form_show_mode(struct form *form, enum mode mode, gboolean selection, gboolean automatic,
                    const char *text);

/* Whether what is to be avoided makes a difference; if not, it cannot be typed, and is told. */
void form_set_avoid(struct form *form, gboolean heard);

/* The model and the number of pictures, told where they are folded away. */
void form_show_choice(struct form *form, const char *model, int count, gboolean drafts);

/* tokens < 0: not known */
void form_set_tokens(struct form *form, int tokens, int blocks);

/* fraction < 0: something goes on, nobody knows how far it is. */
void form_show_progress(struct form *form, double fraction, const char *text);

/* Said by screen readers. */
void form_announce(struct form *form, const char *text);

#endif
