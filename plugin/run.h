/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.h - a call without a dialog: by a script, or with the last values. */
#ifndef PLUGIN_RUN_H
#define PLUGIN_RUN_H

#include "job.h"
#include "message.h"

/* Progress goes to GIMP, and to stderr a line a step in scripts unless EBRU_QUIET is 1. */
gboolean run_silently(GimpProcedureConfig *config, GimpRunMode mode, const char *title,
                      GimpImage *image, GimpDrawable *drawable, struct job_result *result,
                      GError **error);

#endif
