/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * checkpoint.h - tensors on disk, a file or a folder as one name space.
 *
 * Opening reads and checks the headers alone: afterwards every tensor is known
 * to lie inside its file and to have the bytes its shape needs. Values are
 * read when asked for, straight into the caller's memory, in the file's type.
 * Names are the file's own; names.h translates. A checkpoint does not change
 * once open and may be read from several threads at once.
 */
#ifndef ENGINE_LOAD_CHECKPOINT_H
#define ENGINE_LOAD_CHECKPOINT_H

#include "base/error.h"
#include "tensor/tensor.h"

#include <stdbool.h>
#include <stdint.h>

enum { CHECKPOINT_MAX_RANK = 8 };

/* Types a file may hold. The first three are weights (see checkpoint_weight). */
enum checkpoint_type {
    TYPE_F32,
    TYPE_F16,
    TYPE_BF16,
    TYPE_F64,
    TYPE_I64,
    TYPE_I32,
    TYPE_I16,
    TYPE_I8,
    TYPE_U64,
    TYPE_U32,
    TYPE_U16,
    TYPE_U8,
    TYPE_BOOL,
    TYPE_COUNT
};

/* "F32", as in the file */
const char *checkpoint_type_name(enum checkpoint_type type);
size_t checkpoint_type_bytes(enum checkpoint_type type);

/* Owned by the checkpoint. */
struct checkpoint_tensor {
    const char *name;
    const int64_t *shape; /* [rank], each below 2^53 */
    uint64_t offset;      /* in its file */
    uint64_t bytes;
    int file;
    short rank;
    short type; /* enum checkpoint_type */
};

struct checkpoint;
struct file;

/* `path` is a .safetensors file or a part folder of diffusers ("unet", "text_encoder"):
 * diffusion_pytorch_model or model, .safetensors or .fp16.safetensors (the plain one
 * where both are), whole or in shards with an index. */
struct checkpoint *checkpoint_open(const char *path, ebru_error *err);
void checkpoint_close(struct checkpoint *c);

/* In the order of the file, or of the shards. */
int checkpoint_count(const struct checkpoint *c);
const struct checkpoint_tensor *checkpoint_at(const struct checkpoint *c, int i);
/* NULL: there is none of that name. */
const struct checkpoint_tensor *checkpoint_find(const struct checkpoint *c, const char *name);

/* Entry of the header's __metadata__; NULL: none. Of the first file, when in shards. */
const char *checkpoint_metadata(const struct checkpoint *c, const char *key);

/* The path it was opened by, shortened for messages. */
const char *checkpoint_label(const struct checkpoint *c);
/* On disk, all files. */
uint64_t checkpoint_bytes(const struct checkpoint *c);

/* Elements of all dimensions. */
int64_t checkpoint_elements(const struct checkpoint_tensor *t);

/* The tensor as a weight of a network: its type and its shape, with dimensions of 1 at
 * the end dropped while rank > 4. Integers with scales (load/eight_bit.h) are of type F32
 * and to be read as such; fails on others, float64, more than 4 dimensions,
 * and dimensions of 0 or above INT_MAX. A scalar has rank 0. */
bool checkpoint_weight(const struct checkpoint *c, const struct checkpoint_tensor *t,
                       enum dtype *type, int *rank, int shape[4], ebru_error *err);

/* Rows [first, first + count) of the first dimension, as the file has them, into `rows`
 * (of a scalar: row 0). Thread-safe. */
bool checkpoint_read_rows(const struct checkpoint *c, const struct checkpoint_tensor *t,
                          int64_t first, int64_t count, void *rows, ebru_error *err);

/* All elements, rounded to float; integers are taken for what they are. */
bool checkpoint_read_floats(const struct checkpoint *c, const struct checkpoint_tensor *t,
                            float *values, ebru_error *err);
/* All elements of a tensor of integers or truth values. U64 beyond INT64_MAX wraps. */
bool checkpoint_read_ints(const struct checkpoint *c, const struct checkpoint_tensor *t,
                          int64_t *values, ebru_error *err);

/* The file a tensor lies in. */
const struct file *checkpoint_file(const struct checkpoint *c, const struct checkpoint_tensor *t);

#endif
