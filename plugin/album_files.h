/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * album_files.h - the folder of the history, and how much there is in it.
 *
 * Whoever changes it holds the lock, in whose file stands the number of bytes of
 * all others: a picture more is no reason to look at thousands.
 */
#ifndef PLUGIN_ALBUM_FILES_H
#define PLUGIN_ALBUM_FILES_H

#include <glib.h>

static const char ALBUM_LOCK[] = "lock"; /* the name of its file */

/* Of a file of that folder; NULL: the folder. To be freed. */
char *album_path(const char *name);

/* -1: there is no place to write. Closed, it is free again. */
int album_lock(void);

guint64 album_size_of(const char *name);
guint64 album_bytes_on_disk(void);

/* The number that was kept; where it is lost, what is on disk. Under the lock, as is the other. */
guint64 album_counted(int held);
void album_keep_count(int held, guint64 bytes);

#endif
