/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models.h - looking after models: what scripts can do, and the window does too.
 *
 * Files are used where they are and never changed, nor copied but to 8 bits;
 * removing one takes it off the list. A checksum is remembered until the file changes.
 * A script downloads nothing whose licence it does not say yes to.
 */
#ifndef PLUGIN_MODELS_H
#define PLUGIN_MODELS_H

#include <ebru/ebru.h>
#include <glib.h>

/* Bytes of memory that a picture of the model's own size takes, about. */
double models_memory(const ebru_model_info *info);

/* "list", "add", "remove", "verify", "places", "convert", which lists the 8-bit copy, "download",
 * whose path is the name of an entry of the catalogue and which lists what has come, or "trash";
 * accepts: the licence of what is downloaded. JSON, to be freed; NULL and an error. */
char *models_do(const char *action, const char *path, gboolean accepts, GError **error);

#endif
