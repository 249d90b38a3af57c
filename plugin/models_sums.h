/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models_sums.h - SHA-256 of one model, in a thread, while the window stays usable.
 * All is called on the main thread.
 */
#ifndef PLUGIN_MODELS_SUMS_H
#define PLUGIN_MODELS_SUMS_H

#include <gio/gio.h>

struct sum; /* one that is being made */

/* done() gets the sum, or NULL and an error, also when it was stopped (G_IO_ERROR_CANCELLED); after
 * it the sum is gone. */
struct sum *sum_begin(const char *path,
                      void (*done)(void *user, const char *path, const char *sha256,
                                   const GError *error),
                      void *user);

/* The same, behind everything else that wants the processor. */
struct sum *sum_begin_quietly(const char *path,
                              void (*done)(void *user, const char *path, const char *sha256,
                                           const GError *error),
                              void *user);

void sum_stop(struct sum *sum);

/* Stop it, and done() is not called. */
void sum_forget(struct sum *sum);

const char *sum_path(const struct sum *sum);

/* The part that is done, 0 to 1. */
double sum_fraction(struct sum *sum);

#endif
