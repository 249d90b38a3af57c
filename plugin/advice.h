/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * advice.h - what the banner says of settings that will not do what people
 * expect: one thing at a time, the gravest first. It goes when it no longer
 * holds, and what was answered is not said again in the same window.
 */
#ifndef PLUGIN_ADVICE_H
#define PLUGIN_ADVICE_H

#include "banner.h"
#include "explain.h"

/* What there is to judge by. */
struct advice {
    const struct job *job;
    gboolean possible; /* the job can be done */
    const struct explained *cost;
    gboolean small_copy; /* there is not enough memory, but a copy of the model needs less */
    gboolean may_draft;  /* a draft would have fewer steps */
    int tokens;          /* of the prompt; < 0: not known */
};

void advice_show(struct banner *banner, const struct advice *advice);

/* Do what the button says. */
void advice_follow(enum banner_action action, GimpImage *image, GimpProcedureConfig *config);

#endif
