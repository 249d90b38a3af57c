/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models_index.h - what is known of files from earlier looks into them.
 *
 * <GIMP's folder>/ebru/models.json has an entry for each file or folder that was
 * looked into, with its size and the time of its last change: as long as both
 * are the same, the file is not opened. So thousands of models, and what lies
 * between them, cost a stat each. That the index cannot be read or written is
 * no error; then all is looked into again. No PDB call: for any thread, one at a
 * time.
 */
#ifndef PLUGIN_MODELS_INDEX_H
#define PLUGIN_MODELS_INDEX_H

#include <ebru/ebru.h>
#include <glib.h>

struct models_index;

struct models_index *models_index_open(void);
/* Write it back if something was learned. */
void models_index_close(struct models_index *index);

/* As ebru_model_probe(). `known`, which may be NULL: TRUE when the file was not opened. */
bool models_index_probe(struct models_index *index, const char *path, ebru_model_info *info,
                        gboolean *known, ebru_error *err);

/* Whether the file would not have to be opened. */
gboolean models_index_knows(struct models_index *index, const char *path);

/* The checksum of a file that is as it was then, 64 hexadecimal digits; NULL: not known. Valid as
 * long as the index. */
const char *models_index_sha256(struct models_index *index, const char *path);
void models_index_keep_sha256(struct models_index *index, const char *path, const char *sha256);

/* What the file says of its licence; NULL: nothing, or not known. Valid as long as the index. */
const char *models_index_licence(struct models_index *index, const char *path);

#endif
