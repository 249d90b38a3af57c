/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * bind.h - tying the weights of a checkpoint to the structs of a network.
 *
 * A network names each of its weights exactly once, in its bind function, by
 * the name diffusers gives it. What binding does depends on the source: find
 * the tensor in a checkpoint and check its shape, make it up at random (tests,
 * trials), or only list it. Errors stick: the first is kept, the rest are
 * counted, and the caller asks once, at the end. The binder keeps the list of
 * what was bound: loading, packing, counting and (later) LoRA are loops over it.
 */
#ifndef ENGINE_NN_BIND_H
#define ENGINE_NN_BIND_H

#include "base/error.h"
#include "kernels/kernels.h"
#include "tensor/tensor.h"

#include <stdbool.h>

enum { SCOPE_MAX = 160, LEAF_MAX_PARTS = 3 };

/* Where weights come from. Rows are slices of the first dimension. */
struct weight_source {
    /* Type and shape of the tensor called `name`; false: there is none. */
    bool (*find)(void *self, const char *name, enum dtype *type, int *rank, int shape[4]);
    /* Rows [first, first + count) as the file has them, into `rows`. Called
     * from several threads at once. */
    bool (*read)(void *self, const char *name, int first, int count, void *rows, ebru_error *err);
    void *self;
};

/* One weight, made of one tensor of the file or of several, one above the other. */
struct leaf {
    struct weight *weight;
    int parts;
    int rows[LEAF_MAX_PARTS];
    char *name[LEAF_MAX_PARTS];
};

struct binder {
    const struct weight_source *source;
    struct leaf *leaves;
    int n_leaves, capacity;
    int n_weights; /* tensors of the file */
    int64_t n_params;
    int n_missing;
    char first_error[512];
};

/* A place in the tree of names: "down_blocks.1.resnets.0". */
struct scope {
    struct binder *b;
    char path[SCOPE_MAX];
};

/* `source` NULL: list names and shapes only. */
void binder_init(struct binder *b, const struct weight_source *source);
void binder_clear(struct binder *b);

/* "3 weights missing, first: ..." */
bool binder_finish(const struct binder *b, const char *what, ebru_error *err);

/* Read and pack every weight bound into one block, *block, which the caller
 * frees (free()). `threads` at once. */
bool binder_load(struct binder *b, const struct kernels *k, int threads, void **block,
                 size_t *bytes, ebru_error *err);

/* Bytes binder_load() will take. */
size_t binder_bytes(const struct binder *b, const struct kernels *k);

struct scope scope_root(struct binder *b, const char *path);
struct scope at(struct scope s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Whether the source has this tensor (a listing has none but what is asked for by bind_weight). */
bool scope_has(struct scope s, const char *name);

/* `rank` dimensions follow, as diffusers has them; the file may have further
 * dimensions of 1 behind them, or lack such (a 1x1 convolution is a linear layer). */
void bind_weight(struct scope s, const char *name, struct weight *w, enum packing packing, int rank,
                 ...);

/* Tensors names[0..parts) of rows[i] x `in`, one above the other, as one matrix;
 * in = 0: vectors of rows[i], one behind the other. */
void bind_stack(struct scope s, const char *const *names, const int *rows, int parts, int in,
                struct weight *w);

#endif
