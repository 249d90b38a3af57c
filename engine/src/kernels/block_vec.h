/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * block_vec.h - block.h without tiles. Some rows by some columns at a time, as
 * many as even or odd sums fit registers: B is then widened on the way, by a
 * shift or a mask per load.
 */
#ifndef ENGINE_KERNELS_BLOCK_VEC_H
#define ENGINE_KERNELS_BLOCK_VEC_H

#if defined(ISA_AVX512)
enum { PART_ROWS = 8, PART_VECS = 2 };
#elif defined(ISA_AVX2)
enum { PART_ROWS = 4, PART_VECS = 2 };
#else
enum { PART_ROWS = 4, PART_VECS = 1 };
#endif

enum { PART_COLUMNS = PART_VECS * VL };

INLINE void operand_store(operand *p, vec v)
{
    vec_store(p, vec_round_bf16(v));
}

/* Sums of the 16 even or odd terms of a block. a: of row 0, rows `step` apart. */
INLINE void half_sums(vec sum[PART_ROWS][PART_VECS], const operand *a, ptrdiff_t step,
                      const uint16_t *b, bool odd)
{
    for (int r = 0; r < PART_ROWS; r++)
        for (int v = 0; v < PART_VECS; v++)
            sum[r][v] = vec_zero();
    for (int i = 0; i < BF16_BLOCK / 2; i++) {
        vec column[PART_VECS];
        for (int v = 0; v < PART_VECS; v++)
            column[v] = vec_load_pair(
                b + v * VL / PANEL * BF16_TILE + 2 * (i * PANEL + v * VL % PANEL), odd);
        for (int r = 0; r < PART_ROWS; r++) {
            const vec x = vec_set1(a[r * step + 2 * i + odd]);
            for (int v = 0; v < PART_VECS; v++)
                sum[r][v] = vec_fma(x, column[v], sum[r][v]);
        }
    }
}

/* PART_ROWS rows by PART_COLUMNS columns. */
static __attribute__((noinline)) void multiply_part(const operand *a, ptrdiff_t step,
                                                    const ptrdiff_t *seg, int nseg,
                                                    const uint16_t *b, float *c, ptrdiff_t ldc,
                                                    bool first)
{
    for (int s = 0; s < nseg; s++, b += 2 * BF16_TILE) {
        vec even[PART_ROWS][PART_VECS], odd[PART_ROWS][PART_VECS];
        half_sums(even, a + seg[s], step, b, false);
        half_sums(odd, a + seg[s], step, b, true);
        for (int r = 0; r < PART_ROWS; r++)
            for (int v = 0; v < PART_VECS; v++) {
                float *const to = c + r * ldc + v * VL;
                const vec before = first && s == 0 ? vec_zero() : vec_load(to);
                vec_store(to, vec_add(before, vec_add(even[r][v], odd[r][v])));
            }
    }
}

static void multiply_block(const struct group *a, int groups, const ptrdiff_t *seg, int nseg,
                           const uint16_t *b, float *c, ptrdiff_t ldc, bool first)
{
    for (int r = 0; r < groups * GROUP; r += PART_ROWS) {
        const struct group *const g = &a[r / GROUP];
        for (int j = 0; j < BLOCK_COLUMNS; j += PART_COLUMNS)
            multiply_part(g->at + r % GROUP * g->step, g->step, seg, nseg,
                          b + j / PANEL * BF16_TILE + j % PANEL * 2, c + r * ldc + j, ldc, first);
    }
}

INLINE void tiles_begin(void)
{
}

INLINE void tiles_end(void)
{
}

#endif
