/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * run.h - one pass of a network, for real or in rehearsal.
 *
 * Every network is written once, as a C function that calls the layers of
 * nn/layers.h. Called in rehearsal, the layers check shapes and count (bytes
 * on the arena, floating-point operations) and compute nothing; the same call
 * for real then has its memory reserved and knows what fraction of the work is
 * done. After a cancel the layers return at once and the pass falls through
 * to its end. Network code therefore has no errors to handle.
 */
#ifndef ENGINE_NN_RUN_H
#define ENGINE_NN_RUN_H

#include "base/arena.h"
#include "kernels/kernels.h"
#include "tensor/tensor.h"

#include <stdatomic.h>
#include <stdbool.h>

struct op; /* nn/op.h */

struct run {
    struct arena arena;
    const struct kernels *k;
    int n_threads;
    bool skip;           /* rehearsing or cancelled: shapes only */
    bool wrap_x, wrap_y; /* convolutions go on at the other side of the picture, not into zeros */
    double work_done;    /* floating-point operations */
    double work_total;   /* what the rehearsal counted */
    atomic_bool cancelled;

    /* Told the fraction done, on the thread that made the call, after each
     * layer and between the strips of long ones; false cancels. */
    bool (*progress)(void *user, double fraction);
    void *user;

    /* Told, in rehearsal, of each layer that would run (nn/op.h). NULL: nobody listens. */
    void (*noted)(void *user, const struct op *op);
    void *note_user;

    /* Shown what networks compute on the way, by the names of their blocks:
     * for tests that look for the first wrong one. NULL: nobody looks. */
    void (*tapped)(void *user, const char *name, struct tensor t);
    void *tap_user;
};

struct tensor tensor_new(struct run *r, int n, int h, int w, int c);

/* Move `t`, the newest tensor, down to `mark` and release all above it: how a
 * block hands back its result and nothing else. */
struct tensor keep(struct run *r, size_t mark, struct tensor t);

/* memcpy() on all threads. */
void run_copy(const struct run *r, void *to, const void *from, size_t bytes);

void tap(struct run *r, struct tensor t, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Count `flops` and say whether the layer is to be computed. */
bool run_begin(struct run *r, double flops);

/* For thread 0 of a layer, `part` (0 to 1) of whose `flops` is done: reports
 * progress. For every thread: whether to go on. */
bool run_poll(struct run *r, int thread, double flops, double part);

#endif
