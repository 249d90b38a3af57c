/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * variants.h - what a person does with the pictures of a job, in the image.
 *
 * To look is not to change: which variant is visible leaves no step in the
 * history. To keep one or to discard one is one step. Layers that are gone,
 * since the user deleted them or undid the job, are passed over.
 */
#ifndef PLUGIN_VARIANTS_H
#define PLUGIN_VARIANTS_H

#include "queue.h"

/* Whether the variant has a layer in an image. */
gboolean variant_is_there(const struct entry *entry, int i);

/* How many have. */
int variants_there(const struct entry *entry);

/* Show this one and none of the others. */
void variants_show(struct entry *entry, int i);

/* Hide all, or show variant i again: before and after. */
void variants_compare(struct entry *entry, int i, gboolean before);

/* Delete the others; the one kept takes the place of their group. */
void variants_keep(struct entry *entry, int i);

/* Delete this one, and the group with the last. */
void variants_discard(struct entry *entry, int i);

#endif
