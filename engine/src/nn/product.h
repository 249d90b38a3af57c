/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * product.h - a matrix product on all threads: what linear layers and 1x1
 * convolutions share.
 */
#ifndef ENGINE_NN_PRODUCT_H
#define ENGINE_NN_PRODUCT_H

#include "kernels/product.h"
#include "nn/run.h"

/* out [rows of x][n] = finish(x * weight'), the fields of `f` that say how filled
 * in: `out` is NULL in rehearsal. */
void product(struct run *r, struct tensor x, const struct weight *weight, struct finish f);

/* The numbers of a vector, NULL when there is none. */
static inline const float *weight_vector(const struct weight *w)
{
    return w->rank ? w->data : NULL;
}

#endif
