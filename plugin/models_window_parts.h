/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models_window_parts.h - what the files of the window Models share. Nobody else
 * includes it.
 *
 * models_window.c builds the window, models_window_list.c fills its list,
 * models_window_sums.c makes and compares checksums, models_window_act.c adds,
 * removes and converts, and says what went wrong in a banner, with the button that
 * helps. All of it belongs to the main thread.
 */
#ifndef PLUGIN_MODELS_WINDOW_PARTS_H
#define PLUGIN_MODELS_WINDOW_PARTS_H

#include "banner.h"
#include "models_list.h"

#include <gtk/gtk.h>

enum { MODELS_WINDOW_USE = 1 }; /* a response */

struct models_window {
    GtkWidget *dialog, *buttons, *details, *bar, *status;
    struct banner banner;
    char *meant;   /* path of the file that the banner speaks of */
    char *trashed; /* path of the file that was to go last */
    char *source;  /* path of the model that a copy is made of */
    struct models_list list;
    GtkWidget *for_one[5]; /* buttons that need a selected row; NULL at the end */
    GtkWidget *convert;    /* the one of them that not every row can have */
    GtkWidget *making;     /* of an 8-bit copy: convert_row */
    gboolean use_copy;     /* it is what the window was opened for */
    GPtrArray *catalogue;  /* NULL: there is none */
    struct sum *sum;       /* NULL: none is being made */
    gboolean verifying;    /* the sum was asked for; else it is made for the details */
    GQueue verifies;       /* paths of models whose sums were asked for meanwhile */
    guint timer, rest;     /* sources; 0: none */
    gboolean closed;       /* waits for its threads */
    int threads;
    void (*changed)(void *user, const char *path);
    void *user;
};

/* The line below the list; "" for none. */
void models_window_say(struct models_window *w, const char *text);

/* What went wrong, until it is answered or something else is begun. path: of the file that is
 * meant; `action` is the button that helps; models_window_fail() takes that of the error. */
void models_window_warn(struct models_window *w, enum banner_action action, const char *path,
                        const char *text);
void models_window_fail(struct models_window *w, const char *path, const GError *error);
void models_window_banner_pressed(void *user, enum banner_action action);

/* After a thread of it has ended, or the window was closed. */
void models_window_free_when_done(struct models_window *w);

/* What is known at once, and the rest when it has been looked at. `selected` may be NULL. */
void models_window_fill(struct models_window *w, const char *selected);

/* The same, and whoever opened the window hears of it. */
void models_window_list_changed(struct models_window *w, const char *selected);

/* Buttons and details follow the row that is selected; its checksum is made when it stays so for a
 * while. */
void models_window_selected(struct models_window *w);

/* The checksum of that row, compared with what it should be. */
void models_window_verify(struct models_window *w);

void models_window_add_file(struct models_window *w);
void models_window_add_folder(struct models_window *w);
void models_window_use_others(struct models_window *w);
void models_window_download(struct models_window *w);
void models_window_remove(struct models_window *w);
void models_window_trash(struct models_window *w);

/* An 8-bit copy, of the selected model or of this one. */
void models_window_convert_selected(struct models_window *w);
void models_window_begin_conversion(struct models_window *w, const char *path);
void models_window_converted(void *user, const char *copy, const GError *error);

#endif
