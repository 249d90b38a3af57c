/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "kernels/vec.h"

static void activate_vectors(float *x, size_t n, enum activation act)
{
    size_t i = 0;

    for (; i + VL <= n; i += VL)
        vec_store(x + i, vec_act(vec_load(x + i), act));
    vec_store_n(x + i, vec_act(vec_load_n(x + i, (int)(n - i)), act), (int)(n - i));
}

/* Every other file NAME_tmpl.c fills its part of the table in FOR_ISA(NAME_init)(k), called here.
 */
void FOR_ISA(attention_init)(struct kernels *k);
void FOR_ISA(norm_init)(struct kernels *k);
void FOR_ISA(simple_init)(struct kernels *k);
void FOR_ISA(gemm_init)(struct kernels *k);
void FOR_ISA(conv_init)(struct kernels *k);
void FOR_ISA(winograd_init)(struct kernels *k);
void FOR_ISA(gemm_bf16_init)(struct kernels *k);
void FOR_ISA(conv_bf16_init)(struct kernels *k);
void FOR_ISA(attention_bf16_init)(struct kernels *k);
void FOR_ISA(gemm_int8_init)(struct kernels *k);
void FOR_ISA(conv_int8_init)(struct kernels *k);
void FOR_ISA(kernels_init)(struct kernels *k);

void FOR_ISA(kernels_init)(struct kernels *k)
{
    FOR_ISA(gemm_init)(k);
    FOR_ISA(conv_init)(k);
    FOR_ISA(winograd_init)(k);
    k->activate = activate_vectors;
    FOR_ISA(attention_init)(k);
    FOR_ISA(norm_init)(k);
    FOR_ISA(simple_init)(k);
    FOR_ISA(gemm_bf16_init)(k);
    FOR_ISA(conv_bf16_init)(k);
    FOR_ISA(attention_bf16_init)(k);
#if !defined(ISA_AVX512) /* which is AVX2's; VNNI makes the difference */
    FOR_ISA(gemm_int8_init)(k);
    FOR_ISA(conv_int8_init)(k);
#endif
}
