/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * handover.h - a job that one process of the plug-in leaves to another.
 *
 * Every call of a menu entry is a process of its own, and one model is in memory at a time: so
 * Generate Again asks the window that has it. They speak over a socket in the runtime folder of the
 * user, which is named after the GIMP that both belong to, since the number of a layer means
 * something in one GIMP alone.
 */
#ifndef PLUGIN_HANDOVER_H
#define PLUGIN_HANDOVER_H

#include <glib.h>

/* The recipe of this layer is wanted again; numbers of GIMP, and 0 or less: there is none. */
typedef void handover_take(void *user, int image, int drawable);

/* Take what others leave, from the main loop, until handover_end(); gimp: its process. To be called
 * by the one who has the model: what another left behind at this address is removed. A second call
 * does nothing. */
void handover_listen(int gimp, handover_take *take, void *user);
void handover_end(void);

/* TRUE: a window of the same GIMP has taken it. */
gboolean handover_ask(int gimp, int image, int drawable);

#endif
