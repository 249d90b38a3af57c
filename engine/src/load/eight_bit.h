/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * eight_bit.h - weights of 8 bits in a file: a tensor NAME of type I8, and NAME_scale of
 * type F32 with one number per row; a weight is the one times the other. Whoever
 * asks for such a weight is given float32, and need not know. What `ebru convert` writes
 * (families/eight_bit.h) is so, and comes out exactly as it went in.
 */
#ifndef ENGINE_LOAD_EIGHT_BIT_H
#define ENGINE_LOAD_EIGHT_BIT_H

#include "load/checkpoint.h"

/* The scales of `t`; NULL: it is no such weight. */
const struct checkpoint_tensor *eight_bit_scales(const struct checkpoint *c,
                                                 const struct checkpoint_tensor *t);

/* Whether there is one in the checkpoint. */
bool eight_bit_present(const struct checkpoint *c);

/* As checkpoint_read_rows(), but floats. Thread-safe. */
bool eight_bit_read_rows(const struct checkpoint *c, const struct checkpoint_tensor *t,
                         int64_t first, int64_t count, float *rows, ebru_error *err);

#endif
