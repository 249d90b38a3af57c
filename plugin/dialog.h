/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dialog.h - the window: layout, sensitivity, what is said about the work. No
 * pixels of the image pass through here.
 *
 * It stays open and can generate again; GIMP stays usable meanwhile, and so does
 * the window. GIMP's progress bar is not used while it is open: its Cancel button
 * kills the process.
 */
#ifndef PLUGIN_DIALOG_H
#define PLUGIN_DIALOG_H

#include "job.h"

/* Whether Generate was ever pressed; *result is the last that was made, empty if none was. */
gboolean dialog_run(GimpProcedure *procedure, GimpProcedureConfig *config, const char *title,
                    GimpImage *image, GimpDrawable *drawable, struct job_result *result);

#endif
