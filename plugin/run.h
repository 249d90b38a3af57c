/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run.h - a call without a dialog: from a script, with the last values, or again.
 *
 * A script loads a model in any case. A person, who can go to the window that has one, does not get
 * a second one by a press in a menu.
 */
#ifndef PLUGIN_RUN_H
#define PLUGIN_RUN_H

#include "job.h"

/* Whether a model may be loaded: a script may, and where another process has one too it is said on
 * stderr. title: what the others are told from then on. */
gboolean run_may_load(GimpRunMode mode, const char *title, GError **error);

/* FALSE and an error when nothing was made. image and drawable may be NULL. */
gboolean run_silently(GimpProcedureConfig *config, GimpRunMode mode, const char *title,
                      GimpImage *image, GimpDrawable *drawable, struct job_result *result,
                      GError **error);

/* The same from a script, for the recipe of the layer, or of one in the group, else for the last
 * values of plug-in-ebru-generate; from the image without the layer, with the selection of then,
 * and with a new seed. What the configuration says otherwise than by default counts more. */
gboolean run_again(GimpProcedure *procedure, GimpProcedureConfig *config, const char *title,
                   GimpImage *image, GimpDrawable *drawable, struct job_result *result,
                   GError **error);

/* The same for a person: the job that a window is to begin with, and the configuration set to what
 * it is made with. Without a model of our own, where another process has one: FALSE and an error.
 */
gboolean run_again_prepare(GimpProcedureConfig *config, const char *title, GimpImage *image,
                           GimpDrawable *drawable, struct job *job, struct order *order,
                           GError **error);

/* Wait for the engine with GIMP's progress shown, and put the result into the image; the order is
 * moved. */
gboolean run_order(struct job *job, struct order *order, GimpRunMode mode, const char *title,
                   struct job_result *result, GError **error);

#endif
