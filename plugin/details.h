/* SPDX-License-Identifier: GPL-3.0-or-later */
/* details.h - what went wrong with a job, all of it, to be read and to be sent to somebody. The
 * prompt is in it only when the person says so. */
#ifndef PLUGIN_DETAILS_H
#define PLUGIN_DETAILS_H

#include "queue.h"

#include <gtk/gtk.h>

/* The report of a job that failed, without the prompt, on the clipboard. */
void details_copy(GtkWidget *near, const struct entry *entry);

/* A window with it; it needs nothing of the entry afterwards. */
void details_show(GtkWindow *parent, const struct entry *entry);

#endif
