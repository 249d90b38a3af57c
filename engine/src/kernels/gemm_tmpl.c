/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "kernels/finish.h"
#include "kernels/micro.h"

#include <assert.h>

enum { WIDTH = PRODUCT_COLUMNS + 16 }; /* of the block of sums; no power of two, for the cache */

/* n numbers, n a multiple of 16, from place `at` of a weight. */
static void widen(const void *w, enum storage type, size_t at, size_t n, float *to)
{
    for (size_t i = 0; i < n; i += VL)
        vec_store(to + i, vec_load_stored(w, type, at + i));
}

static int product_panels(const struct product *p)
{
    if (p->finish.act == ACT_GEGLU)
        return (p->finish.n + PANEL - 1) / PANEL * 2;
    return panel_count(p->finish.n);
}

/* Rows [m0, m1) of a block of sums to their places. */
static void finish_block(const struct product *p, const float *sums, int m0, int m1, int n0, int n1)
{
    for (int m = m0; m < m1; m++, sums += WIDTH)
        if (p->finish.act == ACT_GEGLU)
            finish_geglu(&p->finish, sums, m, n0 / 2, n1 / 2);
        else
            finish_row(&p->finish, sums, m, n0, n1);
}

/* Chunks of k outside, so that the rows of A stay in L2 and one panel in L1. The
 * sums of all columns wait for the last chunk and are then finished as whole
 * rows: panel by panel that would touch one line in every row. */
static void product(const struct product *p, int m0, int m1, int n0, int n1, void *scratch)
{
    static const ptrdiff_t zero = 0;
    float *const sums = scratch, *const wide = sums + PRODUCT_ROWS * WIDTH;
    const int chunk = matrix_chunk(p->k), panels = product_panels(p);
    const float *row[MR];

    assert(m1 - m0 <= PRODUCT_ROWS && n1 - n0 <= PRODUCT_COLUMNS && n0 % PRODUCT_UNIT == 0);
    for (int k0 = 0; k0 < p->k; k0 += chunk) {
        const int len = p->k - k0 < chunk ? p->k - k0 : chunk;
        for (int n = n0; n < n1; n += NR) {
            const size_t at = (size_t)k0 * (size_t)panels * PANEL + (size_t)n * (size_t)len;
            const float *b = (const float *)p->weight + at;
            if (p->type != STORED_F32) {
                widen(p->weight, p->type, at, (size_t)len * NR, wide);
                b = wide;
            }
            for (int m = m0; m < m1; m += MR) {
                for (int r = 0; r < MR; r++)
                    row[r] = p->a + (m + r < m1 ? m + r : m1 - 1) * p->lda + k0;
                micro(row, &zero, 1, len, b, sums + (ptrdiff_t)(m - m0) * WIDTH + (n - n0), WIDTH,
                      k0 == 0);
            }
        }
    }
    finish_block(p, sums, m0, m1, n0, n1);
}

static int product_rows(int k)
{
    (void)k;
    return PRODUCT_ROWS;
}

static size_t product_scratch(int k)
{
    (void)k;
    return PRODUCT_SCRATCH * sizeof(float);
}

void FOR_ISA(gemm_init)(struct kernels *k);

void FOR_ISA(gemm_init)(struct kernels *k)
{
    k->micro = (struct micro){ MR, NR, micro };
    k->in[PRECISION_F32].product = product;
    k->in[PRECISION_F32].product_rows = product_rows;
    k->in[PRECISION_F32].product_columns = PRODUCT_COLUMNS;
    k->in[PRECISION_F32].product_unit = 24;
    k->in[PRECISION_F32].product_scratch = product_scratch;
}
