/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * banner.h - the bar at the top of the window: one message, one button.
 *
 * What happened (a model that cannot be opened) stays until it is answered; what
 * is only advice (a size that the model does not know) goes when it no longer
 * holds, and never covers what happened.
 */
#ifndef PLUGIN_BANNER_H
#define PLUGIN_BANNER_H

#include <gtk/gtk.h>

enum banner_action {
    BANNER_NONE,
    BANNER_ADD_MODEL,
    BANNER_CHOOSE_FOLDER,
    BANNER_LOAD_ANYWAY,
    BANNER_SHOW_FOLDER,
    BANNER_SELECT_ALL,
    BANNER_GO_ON, /* with what is left of the last time */
    BANNER_OK,
    BANNER_USE_SIZE, /* from here on: advice */
    BANNER_USE_DRAFT
};

struct banner {
    GtkWidget *root, *text, *button;
    enum banner_action action;
    void (*pressed)(void *user, enum banner_action action);
    void *user;
};

void banner_build(struct banner *banner, void (*pressed)(void *user, enum banner_action action),
                  void *user);
void banner_show(struct banner *banner, enum banner_action action, const char *text);
void banner_hide(struct banner *banner);

/* Hides old advice where `action` is BANNER_NONE; label: of the button. */
void banner_advise(struct banner *banner, enum banner_action action, const char *text,
                   const char *label);

#endif
