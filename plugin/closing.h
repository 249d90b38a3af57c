/* SPDX-License-Identifier: GPL-3.0-or-later */
/* closing.h - what becomes of the jobs when their window is closed. */
#ifndef PLUGIN_CLOSING_H
#define PLUGIN_CLOSING_H

#include <gtk/gtk.h>

enum closing { CLOSING_CANCEL, CLOSING_GO_ON, CLOSING_STOP };

/* jobs: that run or wait; drafts: that nobody has decided about. One of them is over 0. */
enum closing closing_ask(GtkWindow *window, int jobs, int drafts);

#endif
