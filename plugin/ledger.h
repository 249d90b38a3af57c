/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger.h - jobs written down, so that they outlive their window.
 *
 * $XDG_STATE_HOME/ebru has queue.json, a list of jobs, and beside it
 * job-ID.pixels for each. Every file is written whole or not at all, pixels before
 * the list, which is looked at under the lock of queue.lock; whatever it does not
 * name is swept away. Each process holds a lock on a file of its own,
 * session-ID.lock, as long as it lives, so a job whose process is gone, however
 * it went, can be told from one that another window is about to make. What does
 * not fit into LEDGER_MOST_JOBS and LEDGER_MOST_BYTES is not written down.
 */
#ifndef PLUGIN_LEDGER_H
#define PLUGIN_LEDGER_H

#include <glib.h>

enum { LEDGER_MOST_JOBS = 32 };
static const gsize LEDGER_MOST_BYTES = (gsize)512 << 20; /* of pixels, all jobs together */

/* A piece of the pixels of a job. */
struct ledger_part {
    const void *data;
    gsize size;
};

/* Write a job down: JSON, an object, and its pixels one part after the other. Returns its id, to be
 * freed; NULL: it is not kept. */
char *ledger_add(const char *job, const struct ledger_part *parts, int count);

/* Cross it out; NULL is fine. */
void ledger_remove(const char *id);

/* A job of this process is one that was left again, for whichever process adopts it next. */
void ledger_release(const char *id);

/* How many jobs were left by processes that are gone. Sweeps what is left over beside them. */
int ledger_left(void);

/* Those become jobs of this process. Their ids in the order they were added, to be freed with
 * g_strfreev(). */
char **ledger_adopt(void);

/* JSON and pixels of a job, to be freed; FALSE when they are gone, or, with an error, when its file
 * cannot be read. */
gboolean ledger_read(const char *id, char **job, char **pixels, gsize *size, GError **error);

#endif
