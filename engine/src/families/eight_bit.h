/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * eight_bit.h - writing 8-bit copies of checkpoints (load/eight_bit.h says how they
 * look). What layers multiply with becomes 8 bits by the rules that packing for int8
 * has (kernels/pack_int8.h), so a copy gives the bytes that its original gives in int8;
 * vectors, tables and what is too narrow or too wide are copied as they are.
 */
#ifndef ENGINE_FAMILIES_EIGHT_BIT_H
#define ENGINE_FAMILIES_EIGHT_BIT_H

#include "base/error.h"

/* From one .safetensors file, of a model or of a part of one, to another that is not
 * there yet: complete or not at all. go_on: told the fraction done, false stops with
 * EBRU_CANCELLED; NULL: nobody asks. */
bool eight_bit_write(const char *from, const char *to, bool (*go_on)(void *user, double fraction),
                     void *user, ebru_error *err);

#endif
