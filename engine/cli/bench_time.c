/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Samples, and the bursts of multiply-adds that they are measured by. */
#include "bench.h"

#include "base/machine.h"

#include <omp.h>
#include <stdlib.h>

enum { MOST_SAMPLES = 400, FEWEST = 3, LENGTH = 128, COLD = 48 << 20, WARM = 16 << 20 };

/* The micro-kernel `turns` times on each thread; seconds. */
static double burst(const struct bench *b, int turns)
{
    const struct micro m = b->k.micro;
    double start = 0, end = 0; /* by the first thread */

#pragma omp parallel num_threads(b->threads)
    {
        static const ptrdiff_t zero = 0;
        float a[16 * LENGTH] = { 0 }, w[4 * 16 * LENGTH] = { 0 }, c[16 * 64];
        const float *row[16];
        for (int i = 0; i < 16; i++)
            row[i] = a + i * LENGTH;
        m.run(row, &zero, 1, LENGTH, w, c, 64, true);
#pragma omp barrier
        if (omp_get_thread_num() == 0)
            start = machine_seconds();
        for (int i = 0; i < turns; i++)
            m.run(row, &zero, 1, LENGTH, w, c, 64, false);
#pragma omp barrier
        if (omp_get_thread_num() == 0)
            end = machine_seconds();
    }
    return end - start;
}

double bench_burst(struct bench *b)
{
    const double each = 2.0 * b->k.micro.rows * b->k.micro.columns * (double)LENGTH * b->threads;
    /* about 2 ms of what is known so far */
    const int turns = (int)((b->peak > 0 ? b->peak : 1e11) * 2e-3 / each) + 1;
    const double speed = each * turns / burst(b, turns);

    if (speed > b->peak)
        b->peak = speed;
    return speed;
}

/* Read one word of each cache line on all threads. */
static void read_all(const struct bench *b, const char *x, size_t bytes)
{
    unsigned sum = 0;

#pragma omp parallel for num_threads(b->threads) schedule(static) reduction(+ : sum)
    for (size_t i = 0; i < bytes; i += 64)
        sum += *(const unsigned *)(const void *)(x + i);
    *(volatile unsigned *)&sum = sum;
}

double bench_read_speed(const struct bench *b)
{
    const size_t bytes = (size_t)256 << 20;
    char *const x = machine_alloc(bytes);
    double best = 0;

    for (size_t i = 0; x && i < bytes; i += 4096)
        x[i] = 1;
    for (int i = 0; x && i < 4; i++) {
        const double start = machine_seconds();
        read_all(b, x, bytes);
        const double speed = (double)bytes / (machine_seconds() - start);
        best = speed > best ? speed : best;
    }
    free(x);
    return best;
}

/* Read other memory, then what the work finds warm. */
static void cool(struct bench *b, const void *warm, size_t bytes)
{
    if (!b->cold || b->cold_bytes < COLD)
        return;
    if (b->cold_at + COLD > b->cold_bytes)
        b->cold_at = 0;
    read_all(b, b->cold + b->cold_at, COLD);
    b->cold_at += COLD;
    if (bytes <= WARM)
        read_all(b, warm, bytes);
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

struct bench_result bench_time(struct bench *b, void (*work)(void *user), void *user, double flops,
                               const void *warm, size_t warm_bytes)
{
    double kept[MOST_SAMPLES], all[MOST_SAMPLES];
    struct bench_result r = { 0 };
    const double until = machine_seconds() + b->seconds;

    work(user); /* pages and branches */
    while (r.taken < MOST_SAMPLES && (r.taken < FEWEST || machine_seconds() < until)) {
        if (warm)
            cool(b, warm, warm_bytes);
        const double before = bench_burst(b), start = machine_seconds();
        work(user);
        const double time = machine_seconds() - start, after = bench_burst(b);
        const double low = before < after ? before : after, high = before + after - low;
        all[r.taken] = flops / time / ((before + after) / 2);
        if (low >= 0.95 * high && low >= 0.8 * b->peak)
            kept[r.kept++] = all[r.taken];
        if (r.taken++ == 0 || time < r.best)
            r.best = time;
    }
    double *const x = r.kept ? kept : all;
    const int n = r.kept ? r.kept : r.taken;
    qsort(x, (size_t)n, sizeof(*x), by_size);
    r.speed = x[n / 2];
    return r;
}
