/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * explain.h - what is said about the settings before the button is pressed: what
 * will happen, how long each quality takes, how many tokens the prompt has, and
 * what had better be chosen otherwise. And about work: how far it is.
 */
#ifndef PLUGIN_EXPLAIN_H
#define PLUGIN_EXPLAIN_H

#include "banner.h"
#include "form.h"
#include "job.h"

/* One line; to be freed. */
char *explain_mode(const struct job *job);

/* Shows the time of each quality; returns the seconds of the chosen steps, 0: not known. */
double explain_times(struct form *form, struct worker *worker, const struct settings *s,
                     const struct job *job);

void explain_tokens(struct form *form, struct worker *worker, const struct settings *s);

/* A size far from what the model knows, a run of more than ten minutes. native: 0, not known. */
void explain_advice(struct banner *banner, const struct job *job, int native, double seconds);

/* "1 of 3 · Step 7 of 20 · 4.1 s/step · 53 s left · ready 14:32"; to be freed. */
char *explain_progress(const struct work_view *view, int number, int count);

#endif
