/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * checksum.h - SHA-256 of a model, whether it is a file or a folder.
 *
 * Of a folder it is the sum of what `sha256sum` would print for its files in
 * the order of their names, so that it can be checked without Ebru:
 *     find . -type f | sed 's|^\./||' | LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum
 * For any thread.
 */
#ifndef PLUGIN_CHECKSUM_H
#define PLUGIN_CHECKSUM_H

#include <gio/gio.h>

/* 64 hexadecimal digits, to be freed. progress(), which may be NULL, is called with the bytes read
 * so far; `cancel`, which may be NULL, stops. NULL and an error (G_IO_ERROR) when it was stopped or
 * something cannot be read. */
char *checksum_of(const char *path, GCancellable *cancel, void (*progress)(void *user, gint64 done),
                  void *user, GError **error);

/* Bytes of the file, or of all files in the folder. */
gint64 checksum_size(const char *path);

#endif
