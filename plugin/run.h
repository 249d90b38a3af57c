/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run.h - a call without a dialog: from a script, with the last values, or again.
 */
#ifndef PLUGIN_RUN_H
#define PLUGIN_RUN_H

#include "job.h"

/* FALSE and an error when nothing was made. image and drawable may be NULL. */
gboolean run_silently(GimpProcedureConfig *config, GimpRunMode mode, const char *title,
                      GimpImage *image, GimpDrawable *drawable, struct job_result *result,
                      GError **error);

/* The same for the recipe of the layer, or of one in the group, else for the last values of
 * plug-in-ebru-generate; from the image without the layer, with the selection of then, and with a
 * new seed. From a script (GIMP_RUN_NONINTERACTIVE) what the configuration says otherwise than by
 * default counts more. */
gboolean run_again(GimpProcedure *procedure, GimpProcedureConfig *config, GimpRunMode mode,
                   const char *title, GimpImage *image, GimpDrawable *drawable,
                   struct job_result *result, GError **error);

/* Wait for the engine with GIMP's progress shown, and put the result into the image; the order is
 * moved. */
gboolean run_order(struct job *job, struct order *order, GimpRunMode mode, const char *title,
                   struct job_result *result, GError **error);

#endif
