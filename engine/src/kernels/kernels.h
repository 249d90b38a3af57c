/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * kernels.h - the only code that knows what processor it runs on.
 *
 * A kernel is a plain function on plain arrays: no tensors, no allocation, no
 * threads. kernels_init() starts from the reference in C and lets every
 * instruction set the processor has replace the entries it is better at,
 * oldest first.
 */
#ifndef ENGINE_KERNELS_KERNELS_H
#define ENGINE_KERNELS_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

struct kernels {
    const char *isa; /* the newest set used */
};

/* `newest`: name of the newest instruction set to use; NULL: all the CPU has. */
void kernels_init(struct kernels *k, const char *newest);

#endif
