/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * guide.h - what the model will see and change, shown on the canvas.
 *
 * A layer above all others: red where the picture may change, a frame around the
 * context. It is no part of the image: it makes no step in the history, leaves
 * the image as saved as it was, and is taken away whenever something is to be
 * read from the image or written to it, by us or by the user, so that neither a
 * saved file nor a result can have it. Who shows it again has to ask again. One
 * process has at most one.
 */
#ifndef PLUGIN_GUIDE_H
#define PLUGIN_GUIDE_H

#include "job.h"

/* Replaces the one that is shown. Nothing is shown of a job without a selection. */
void guide_show(const struct job *job);

void guide_hide(void);

/* Guides of a process that was killed. */
void guide_clean(GimpImage *image);

#endif
