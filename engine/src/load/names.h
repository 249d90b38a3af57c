/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * names.h - one part of a checkpoint under the names diffusers gives it.
 *
 * Networks know diffusers' names only. A file may have others: the LDM layout
 * of single files, OpenCLIP's text encoder with q, k and v in one tensor, old
 * names of attention in the VAE. A part finds out once which of them the
 * checkpoint has, and from then on every name asked for is rewritten by rules
 * in tables (names.c). What the rules do not mention (EMA copies, optimizer
 * states, alphas_cumprod) is never asked for and so ignored.
 */
#ifndef ENGINE_LOAD_NAMES_H
#define ENGINE_LOAD_NAMES_H

#include "load/checkpoint.h"
#include "load/detect.h"

enum { NAMES_MAX = 256 };

enum part_kind { PART_UNET, PART_VAE, PART_TEXT, PART_TAESD };

struct layout; /* a row of the table in names.c */

/* One part, as a source of weights. `problem`: the first tensor that was found and is no
 * weight (of an integer type, say); its status is EBRU_OK when there was none. */
struct part_source {
    const struct checkpoint *checkpoint;
    const struct layout *layout;
    struct unet_facts unet; /* LDM layout, PART_UNET */
    struct vae_facts vae;   /* LDM layout, PART_VAE */
    ebru_error problem;
};

/* false: the checkpoint has no such part. `c` must live as long as `s`. */
bool names_open(struct part_source *s, const struct checkpoint *c, enum part_kind part);

/* "LDM", "diffusers", ...: for messages and tests. */
const char *names_layout(const struct part_source *s);

/* Where a tensor of diffusers' name lies: it is part `index` of `parts` equal ones, one
 * above the other, of the tensor `name`. */
struct place_name {
    char name[NAMES_MAX];
    int index, parts;
};

/* false: the layout has no place for this name. */
bool names_translate(const struct part_source *s, const char *name, struct place_name *place);

/* The two functions of a weight source (nn/bind.h); `self` is a struct part_source.
 * names_read() may be called from several threads at once, for what names_find() found. */
bool names_find(void *self, const char *name, enum dtype *type, int *rank, int shape[4]);
bool names_read(void *self, const char *name, int first, int count, void *rows, ebru_error *err);

#endif
