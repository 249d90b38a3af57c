/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * checkpoints.h - which models there are.
 *
 * They are looked for, by their headers alone, in the folders of EBRU_MODEL_PATH,
 * among the files added in the dialog, in ebru/models below the user's data
 * folder and ~/.local/share (a Flatpak has another data folder), and below the
 * data folders of the system; the starter model, which comes with Ebru, is the
 * last. A model is a .safetensors file or a folder with a model_index.json.
 */
#ifndef PLUGIN_CHECKPOINTS_H
#define PLUGIN_CHECKPOINTS_H

#include <ebru/ebru.h>
#include <glib.h>

struct checkpoint {
    char *path;
    bool starter; /* the small model that comes with Ebru */
    ebru_model_info info;
};

/* Where new models go: ebru/models below the user's data folder; to be freed. It may not be there
 * yet. */
char *checkpoints_own_folder(void);

/* In the order above, each once; to be freed with g_ptr_array_unref(). No PDB call: for any
 * thread. */
GPtrArray *checkpoints_find_all(void);

/* The same, but files that were never looked into are opened for a tenth of a second at most, so
 * that no window waits for thousands of them. *complete, which may be NULL: FALSE when there are
 * more, for checkpoints_find_all() in a thread or for the next call. */
GPtrArray *checkpoints_find_soon(gboolean *complete);
GPtrArray *checkpoints_find(void); /* that, without asking */

/* The one with this path or name in `list`, or probed when it is a path outside; empty: the first.
 * The answer belongs to the list. NULL and an error when there is none. */
const struct checkpoint *checkpoints_choose(GPtrArray *list, const char *model, GError **error);

/* How many of the list have this name. */
int checkpoints_called(GPtrArray *list, const char *name);

/* The one of several of this name whose checksum begins so; NULL: there are not several, or it is
 * not known. */
const struct checkpoint *checkpoints_by_sum(GPtrArray *list, const char *name, const char *sum);

/* Probe the file or folder and remember it for later calls. */
const struct checkpoint *checkpoints_add(GPtrArray *list, const char *path, GError **error);

/* Remember the folder with all models that are in it now and later, those too that were taken off
 * the list. FALSE and an error when there is none in it. */
gboolean checkpoints_add_folder(const char *path, GError **error);

#endif
