/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * group.h - the left-hand side of products whose numbers are not floats: a matrix
 * or pixels, read in place, 16 evenly spaced rows at a time. `operand`, the
 * type of its numbers, is defined before this is included.
 */
#ifndef ENGINE_KERNELS_GROUP_H
#define ENGINE_KERNELS_GROUP_H

#include <stddef.h>

enum { BLOCK_ROWS = 32, BLOCK_COLUMNS = 32, GROUP = 16 };

/* 16 rows, `step` operands apart. */
struct group {
    const operand *at;
    ptrdiff_t step;
};

#endif
