/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * vec_c.h - vec.h in plain C: the reference, and what runs where nothing else
 * does. Sixteen lanes, written as loops the compiler may vectorise.
 */
#ifndef ENGINE_KERNELS_VEC_C_H
#define ENGINE_KERNELS_VEC_C_H

#include <math.h>

enum { VL = 16 };

/* A typedef, as the intrinsics' types are: networks of operators read better. */
typedef struct {
    float lane[16];
} vec;

INLINE uint32_t float_bits(float x)
{
    uint32_t bits;

    memcpy(&bits, &x, sizeof(bits));
    return bits;
}

INLINE float bits_float(uint32_t bits)
{
    float x;

    memcpy(&x, &bits, sizeof(x));
    return x;
}

/* Exact, subnormals included. */
INLINE float half_float(uint16_t h)
{
    const uint32_t sign = (uint32_t)(h & 0x8000) << 16, rest = h & 0x7fff;

    if (rest >= 0x7c00)
        return bits_float(sign | 0x7f800000 | (rest & 0x3ff) << 13);
    if (rest < 0x0400)
        return (sign ? -1.0f : 1.0f) * (float)rest * 0x1p-24f;
    return bits_float(sign | ((rest << 13) + (112u << 23)));
}

INLINE vec vec_load(const float *p)
{
    vec v;

    memcpy(v.lane, p, sizeof(v.lane));
    return v;
}

INLINE void vec_store(float *p, vec v)
{
    memcpy(p, v.lane, sizeof(v.lane));
}

INLINE vec vec_load_n(const float *p, int n)
{
    vec v = { { 0 } };

    for (int i = 0; i < n; i++)
        v.lane[i] = p[i];
    return v;
}

INLINE void vec_store_n(float *p, vec v, int n)
{
    for (int i = 0; i < n; i++)
        p[i] = v.lane[i];
}

INLINE vec vec_load_f16(const uint16_t *p)
{
    vec v;

    for (int i = 0; i < VL; i++)
        v.lane[i] = half_float(p[i]);
    return v;
}

INLINE vec vec_load_bf16(const uint16_t *p)
{
    vec v;

    for (int i = 0; i < VL; i++)
        v.lane[i] = bits_float((uint32_t)p[i] << 16);
    return v;
}

INLINE vec vec_set1(float x)
{
    vec v;

    for (int i = 0; i < VL; i++)
        v.lane[i] = x;
    return v;
}

INLINE vec vec_zero(void)
{
    return vec_set1(0);
}

INLINE vec vec_add(vec a, vec b)
{
    for (int i = 0; i < VL; i++)
        a.lane[i] += b.lane[i];
    return a;
}

INLINE vec vec_sub(vec a, vec b)
{
    for (int i = 0; i < VL; i++)
        a.lane[i] -= b.lane[i];
    return a;
}

INLINE vec vec_mul(vec a, vec b)
{
    for (int i = 0; i < VL; i++)
        a.lane[i] *= b.lane[i];
    return a;
}

INLINE vec vec_div(vec a, vec b)
{
    for (int i = 0; i < VL; i++)
        a.lane[i] /= b.lane[i];
    return a;
}

INLINE vec vec_fma(vec a, vec b, vec c)
{
    for (int i = 0; i < VL; i++)
        c.lane[i] = fmaf(a.lane[i], b.lane[i], c.lane[i]);
    return c;
}

INLINE vec vec_max(vec a, vec b)
{
    for (int i = 0; i < VL; i++)
        b.lane[i] = a.lane[i] > b.lane[i] ? a.lane[i] : b.lane[i];
    return b;
}

INLINE vec vec_min(vec a, vec b)
{
    for (int i = 0; i < VL; i++)
        b.lane[i] = a.lane[i] < b.lane[i] ? a.lane[i] : b.lane[i];
    return b;
}

INLINE vec vec_abs(vec a)
{
    for (int i = 0; i < VL; i++)
        a.lane[i] = bits_float(float_bits(a.lane[i]) & 0x7fffffff);
    return a;
}

INLINE vec vec_sign(vec a, vec s)
{
    for (int i = 0; i < VL; i++)
        a.lane[i] = bits_float(float_bits(a.lane[i]) | (float_bits(s.lane[i]) & 0x80000000));
    return a;
}

INLINE bool vec_differ(vec a, vec b)
{
    bool differ = false;

    for (int i = 0; i < VL; i++)
        differ |= !(a.lane[i] == b.lane[i]);
    return differ;
}

INLINE vec vec_exponent(vec a)
{
    for (int i = 0; i < VL; i++)
        a.lane[i] = bits_float(float_bits(a.lane[i]) << 23);
    return a;
}

/* Round to even; subnormal numbers become zero, a NaN stays one. */
INLINE uint32_t bf16_bits(float x)
{
    const uint32_t bits = float_bits(x), size = bits & 0x7fffffff;

    if (size < 0x00800000)
        return bits & 0x80000000;
    if (size > 0x7f800000)
        return (bits | 0x00400000) & 0xffff0000;
    return (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000;
}

INLINE vec vec_round_bf16(vec a)
{
    for (int i = 0; i < VL; i++)
        a.lane[i] = bits_float(bf16_bits(a.lane[i]));
    return a;
}

INLINE vec vec_load_pair(const uint16_t *p, bool odd)
{
    vec v;

    for (int i = 0; i < VL; i++)
        v.lane[i] = bits_float((uint32_t)p[2 * i + odd] << 16);
    return v;
}

INLINE void vec_store_pair(uint16_t *p, vec even, vec odd)
{
    for (int i = 0; i < VL; i++) {
        p[2 * i] = (uint16_t)(bf16_bits(even.lane[i]) >> 16);
        p[2 * i + 1] = (uint16_t)(bf16_bits(odd.lane[i]) >> 16);
    }
}

/* Register i, lane j and register j, lane i change places. */
INLINE void vec_transpose(vec *v)
{
    for (int i = 0; i < VL; i++)
        for (int j = 0; j < i; j++) {
            const float x = v[i].lane[j];
            v[i].lane[j] = v[j].lane[i];
            v[j].lane[i] = x;
        }
}

#endif
