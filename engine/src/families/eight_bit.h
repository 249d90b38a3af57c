/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * eight_bit.h - writing 8-bit copies of checkpoints (load/eight_bit.h says how they
 * look). What layers multiply with becomes 8 bits by the rules that packing for int8
 * has (kernels/pack_int8.h), so a copy gives the bytes that its original gives in int8;
 * vectors, tables and what is too narrow or too wide are copied as they are.
 */
#ifndef ENGINE_FAMILIES_EIGHT_BIT_H
#define ENGINE_FAMILIES_EIGHT_BIT_H

#include "load/checkpoint.h"

/* How far a copy is, of one file or of several. */
struct eight_bit_progress {
    bool (*go_on)(void *user, double fraction); /* false stops; NULL: nobody asks */
    void *user;
    double done, all; /* numbers; all: the sum of eight_bit_numbers() */
};

/* Numbers that copying reads: twice those that become integers, the others once. */
double eight_bit_numbers(const struct checkpoint *from);

/* `from` as one .safetensors file `to`: complete or not at all. EBRU_CANCELLED when
 * go_on says so. */
bool eight_bit_copy(const struct checkpoint *from, const char *to,
                    struct eight_bit_progress *progress, ebru_error *err);

/* From a .safetensors file, of a model or of a part of one, to another; or from the folder
 * of a model in the layout of diffusers to another, which gets what the engine reads and
 * the texts beside it. `to` must not exist; it is there complete or not at all. go_on as
 * above. */
bool eight_bit_write(const char *from, const char *to, bool (*go_on)(void *user, double fraction),
                     void *user, ebru_error *err);

#endif
