/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "kernels/kernels.h"

/* What tiles do not multiply is left to AVX-512. */
void gemm_bf16_init_amx(struct kernels *k);
void conv_bf16_init_amx(struct kernels *k);
void attention_bf16_init_amx(struct kernels *k);
void gemm_int8_init_amx(struct kernels *k);
void conv_int8_init_amx(struct kernels *k);
void kernels_init_amx(struct kernels *k);

void kernels_init_amx(struct kernels *k)
{
    gemm_bf16_init_amx(k);
    conv_bf16_init_amx(k);
    attention_bf16_init_amx(k);
    gemm_int8_init_amx(k);
    conv_int8_init_amx(k);
}
