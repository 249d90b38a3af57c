/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * random_model.h - a model nobody trained: a few megabytes of random weights in
 * the layout of diffusers, with a vocabulary of single bytes. The networks are
 * those of Stable Diffusion 1, so it takes every path a real checkpoint takes.
 * Its pictures are noise; they differ by seed, prompt and settings.
 */
#ifndef ENGINE_FAMILIES_RANDOM_MODEL_H
#define ENGINE_FAMILIES_RANDOM_MODEL_H

#include "base/error.h"

/* Write one to the new folder `path`. The same seed writes the same bytes. */
bool random_model_write(const char *path, int64_t seed, ebru_error *err);

#endif
