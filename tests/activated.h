/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * activated.h - activations in double precision, for comparison.
 */
#ifndef TESTS_ACTIVATED_H
#define TESTS_ACTIVATED_H

#include "kernels/kernels.h"

#include <math.h>

/* Of a gate, for ACT_GEGLU. */
static inline double activated(double x, enum activation act)
{
    switch (act) {
    case ACT_SILU:
        return x / (1 + exp(-x));
    case ACT_GELU:
    case ACT_GEGLU:
        return 0.5 * x * (1 + erf(x / sqrt(2)));
    case ACT_QUICK_GELU:
        return x / (1 + exp(-1.702 * x));
    case ACT_RELU:
        return x > 0 ? x : 0;
    default:
        return x;
    }
}

#endif
