/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "kernels/finish.h"
#include "kernels/int8.h"

#include <assert.h>
#include <limits.h>

enum {
    ROWS = 192,                             /* of A that are rounded at once, where they fit L2 */
    OPERANDS = (1 << 19) / sizeof(operand), /* of A, likewise */
    SUMS = BLOCK_ROWS * BLOCK_COLUMNS
};

static int row_operands(int k)
{
    return int8_blocks(k) * INT8_BLOCK + ROW_SPACE;
}

static int product_rows(int k)
{
    const int rows = (int)OPERANDS / row_operands(k) / BLOCK_ROWS * BLOCK_ROWS;

    return rows < BLOCK_ROWS ? BLOCK_ROWS : rows > ROWS ? ROWS : rows;
}

static size_t product_scratch(int k)
{
    return SUMS * sizeof(float) +
           (size_t)product_rows(k) * (size_t)row_operands(k) * sizeof(operand);
}

/* Rows [m0, m1) of A, and as many more as make groups of 16. */
static void quantise_rows(const struct product *p, int m0, int m1, operand *to)
{
    const int step = row_operands(p->k);

    for (int m = m0; m < m1; m++, to += step)
        quantise_row(p->a + m * p->lda, p->k, to);
    for (int m = m1 - m0; m % GROUP; m++, to += step)
        memset(to, 0, (size_t)step * sizeof(*to));
}

/* Columns outside: their weights come from memory once, A stays in L2. */
static void product(const struct product *p, int m0, int m1, int n0, int n1, void *scratch)
{
    const int blocks = int8_blocks(p->k);
    const ptrdiff_t step = row_operands(p->k);
    float *const sums = scratch;
    operand *const a = (operand *)(void *)(sums + SUMS);

    assert(m1 - m0 <= product_rows(p->k) && n0 % PRODUCT_UNIT == 0);
    quantise_rows(p, m0, m1, a);
    tiles_begin();
    for (int n = n0; n < n1; n += BLOCK_COLUMNS) {
        const struct int8_columns w = int8_columns_at(p->weight, p->k, 1, n);
        for (int m = m0; m < m1; m += BLOCK_ROWS) {
            const int rows = m1 - m < BLOCK_ROWS ? m1 - m : BLOCK_ROWS;
            const operand *const at = a + (m - m0) * step;
            const struct group group[2] = { { at, step }, { at + GROUP * step, step } };
            multiply_rows(group, rows > GROUP ? 2 : 1, blocks, &w, sums, true);
            finish_rows(&p->finish, sums, BLOCK_COLUMNS, m, rows, n);
        }
    }
    tiles_end();
}

void FOR_ISA(gemm_int8_init)(struct kernels *k);

void FOR_ISA(gemm_int8_init)(struct kernels *k)
{
    struct arithmetic *const in = &k->in[PRECISION_INT8];

    in->product = product;
    in->product_rows = product_rows;
    in->product_columns = INT_MAX / BLOCK_COLUMNS * BLOCK_COLUMNS / 2;
    in->product_unit = BLOCK_ROWS;
    in->product_scratch = product_scratch;
}
