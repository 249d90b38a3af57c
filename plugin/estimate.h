/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * estimate.h - what a job will take, before a pixel is read.
 *
 * The sizes of the passes follow from the plan alone, so the promise counts what
 * will be done: every strip of a canvas that grows and every tile of a second
 * pass, not one picture of the usual size.
 */
#ifndef PLUGIN_ESTIMATE_H
#define PLUGIN_ESTIMATE_H

#include "job.h"

/* For a job of job_plan() with so many steps; false when the backend cannot say. */
bool estimate_job(const struct job *job, const struct settings *s, int steps,
                  const struct backend *backend, const struct backend_model *model, ebru_cost *cost,
                  ebru_error *err);

#endif
