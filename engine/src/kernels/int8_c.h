/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * int8_c.h - int8.h in plain C.
 */
#ifndef ENGINE_KERNELS_INT8_C_H
#define ENGINE_KERNELS_INT8_C_H

enum { OFFSET = OFFSET_ZERO, PART_ROWS = 1 };

typedef struct {
    int32_t lane[VL];
} ints;

INLINE void int8_store(operand *p, vec b)
{
    for (int i = 0; i < VL; i++)
        p[i] = (operand)b.lane[i];
}

INLINE ints ints_load(const int32_t *p)
{
    ints x;

    memcpy(x.lane, p, sizeof(x.lane));
    return x;
}

INLINE ints ints_set1(int32_t a)
{
    ints x;

    for (int i = 0; i < VL; i++)
        x.lane[i] = a;
    return x;
}

INLINE ints ints_add(ints a, ints b)
{
    for (int i = 0; i < VL; i++)
        a.lane[i] += b.lane[i];
    return a;
}

INLINE ints ints_multiply_add(ints a, ints b, ints c)
{
    for (int i = 0; i < VL; i++)
        c.lane[i] += a.lane[i] * b.lane[i];
    return c;
}

INLINE vec ints_floats(ints a)
{
    vec x;

    for (int i = 0; i < VL; i++)
        x.lane[i] = (float)a.lane[i];
    return x;
}

static void multiply_part(const operand *a, ptrdiff_t step, int blocks, const uint8_t *u,
                          int32_t *sums)
{
    (void)step;
    memset(sums, 0, INT8_COLUMNS * sizeof(*sums));
    for (int i = 0; i < blocks * INT8_BLOCK; i++)
        for (int j = 0; j < INT8_COLUMNS; j++)
            sums[j] += a[i] * u[i / 4 * INT8_LINE + j * 4 + i % 4];
}

#endif
