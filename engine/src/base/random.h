/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * random.h - the random numbers of PyTorch, so that a seed gives its picture.
 *
 * Two generators: that of torch on the CPU (Mersenne Twister, and normal
 * numbers in blocks of sixteen), which diffusers draws from, and that of torch
 * on CUDA (Philox), which other programs imitate. The state belongs to the
 * caller and may be copied like any struct.
 */
#ifndef ENGINE_BASE_RANDOM_H
#define ENGINE_BASE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* torch.Generator("cpu"). */
struct random {
    uint32_t state[624];
    int used;         /* numbers of state already given out */
    bool have_normal; /* a draw of less than 16 makes two and keeps one */
    double normal;
};

/* torch's manual_seed(): only the lower 32 bits of the seed count. */
void random_seed(struct random *r, uint64_t seed);

/* The next 32 bits. */
uint32_t random_bits(struct random *r);

/* n unit normal numbers, as torch.randn(n) draws them in one call: the numbers
 * of two calls are not those of one. */
void random_normal(struct random *r, float *out, size_t n);

/* torch.Generator("cuda"): n unit normal numbers of the call number `offset`. */
void random_normal_philox(uint64_t seed, uint32_t offset, float *out, size_t n);

#endif
