/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * store.h - what the plug-in remembers between its calls, beside the last values
 * that GIMP keeps: preferences, models added by hand, how fast this computer was. One
 * small file, <GIMP's folder>/ebru/settings.ini, replaced as a whole. That
 * it cannot be read or written is no error: then nothing is remembered, and it stays as it is.
 * Lines that are no settings are left out, and the file as it was is kept as settings.ini.bad.
 */
#ifndef PLUGIN_STORE_H
#define PLUGIN_STORE_H

#include <glib.h>

/* Paths, in the order they were added; to be freed with g_strfreev(). */
char **store_models(void);
void store_add_model(const char *path);

/* With all in it, now and later; `models` are the paths of those that are in it now. */
void store_add_folder(const char *folder, char **models);

/* Those that are not to be listed, wherever they are found. */
char **store_removed_models(void);
void store_remove_model(const char *path);

/* FLOP/s of real runs of a model with so many threads, at this size or the nearest one that was
 * run; 0: none yet. What is kept is the mean of the last runs, the newest counting most. */
double store_speed(const char *model, int threads, int width, int height);
void store_keep_speed(const char *model, int threads, int width, int height, double flops);

/* When models were last opened: path -> gint64 *, seconds since 1970; to be freed with
 * g_hash_table_unref(). */
GHashTable *store_used(void);
void store_keep_used(const char *path);

/* What the window was like: a number by its name, `initial` when there is none. */
int store_window(const char *name, int initial);
void store_keep_window(const char *name, int value);

/* A list of texts by its name, the newest first; to be freed with g_strfreev(). */
char **store_texts(const char *name);
void store_keep_texts(const char *name, const char *const *texts);

/* What holds for all pictures made here: "threads" (0: automatic), "previews" (shown, 1 at first);
 * the path of "vae" (empty: the model's own), to be freed. */
int store_preference(const char *name, int initial);
void store_keep_preference(const char *name, int value);
char *store_preferred_file(const char *name);
void store_keep_preferred_file(const char *name, const char *path);

/* What finished pictures say of their making: the settings (off at first), that they are generated
 * (on at first). */
gboolean store_writes_settings(void);
gboolean store_writes_source(void);
void store_keep_writes(gboolean settings, gboolean source);

#endif
