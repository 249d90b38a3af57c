/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * vec.h - VL floats side by side, and the functions made of them.
 *
 * For the files NAME_tmpl.c only, which are compiled once per instruction set with
 * ISA (its name) and ISA_AVX2 or ISA_AVX512 defined. Every set does the same
 * correctly rounded operations in the same order, so a lane's value does not
 * depend on the set; no approximate reciprocals, nothing from libm. Sums over
 * lanes are the caller's business: VL differs, so it must fix their shape.
 *
 * A set has: vec, VL; vec_load, vec_store (unaligned), vec_load_n, vec_store_n
 * (the first n lanes, 0 to VL; others are 0, or left alone), vec_load_f16,
 * vec_load_bf16 (widened); vec_set1, vec_zero, vec_add, vec_sub, vec_mul,
 * vec_div; vec_fma(a, b, c) = a * b + c; vec_max(a, b) = a > b ? a : b and
 * vec_min(a, b) = a < b ? a : b (b where one is a NaN); vec_abs; vec_sign(a, s)
 * = |a| with the sign of s, for a >= 0; vec_differ(a, b): any lane does (or is
 * a NaN); vec_exponent(a): the bits of a shifted left by 23; vec_transpose(v),
 * v[VL]; vec_round_bf16(a): to the nearest bf16, subnormal ones to zero;
 * vec_load_pair(p, odd): the even or the odd of 2 * VL bf16; vec_store_pair(p,
 * even, odd): the reverse, rounded.
 */
#ifndef ENGINE_KERNELS_VEC_H
#define ENGINE_KERNELS_VEC_H

#include "kernels/kernels.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

#define JOIN_NAMES_(name, isa) name##_##isa
#define JOIN_NAMES(name, isa) JOIN_NAMES_(name, isa)
/* The name of a function with external linkage: one per instruction set. */
#define FOR_ISA(name) JOIN_NAMES(name, ISA)

#if defined(ISA_AVX512) || defined(ISA_VNNI) || defined(ISA_AMX)
#include "kernels/x86/vec_avx512.h"
#elif defined(ISA_AVX2) || defined(ISA_AVXVNNI)
#include "kernels/x86/vec_avx2.h"
#else
#include "kernels/vec_c.h"
#endif

/* vec_load_n and vec_store_n for loops whose every turn but the last has n = VL, spelled out. */
INLINE vec vec_load_part(const float *p, int n)
{
    return n == VL ? vec_load(p) : vec_load_n(p, n);
}

INLINE void vec_store_part(float *p, vec v, int n)
{
    if (n == VL)
        vec_store(p, v);
    else
        vec_store_n(p, v, n);
}

/* VL numbers from place `at` of a weight on. */
INLINE vec vec_load_stored(const void *w, enum storage type, size_t at)
{
    if (type == STORED_F32)
        return vec_load((const float *)w + at);
    if (type == STORED_F16)
        return vec_load_f16((const uint16_t *)w + at);
    return vec_load_bf16((const uint16_t *)w + at);
}

/* 2^x for x <= 127, 0 below -126.5, exactly 1 for 0; relative error 1.6e-7. A
 * polynomial of degree 5 on [-0.5, 0.5], minimax among those that are 1 at 0; the
 * exponent comes from the low bits of x + 1.5 * 2^23, where a float is an integer. */
INLINE vec vec_exp2(vec x)
{
    x = vec_max(x, vec_set1(-127.0f));
    const vec big = vec_set1(12582912.0f + 127.0f);
    const vec r = vec_add(x, big);
    const vec f = vec_sub(x, vec_sub(r, big));
    vec p = vec_set1(1.330291387e-3f);
    p = vec_fma(p, f, vec_set1(9.672605433e-3f));
    p = vec_fma(p, f, vec_set1(5.550650880e-2f));
    p = vec_fma(p, f, vec_set1(2.402222455e-1f));
    p = vec_fma(p, f, vec_set1(6.931470037e-1f));
    p = vec_fma(p, f, vec_set1(1.0f));
    return vec_mul(p, vec_exponent(r));
}

/* The same with a relative error of 1.0e-4: for what is rounded to bf16 (2e-3) at once. */
INLINE vec vec_exp2_rough(vec x)
{
    x = vec_max(x, vec_set1(-127.0f));
    const vec big = vec_set1(12582912.0f + 127.0f);
    const vec r = vec_add(x, big);
    const vec f = vec_sub(x, vec_sub(r, big));
    vec p = vec_set1(5.500893504e-2f);
    p = vec_fma(p, f, vec_set1(2.422109979e-1f));
    p = vec_fma(p, f, vec_set1(6.932829310e-1f));
    p = vec_fma(p, f, vec_set1(1.0f));
    return vec_mul(p, vec_exponent(r));
}

/* x / (1 + 2^(x * slope)); slope < 0 */
INLINE vec vec_gated(vec x, float slope)
{
    const vec e = vec_exp2(vec_min(vec_mul(x, vec_set1(slope)), vec_set1(126.0f)));

    return vec_div(x, vec_add(vec_set1(1.0f), e));
}

/* x * sigmoid(x) */
INLINE vec vec_silu(vec x)
{
    return vec_gated(x, -1.44269504f);
}

/* x * sigmoid(1.702 * x): CLIP's own GELU */
INLINE vec vec_quick_gelu(vec x)
{
    return vec_gated(x, -1.702f * 1.44269504f);
}

/* x * Phi(x), absolute error 4.6e-7. erf: Abramowitz and Stegun 7.1.26. */
INLINE vec vec_gelu(vec x)
{
    const vec one = vec_set1(1.0f);
    const vec z = vec_mul(vec_abs(x), vec_set1(0.70710678f));
    const vec t = vec_div(one, vec_fma(vec_set1(0.3275911f), z, one));
    vec p = vec_fma(vec_set1(1.061405429f), t, vec_set1(-1.453152027f));
    p = vec_fma(p, t, vec_set1(1.421413741f));
    p = vec_fma(p, t, vec_set1(-0.284496736f));
    p = vec_fma(p, t, vec_set1(0.254829592f));
    const vec e = vec_exp2(vec_mul(vec_mul(z, z), vec_set1(-1.44269504f)));
    p = vec_mul(vec_mul(p, t), e);
    const vec erf = vec_sign(vec_sub(one, p), x);
    return vec_mul(vec_mul(x, vec_set1(0.5f)), vec_add(one, erf));
}

/* A NaN stays one. */
INLINE vec vec_relu(vec x)
{
    return vec_max(vec_zero(), x);
}

INLINE vec vec_act(vec x, enum activation act)
{
    switch (act) {
    case ACT_SILU:
        return vec_silu(x);
    case ACT_GELU:
        return vec_gelu(x);
    case ACT_QUICK_GELU:
        return vec_quick_gelu(x);
    case ACT_RELU:
        return vec_relu(x);
    default:
        return x;
    }
}

#endif
