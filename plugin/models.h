/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models.h - looking after models: what the window does and scripts can do too.
 *
 * Files are used where they are and never copied or changed; removing one takes
 * it off the list. A checksum is remembered until the file changes.
 */
#ifndef PLUGIN_MODELS_H
#define PLUGIN_MODELS_H

#include <ebru/ebru.h>
#include <glib.h>

/* Bytes of memory that a picture of the model's own size takes, about. */
double models_memory(const ebru_model_info *info);

/* Folders with models of other programs that are on this computer; to be freed with
 * g_strfreev(). */
char **models_places(void);

/* SHA-256 of a file, to be freed; `go_on` is called now and then with the part that is done, and
 * FALSE stops it. NULL and an error when it was stopped or cannot be read. */
char *models_checksum(const char *path, gboolean (*go_on)(void *user, double fraction), void *user,
                      GError **error);

/* "list", "add", "remove", "verify" or "places"; JSON, to be freed; NULL and an error. */
char *models_do(const char *action, const char *path, GError **error);

/* The window; returns when it is closed. */
void models_window_run(void);

#endif
