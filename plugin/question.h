/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * question.h - a bar at the top of the window that asks something and goes on
 * without an answer: one sentence, one or two buttons. It is not a window of its
 * own, so nobody who types is interrupted. A new question replaces the old one.
 */
#ifndef PLUGIN_QUESTION_H
#define PLUGIN_QUESTION_H

#include <gtk/gtk.h>

enum question_kind { QUESTION_NONE, QUESTION_UNFINISHED, QUESTION_SEED, QUESTION_INDEXED };

struct question {
    GtkWidget *root, *text, *yes, *no;
    enum question_kind kind;
    void (*answered)(void *user, enum question_kind kind, gboolean yes);
    void *user;
};

void question_build(struct question *question,
                    void (*answered)(void *user, enum question_kind kind, gboolean yes),
                    void *user);

/* Labels of the buttons; no: NULL for one button alone. */
void question_ask(struct question *question, enum question_kind kind, const char *text,
                  const char *yes, const char *no);

/* It is answered otherwise, if it is this one that stands there. */
void question_drop(struct question *question, enum question_kind kind);

#endif
