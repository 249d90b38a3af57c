/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * tensor.h - the two kinds of array a network deals with.
 *
 * Activations are [n][h][w][c] throughout, so a picture is a matrix of
 * h*w pixels by c channels and no layer transposes. A text of t tokens is
 * [n][1][t][c]. Weights keep the shape and the type of the file; how they lie
 * in memory is the kernels' business (`packing`).
 */
#ifndef ENGINE_TENSOR_TENSOR_H
#define ENGINE_TENSOR_TENSOR_H

#include <stddef.h>
#include <stdint.h>

struct tensor {
    float *data; /* owned by the run's arena; NULL during rehearsal */
    int n, h, w, c;
};

static inline size_t tensor_rows(struct tensor t)
{
    return (size_t)t.n * (size_t)t.h * (size_t)t.w;
}

static inline size_t tensor_count(struct tensor t)
{
    return tensor_rows(t) * (size_t)t.c;
}

enum dtype { DTYPE_F32, DTYPE_F16, DTYPE_BF16, DTYPE_COUNT };

static inline size_t dtype_bytes(enum dtype type)
{
    return type == DTYPE_F32 ? 4 : 2;
}

/* What the kernels make of a weight when it is loaded. */
enum packing {
    PACK_VECTOR, /* widened to float32, in the order of the file: biases, norms */
    PACK_TABLE,  /* [rows][c], as in the file: embeddings */
    PACK_MATRIX, /* [out][in]: panels of 16 outputs */
    PACK_GEGLU,  /* [2*out][in]: panels of 16 outputs and of their 16 gates in turn */
    PACK_CONV3   /* [out][in][3][3] */
};

struct weight {
    const void *data; /* packed; NULL when the weight was only listed */
    enum dtype type;  /* of `data`; PACK_VECTOR: DTYPE_F32 */
    enum packing packing;
    int precision; /* of products with it: enum precision of kernels/kernels.h */
    int rank;      /* 0: there is none */
    int shape[4];
};

static inline int64_t weight_count(const struct weight *w)
{
    int64_t count = w->rank ? 1 : 0;

    for (int i = 0; i < w->rank; i++)
        count *= w->shape[i];
    return count;
}

#endif
