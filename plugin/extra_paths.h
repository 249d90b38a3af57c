/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * extra_paths.h - folders that ComfyUI takes models from beside its own.
 *
 * Its extra_model_paths.yaml has sections of "key: folder", where a key may have
 * several folders, a line each, after a bar. That much is read here, line by line:
 * anchors, flow style and what else YAML has do not occur in such a file.
 */
#ifndef PLUGIN_EXTRA_PATHS_H
#define PLUGIN_EXTRA_PATHS_H

#include <glib.h>

/* Those under a key ("checkpoints", "vae") in all sections, absolute, whether they are there or
 * not; to be freed with g_strfreev(). Empty where the file cannot be read. */
char **extra_paths(const char *file, const char *key);

#endif
