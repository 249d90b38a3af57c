/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * product.h - what the kernels of products take: a matrix, packed weights
 * (kernels/pack.h) and what to do with the sums.
 */
#ifndef ENGINE_KERNELS_PRODUCT_H
#define ENGINE_KERNELS_PRODUCT_H

#include "kernels/kernels.h"

/* What happens to finished sums, in the order of the fields. Rows of `out` and
 * `residual`, which may be the same array, are `n` apart. */
struct finish {
    const float *bias; /* [n], GEGLU: [2][n]; NULL: none */
    const float *time; /* [rows / time_rows][n], added to the bias; NULL: none */
    int time_rows;
    enum activation act;
    const float *residual; /* NULL: none */
    float *out;
    int n;
};

/* out = finish(a * weight'): a [m][k], rows `lda` apart; weight [n][k] in pieces
 * made by pack_matrix(). */
struct product {
    const float *a;
    ptrdiff_t lda;
    int k;
    const void *weight;
    enum storage type;
    struct finish finish;
};

/* The columns one call of product() begins at are multiples of PRODUCT_UNIT. In
 * float32: most rows and columns (of the weight) of one call; floats of scratch. */
enum { PRODUCT_ROWS = 192, PRODUCT_COLUMNS = 320, PRODUCT_UNIT = 32 };
enum { PRODUCT_SCRATCH = PRODUCT_ROWS * (PRODUCT_COLUMNS + 16) + 2 * 320 * 16 };

#endif
