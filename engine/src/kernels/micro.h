/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * micro.h - the one function all products are made of.
 *
 *     micro(a, seg, nseg, len, b, c, ldc, first)
 *     c[MR][NR] (+)= sum over s < nseg, i < len: a[r][seg[s] + i] * b[s * len + i][NR]
 *
 * with one fused multiply-add per term, in ascending order. A is read in place
 * through MR row pointers, so that a matrix product, a convolution and attention
 * differ only in where their rows start; `seg` are offsets into every row (the
 * taps of a convolution; a single 0 for a matrix). B lies packed in panels of 16
 * columns, [nseg * len][16]; where NR is 32 the second panel follows the first.
 * first: c starts at zero, else at what it holds. Ragged edges are the caller's:
 * repeat the last row pointer and ignore the rows too many.
 *
 * Not inlined: it needs every vector register and nearly all others, and inlined
 * its counter lands on the stack, in the innermost loop.
 */
#ifndef ENGINE_KERNELS_MICRO_H
#define ENGINE_KERNELS_MICRO_H

#include "kernels/pack.h"
#include "kernels/vec.h"

#if defined(ISA_AVX512)
#include "kernels/x86/micro_avx512.h"
#elif defined(ISA_AVX2)
#include "kernels/x86/micro_avx2.h"
#else
#include "kernels/micro_c.h"
#endif

#endif
