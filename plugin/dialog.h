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

/* What the window begins with, as if its button had been pressed; moved into its queue. */
struct first {
    struct job job;
    struct order order;
};

/* Whether Generate was ever pressed; *result is the last that was made, empty if none was. first:
 * NULL for none. */
gboolean dialog_run(GimpProcedure *procedure, GimpProcedureConfig *config, const char *title,
                    GimpImage *image, GimpDrawable *drawable, struct first *first,
                    struct job_result *result);

#endif
