/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lock.h - one model in memory at a time.
 *
 * Every call of a menu entry is a process of its own, so two windows are two
 * copies of gigabytes. Who opens a model holds a lock on a file in the runtime
 * folder of the user and writes there who it is; the kernel takes the lock back
 * when the process ends, however it ends.
 */
#ifndef PLUGIN_LOCK_H
#define PLUGIN_LOCK_H

#include <glib.h>

/* Take the lock for the life of this process. FALSE when another process has it; then *holder,
 * to be freed, is its name and number. */
gboolean lock_take(const char *who, char **holder);

#endif
