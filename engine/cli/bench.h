/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * bench.h - how fast networks and their operations are on this machine.
 *
 * Networks are bound to synthetic weights and rehearsed; each layer reports
 * itself (nn/op.h), and what has the same shape is one row. On shared machines
 * speeds change by the minute, so every sample has bursts of multiply-adds
 * before and after it, and counts as a share of the peak of its moment.
 */
#ifndef CLI_BENCH_H
#define CLI_BENCH_H

#include "models/unet.h"
#include "nn/op.h"

/* The arguments of a pass of any network; what it does not take stays empty. */
struct bench_inputs {
    struct tensor x;
    struct unet_text text;
    int *ids;
};

/* What can be measured. Sizes are in pixels. */
struct bench_network {
    const char *name, *what;
    int width, height; /* if not asked for otherwise */
    size_t bytes;      /* of its struct */
    void (*bind)(void *net, struct scope s);
    /* The arguments of a pass, on the arena. */
    void (*prepare)(struct run *r, const void *net, struct bench_inputs *in, int n, int h, int w);
    void (*pass)(struct run *r, const void *net, const struct bench_inputs *in);
};

/* NULL after the last. */
const struct bench_network *bench_network(int i);

/* Where and how. */
struct bench {
    struct kernels k;
    int threads;
    double seconds;   /* per operation */
    double peak;      /* FLOP/s of the best burst so far */
    const char *cold; /* memory to be read where caches shall be cold, or NULL */
    size_t cold_bytes, cold_at;
};

struct bench_result {
    double best;     /* seconds */
    double speed;    /* median of the share of the peak of the moment */
    int kept, taken; /* samples between two bursts alike, and all */
};

/* FLOP/s of a burst of 2 ms on all threads, its data in the first cache. */
double bench_burst(struct bench *b);
/* Bytes/s of reading 256 MB on all threads; 0 without memory. */
double bench_read_speed(const struct bench *b);
/* Time `work`, of `flops`, over and over: b->seconds and three times at least. `warm`: what is
 * to be in the caches when it begins, if any is to be cold. */
struct bench_result bench_time(struct bench *b, void (*work)(void *user), void *user, double flops,
                               const void *warm, size_t warm_bytes);

#endif
