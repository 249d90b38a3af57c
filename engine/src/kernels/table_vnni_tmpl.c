/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "kernels/vec.h"

/* What VNNI does not multiply is left to the set before. */
void FOR_ISA(gemm_int8_init)(struct kernels *k);
void FOR_ISA(conv_int8_init)(struct kernels *k);
void FOR_ISA(kernels_init)(struct kernels *k);

void FOR_ISA(kernels_init)(struct kernels *k)
{
    FOR_ISA(gemm_int8_init)(k);
    FOR_ISA(conv_int8_init)(k);
}
