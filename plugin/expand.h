/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * expand.h - more canvas: what lies beyond the border is painted, side by side.
 *
 * A side grows by strips of at most half of what the model was trained on, each
 * painted from the picture as it is by then; corners come last, when both their
 * neighbours are there. What is new blends over EXPAND_OVERLAP px into what was
 * there; farther inside nothing changes.
 */
#ifndef PLUGIN_EXPAND_H
#define PLUGIN_EXPAND_H

#include "job.h"

/* The part of job_plan() for MODE_EXPAND. */
gboolean expand_plan(struct job *job, const struct settings *s, const struct native *native,
                     GError **error);

/* Its passes without a pixel, for passes_estimate() alone; NULL without memory. */
struct passes *expand_sketch(const struct job *job, const struct settings *s);

/* The part of job_order(). */
gboolean expand_order(struct job *job, const struct settings *s, struct order *order,
                      GError **error);

#endif
