/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * kernels.h - the only code that knows what processor it runs on.
 *
 * A kernel is a plain function on plain arrays: no tensors, no allocation, no
 * threads. kernels_init() starts from the reference in C and lets every
 * instruction set the processor has replace the entries it is better at,
 * oldest first. All sets give the same bytes: each element of a sum is one
 * fused multiply-add, in an order the shape alone decides.
 */
#ifndef ENGINE_KERNELS_KERNELS_H
#define ENGINE_KERNELS_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

/* What becomes of a finished product; ACT_GEGLU: value * gelu(gate). */
enum activation { ACT_NONE, ACT_SILU, ACT_GELU, ACT_QUICK_GELU, ACT_RELU, ACT_GEGLU };

/* The micro-kernel, for tests: rows x columns of c. See kernels/micro.h. */
struct micro {
    int rows, columns;
    void (*run)(const float *const *a, const ptrdiff_t *seg, int nseg, ptrdiff_t len,
                const float *b, float *c, ptrdiff_t ldc, bool first);
};

struct kernels {
    const char *isa; /* the newest set used */
    struct micro micro;

    /* x[i] = act(x[i]), i < n. Not ACT_GEGLU. */
    void (*activate)(float *x, size_t n, enum activation act);
};

/* `newest`: name of the newest instruction set to use; NULL: all the CPU has.
 * False: there is no such set here; *k then holds all the CPU has. */
bool kernels_init(struct kernels *k, const char *newest);

/* Name of set i of those this processor has, oldest first; NULL after the last. */
const char *kernel_isa_name(int i);

/* Subnormal numbers count as zero, in and out, between these two, on the thread
 * that calls them: every thread that computes does, so that all sets agree and
 * none is slowed down. flush_end() takes what flush_begin() returned. */
unsigned flush_begin(void);
void flush_end(unsigned mode);

#endif
