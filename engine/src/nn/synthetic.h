/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * synthetic.h - weights without a file, for measurements: halves, small and of
 * either sign, so that activations neither die nor grow. Speed does not depend
 * on which.
 */
#ifndef ENGINE_NN_SYNTHETIC_H
#define ENGINE_NN_SYNTHETIC_H

#include "nn/bind.h"

/* As binder_load(), for what was bound with source NULL. */
bool binder_load_synthetic(struct binder *b, const struct kernels *k, int threads, void **block,
                           size_t *bytes, ebru_error *err);

#endif
