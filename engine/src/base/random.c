/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "base/random.h"

#include <math.h>

static const double TWO_PI = 6.283185307179586;

/* ---- Mersenne Twister: Matsumoto and Nishimura, ACM TOMACS 8 (1998) ------ */

enum { WORDS = 624, SHIFT = 397 };

void random_seed(struct random *r, uint64_t seed)
{
    r->state[0] = (uint32_t)seed;
    for (uint32_t i = 1; i < WORDS; i++) {
        const uint32_t last = r->state[i - 1];
        r->state[i] = 1812433253u * (last ^ (last >> 30)) + i;
    }
    r->used = WORDS;
    r->have_normal = false;
    r->normal = 0;
}

static void twist(uint32_t *state)
{
    for (int i = 0; i < WORDS; i++) {
        const uint32_t y = (state[i] & 0x80000000u) | (state[(i + 1) % WORDS] & 0x7fffffffu);
        state[i] = state[(i + SHIFT) % WORDS] ^ (y >> 1) ^ (y & 1 ? 0x9908b0dfu : 0);
    }
}

uint32_t random_bits(struct random *r)
{
    uint32_t y;

    if (r->used == WORDS) {
        twist(r->state);
        r->used = 0;
    }
    y = r->state[r->used++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    return y ^ (y >> 18);
}

/* ---- Normal numbers: Box and Muller (1958) ------------------------------- */

static float uniform_float(struct random *r)
{
    return (float)(random_bits(r) & 0xffffffu) * 0x1p-24f;
}

static double uniform_double(struct random *r)
{
    const uint64_t high = random_bits(r);
    const uint64_t bits = high << 32 | random_bits(r);

    return (double)(bits & 0x1fffffffffffffu) * 0x1p-53;
}

static float one_normal(struct random *r)
{
    double u, v, radius;

    if (r->have_normal) {
        r->have_normal = false;
        return (float)r->normal;
    }
    u = uniform_double(r);
    v = uniform_double(r);
    radius = sqrt(-2 * log1p(-v));
    r->normal = radius * sin(TWO_PI * u);
    r->have_normal = true;
    return (float)(radius * cos(TWO_PI * u));
}

/* Sixteen uniform numbers to normal ones: radii from the first eight, angles
 * from the others. */
static void normal_block(float *x)
{
    for (int i = 0; i < 8; i++) {
        const float radius = sqrtf(-2 * logf(1 - x[i]));
        const float angle = (float)TWO_PI * x[i + 8];
        x[i] = radius * cosf(angle);
        x[i + 8] = radius * sinf(angle);
    }
}

void random_normal(struct random *r, float *out, size_t n)
{
    if (n < 16) {
        for (size_t i = 0; i < n; i++)
            out[i] = one_normal(r);
        return;
    }
    for (size_t i = 0; i < n; i++)
        out[i] = uniform_float(r);
    for (size_t i = 0; i + 16 <= n; i += 16)
        normal_block(out + i);
    /* an incomplete block is not filled up: the last sixteen are drawn anew */
    if (n % 16) {
        for (size_t i = n - 16; i < n; i++)
            out[i] = uniform_float(r);
        normal_block(out + n - 16);
    }
}

/* ---- Philox 4x32-10: Salmon et al., SC 2011 ------------------------------ */

static void philox(uint32_t counter[4], uint64_t key)
{
    uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);

    for (int round = 0; round < 10; round++) {
        const uint64_t a = 0xd2511f53ull * counter[0], b = 0xcd9e8d57ull * counter[2];
        counter[0] = (uint32_t)(b >> 32) ^ counter[1] ^ k0;
        counter[1] = (uint32_t)b;
        counter[2] = (uint32_t)(a >> 32) ^ counter[3] ^ k1;
        counter[3] = (uint32_t)a;
        k0 += 0x9e3779b9u;
        k1 += 0xbb67ae85u;
    }
}

void random_normal_philox(uint64_t seed, uint32_t offset, float *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t c[4] = { offset, 0, (uint32_t)i, 0 };
        philox(c, seed);
        /* the middle of the 2^32 intervals: never 0 */
        const double u = (c[0] + 0.5) * 0x1p-32, v = (c[1] + 0.5) * 0x1p-32;
        out[i] = (float)(sqrt(-2 * log(u)) * sin(TWO_PI * v));
    }
}
