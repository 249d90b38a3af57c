/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * banner.h - the bar at the top of the window: one message, at most one button.
 *
 * What happened (a model that cannot be opened) stays until it is answered; what
 * is only advice (a size that the model does not know) goes when it no longer
 * holds, and never covers what happened.
 */
#ifndef PLUGIN_BANNER_H
#define PLUGIN_BANNER_H

#include "message.h"

#include <gtk/gtk.h>

struct banner {
    GtkWidget *root, *text, *button;
    enum banner_action action;
    guint topic;       /* of the last advice, a bit */
    guint known;       /* topics for which BANNER_KNOWN was pressed */
    gboolean greeting; /* what is shown gives way to advice */
    gboolean advice;   /* what is shown goes when it no longer holds */
    void (*pressed)(void *user, enum banner_action action);
    void *user;
};

/* `root` is to be packed; nothing is shown yet. Its button hides the bar, then calls `pressed`. */
void banner_build(struct banner *banner, void (*pressed)(void *user, enum banner_action action),
                  void *user);

/* What happened: takes the place of whatever there is; its button has the action's label.
 * BANNER_NONE hides the bar. */
void banner_show(struct banner *banner, enum banner_action action, const char *text);

/* The same, but it gives way to advice. */
void banner_greet(struct banner *banner, enum banner_action action, const char *text);

/* Take away whatever there is. */
void banner_hide(struct banner *banner);

/* Advice, unless something that happened is shown. Hides old advice where `action` is BANNER_NONE;
 * label: of the button. */
void banner_advise(struct banner *banner, enum banner_action action, const char *text,
                   const char *label);

#endif
