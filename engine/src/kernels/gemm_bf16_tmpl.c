/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "kernels/block.h"
#include "kernels/finish.h"

#include <assert.h>
#include <limits.h>

enum {
    ROWS = 192,         /* of A that are rounded at once, where they fit L2 */
    OPERANDS = 1 << 19, /* of A, likewise */
    SPACE = BF16_BLOCK, /* behind each row: no two in one set of a cache */
    SUMS = BLOCK_ROWS * BLOCK_COLUMNS
};

static int row_operands(int k)
{
    return bf16_blocks(k) * BF16_BLOCK + SPACE;
}

static int product_rows(int k)
{
    const int rows = OPERANDS / row_operands(k) / BLOCK_ROWS * BLOCK_ROWS;

    return rows < BLOCK_ROWS ? BLOCK_ROWS : rows > ROWS ? ROWS : rows;
}

static size_t product_scratch(int k)
{
    return SUMS * sizeof(float) +
           (size_t)product_rows(k) * (size_t)row_operands(k) * sizeof(operand);
}

/* Rows [m0, m1) of A, and as many more as make groups of 16. */
static void round_rows(const struct product *p, int m0, int m1, operand *to)
{
    const int step = row_operands(p->k);

    for (int m = m0; m < m1; m++, to += step)
        round_row(p->a + m * p->lda, p->k, to);
    for (int m = m1 - m0; m % GROUP; m++, to += step)
        memset(to, 0, (size_t)step * sizeof(*to));
}

/* The sums of up to 32 rows of `a` and 32 columns. */
static void multiply_rows(const struct product *p, const operand *a, int groups, int n, float *sums)
{
    const int blocks = bf16_blocks(p->k);
    const ptrdiff_t step = row_operands(p->k);
    const struct group rows[2] = { { a, step }, { a + GROUP * step, step } };

    multiply_line(rows, groups, blocks,
                  (const uint16_t *)p->weight + (size_t)n * (size_t)blocks * BF16_BLOCK, sums,
                  BLOCK_COLUMNS, true);
}

/* Columns outside: their weights come from memory once, A stays in L2. */
static void product(const struct product *p, int m0, int m1, int n0, int n1, void *scratch)
{
    float *const sums = scratch;
    operand *const a = (operand *)(sums + SUMS);

    assert(m1 - m0 <= product_rows(p->k) && n0 % PRODUCT_UNIT == 0);
    round_rows(p, m0, m1, a);
    tiles_begin();
    for (int n = n0; n < n1; n += BLOCK_COLUMNS)
        for (int m = m0; m < m1; m += BLOCK_ROWS) {
            const int rows = m1 - m < BLOCK_ROWS ? m1 - m : BLOCK_ROWS;
            multiply_rows(p, a + (ptrdiff_t)(m - m0) * row_operands(p->k), rows > GROUP ? 2 : 1, n,
                          sums);
            finish_rows(&p->finish, sums, BLOCK_COLUMNS, m, rows, n);
        }
    tiles_end();
}

void FOR_ISA(gemm_bf16_init)(struct kernels *k);

void FOR_ISA(gemm_bf16_init)(struct kernels *k)
{
    struct arithmetic *const in = &k->in[PRECISION_BF16];

    in->product = product;
    in->product_rows = product_rows;
    in->product_columns = INT_MAX / BLOCK_COLUMNS * BLOCK_COLUMNS / 2;
    in->product_unit = BLOCK_ROWS;
    in->product_scratch = product_scratch;
}
