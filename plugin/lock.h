/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lock.h - locks between processes, on files.
 *
 * Every call of a menu entry is a process of its own. A lock is free again when
 * its file is closed, and so when the process ends, however it ends.
 *
 * One model is in memory at a time, since two windows would be two copies of
 * gigabytes: who opens a model holds a lock in the runtime folder of the user
 * and writes there who it is.
 */
#ifndef PLUGIN_LOCK_H
#define PLUGIN_LOCK_H

#include <glib.h>

/* Open the file, with O_CREAT among `flags` if need be, and lock it as flock() does. Its
 * descriptor, to be closed; -1: there is no such file, or another process has it (LOCK_NB). */
int lock_file(const char *path, int flags, int operation);

/* Take the lock for the life of this process. FALSE when another process has it; then *holder,
 * to be freed, is its name and number. */
gboolean lock_take(const char *who, char **holder);

#endif
