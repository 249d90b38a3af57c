/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * explain.h - what is said about the settings before the button is pressed: what
 * will happen, how long each quality takes, how many tokens the prompt has. And about
 * work: how far it is.
 */
#ifndef PLUGIN_EXPLAIN_H
#define PLUGIN_EXPLAIN_H

#include "form.h"
#include "job.h"

/* What the chosen steps take. */
struct explained {
    double seconds;     /* 0: not known; of drafts, where request.pause makes them first */
    double rest;        /* seconds to finish one draft; 0: not known, or there are none */
    double bytes;       /* of memory, at its peak; 0: not known */
    gboolean too_large; /* there is not so much memory; */
    ebru_error fault;   /* then this says how much */
};

/* What will happen, in one line; to be freed. */
char *explain_mode(const struct job *job, const struct settings *s, const struct explained *cost);

/* Shows the time of each quality. */
struct explained explain_cost(struct form *form, struct worker *worker, const struct settings *s,
                              const struct job *job);

/* Shows the tokens that are sent, of several prompts the most, and returns their number; < 0: not
 * known. */
int explain_tokens(struct form *form, struct worker *worker, const struct settings *s);

/* count: pictures. "1 of 3 · Step 7 of 20 · 4.1 s/step · 53 s left · ready 14:32"; to be freed. */
char *explain_progress(const struct work_view *view, int count);

#endif
