/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * safetensors.h - the file format: 8 bytes of length, a JSON header, the data.
 *
 * The header is read and checked in full before anything is believed: every
 * entry complete and of a known type, bytes and shape in agreement, and the
 * tensors one after the other from the first byte of the data to the last,
 * without gaps or overlap, as the format demands.
 * Format: https://github.com/huggingface/safetensors, README, "Format".
 */
#ifndef ENGINE_LOAD_SAFETENSORS_H
#define ENGINE_LOAD_SAFETENSORS_H

#include "base/file.h"
#include "load/checkpoint.h"

/* The header of one file. */
struct safetensors {
    struct checkpoint_tensor *tensors; /* in the order of the header; offsets from byte 0 */
    int count;
    int64_t *shapes; /* all of them, one behind the other */
    char **metadata; /* key, value, key, value, ..., NULL; NULL when there is none */
    char *text;      /* where names and metadata lie */
};

bool safetensors_open(struct safetensors *s, const struct file *f, ebru_error *err);
void safetensors_close(struct safetensors *s);

/* A tensor to be written; nothing is copied. */
struct safetensors_item {
    const char *name;
    enum checkpoint_type type;
    int rank;
    int64_t shape[CHECKPOINT_MAX_RANK];
    const void *data; /* little-endian, as in memory */
};

/* Open `path` and write the header of `items`: what `data` would point to is to be appended
 * next, in this order, without gaps. `metadata` as below. */
bool safetensors_begin(struct file_writer *w, const char *path,
                       const struct safetensors_item *items, int count, const char *const *metadata,
                       ebru_error *err);

/* Write `items`, in this order, to `path`: complete or not at all. `metadata` is a list
 * of keys and values that ends with NULL, or NULL. */
bool safetensors_write(const char *path, const struct safetensors_item *items, int count,
                       const char *const *metadata, ebru_error *err);

#endif
