/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * bench - how fast products and convolutions are: the shapes of a pass of the
 * UNet of Stable Diffusion 1 at 512 x 512 and of its VAE decoder.
 *
 *     bench [--isa NAME] [--threads N] [--seconds S] [part of a name]
 *
 * Weights are halves and cold, as in a pass. GFLOP/s are those of the direct
 * algorithm, also for Winograd's. One thread is timed by its processor time, which
 * other programs disturb less; several by the clock. "peak" is what the micro-kernel does in L1 in
 * the same moment, so that a busy machine shows: of the runs the best and the
 * median are told.
 */
#include "nn/layers.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct bench_case {
    const char *name;
    int n, h, w, in, out, size, stride; /* size 0: linear, h * w rows */
    int calls;                          /* per pass, of picture or batch alike */
    enum activation act;
    bool residual, norm, upsample;
};

static const struct bench_case cases[] = {
    { "proj 64", 1, 64, 64, 320, 320, 0, 1, 35, ACT_NONE, true, false, false },
    { "qkv 64", 1, 64, 64, 320, 960, 0, 1, 5, ACT_NONE, false, false, false },
    { "geglu 64", 1, 64, 64, 320, 1280, 0, 1, 5, ACT_GEGLU, false, false, false },
    { "ff 64", 1, 64, 64, 1280, 320, 0, 1, 5, ACT_NONE, true, false, false },
    { "proj 32", 1, 32, 32, 640, 640, 0, 1, 25, ACT_NONE, true, false, false },
    { "qkv 32", 1, 32, 32, 640, 1920, 0, 1, 5, ACT_NONE, false, false, false },
    { "geglu 32", 1, 32, 32, 640, 2560, 0, 1, 5, ACT_GEGLU, false, false, false },
    { "ff 32", 1, 32, 32, 2560, 640, 0, 1, 5, ACT_NONE, true, false, false },
    { "proj 16", 1, 16, 16, 1280, 1280, 0, 1, 25, ACT_NONE, true, false, false },
    { "qkv 16", 1, 16, 16, 1280, 3840, 0, 1, 5, ACT_NONE, false, false, false },
    { "geglu 16", 1, 16, 16, 1280, 5120, 0, 1, 5, ACT_GEGLU, false, false, false },
    { "ff 16", 1, 16, 16, 5120, 1280, 0, 1, 5, ACT_NONE, true, false, false },
    { "geglu 8", 1, 8, 8, 1280, 5120, 0, 1, 1, ACT_GEGLU, false, false, false },
    { "text ff", 1, 1, 77, 768, 3072, 0, 1, 0, ACT_QUICK_GELU, false, false, false },
    { "conv 64 320", 1, 64, 64, 320, 320, 3, 1, 7, ACT_NONE, true, true, false },
    { "conv 64 640", 1, 64, 64, 640, 320, 3, 1, 4, ACT_NONE, false, true, false },
    { "conv 64 960", 1, 64, 64, 960, 320, 3, 1, 1, ACT_NONE, false, true, false },
    { "conv 32 640", 1, 32, 32, 640, 640, 3, 1, 6, ACT_NONE, true, true, false },
    { "conv 32 1280", 1, 32, 32, 1280, 640, 3, 1, 2, ACT_NONE, false, true, false },
    { "conv 32 1920", 1, 32, 32, 1920, 640, 3, 1, 1, ACT_NONE, false, true, false },
    { "conv 16 1280", 1, 16, 16, 1280, 1280, 3, 1, 7, ACT_NONE, true, true, false },
    { "conv 16 2560", 1, 16, 16, 2560, 1280, 3, 1, 2, ACT_NONE, false, true, false },
    { "conv 8 1280", 1, 8, 8, 1280, 1280, 3, 1, 11, ACT_NONE, true, true, false },
    { "conv 8 2560", 1, 8, 8, 2560, 1280, 3, 1, 3, ACT_NONE, false, true, false },
    { "up 16 1280", 1, 8, 8, 1280, 1280, 3, 1, 1, ACT_NONE, false, false, true },
    { "up 32 1280", 1, 16, 16, 1280, 1280, 3, 1, 1, ACT_NONE, false, false, true },
    { "up 64 640", 1, 32, 32, 640, 640, 3, 1, 1, ACT_NONE, false, false, true },
    { "down 64 320", 1, 64, 64, 320, 320, 3, 2, 1, ACT_NONE, false, false, false },
    { "down 32 640", 1, 32, 32, 640, 640, 3, 2, 1, ACT_NONE, false, false, false },
    { "down 16 1280", 1, 16, 16, 1280, 1280, 3, 2, 1, ACT_NONE, false, false, false },
    { "in 64 4", 1, 64, 64, 4, 320, 3, 1, 1, ACT_NONE, false, false, false },
    { "out 64 320", 1, 64, 64, 320, 4, 3, 1, 1, ACT_NONE, false, true, false },
    { "vae 512 128", 1, 512, 512, 128, 128, 3, 1, 0, ACT_NONE, true, true, false },
    { "vae 256 256", 1, 256, 256, 256, 256, 3, 1, 0, ACT_NONE, true, true, false },
    { "vae 128 512", 1, 128, 128, 512, 512, 3, 1, 0, ACT_NONE, true, true, false },
    { "vae up 256", 1, 256, 256, 256, 256, 3, 1, 0, ACT_NONE, false, false, true },
    { "vae out 128", 1, 512, 512, 128, 3, 3, 1, 0, ACT_NONE, false, true, false },
};

enum { N_CASES = sizeof(cases) / sizeof(*cases), POOL = 96 << 20, MAX_RUNS = 1000 };

struct bench {
    struct kernels k;
    int threads;
    double seconds;
    uint16_t *pool; /* weights */
    size_t at;      /* next cold place in it */
    float *x, *y, *vector;
    size_t floats;
};

static clockid_t bench_clock = CLOCK_MONOTONIC;

static double now(void)
{
    struct timespec t;

    clock_gettime(bench_clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* GFLOP/s of the micro-kernel on all threads, its data in L1. */
static double peak(const struct bench *b)
{
    const struct micro m = b->k.micro;
    enum { LEN = 128, TURNS = 4000 };
    double t0 = 0, t1 = 0;

#pragma omp parallel num_threads(b->threads)
    {
        static const ptrdiff_t zero = 0;
        float a[8 * LEN] = { 0 }, w[2 * 16 * LEN] = { 0 }, c[8 * 32];
        const float *row[8];
        for (int i = 0; i < 8; i++)
            row[i] = a + i * LEN;
        m.run(row, &zero, 1, LEN, w, c, 32, true);
#pragma omp barrier
#pragma omp master
        t0 = now();
        for (int i = 0; i < TURNS; i++)
            m.run(row, &zero, 1, LEN, w, c, 32, false);
#pragma omp barrier
#pragma omp master
        t1 = now();
    }
    return 2.0 * m.rows * m.columns * LEN * TURNS * b->threads / (t1 - t0) / 1e9;
}

static float *floats_new(size_t count)
{
    float *const x = aligned_alloc(64, (count * sizeof(*x) + 127) / 64 * 64);

    for (size_t i = 0; x && i < count; i++)
        x[i] = (float)((i * 2654435761u >> 8 & 0xff) + 1) / 256.0f - 0.5f;
    return x;
}

/* A weight of `count` halves, none of them warm. */
static const void *cold(struct bench *b, size_t count)
{
    count = (count + 31) / 32 * 32;
    if (b->at + count > POOL)
        b->at = 0;
    b->at += count;
    return b->pool + b->at - count;
}

struct bench_layer {
    struct linear linear;
    struct conv conv;
    struct norm norm;
};

static void layer_make(struct bench *b, const struct bench_case *c, struct bench_layer *l)
{
    const int rows = c->act == ACT_GEGLU ? 2 * c->out : c->out;
    const struct weight vector = { b->vector, DTYPE_F32, PACK_VECTOR, PRECISION_F32, 1, { rows } };
    const size_t panels = (size_t)(rows + 31) / 32 * 32, taps = c->size == 3 ? 9 : 1;
    const void *const data = cold(b, panels * (size_t)c->in * taps);

    l->linear = (struct linear){ { data,
                                   DTYPE_F16,
                                   c->act == ACT_GEGLU ? PACK_GEGLU : PACK_MATRIX,
                                   PRECISION_F32,
                                   2,
                                   { rows, c->in } },
                                 vector,
                                 c->in,
                                 c->out };
    l->conv =
        (struct conv){ { data, DTYPE_F16, PACK_CONV3, PRECISION_F32, 4, { rows, c->in, 3, 3 } },
                       vector,
                       c->in,
                       c->out,
                       3,
                       c->stride };
    l->norm = (struct norm){ vector, vector, c->in, 32, 1e-5f };
}

static double layer_run(struct bench *b, struct run *r, const struct bench_case *c)
{
    const struct tensor x = { b->x, c->n, c->h, c->w, c->in };
    const struct tensor y = { b->y, c->n, c->h, c->w, c->out };
    const size_t mark = arena_mark(&r->arena);
    struct bench_layer l;

    layer_make(b, c, &l);
    const double t0 = now();
    if (c->size == 3)
        conv(r, &l.conv, x,
             (struct conv_extra){ .norm = c->norm ? &l.norm : NULL,
                                  .residual = c->residual ? &y : NULL,
                                  .upsample = c->upsample });
    else if (c->residual)
        linear_add(r, &l.linear, x, y);
    else
        linear(r, &l.linear, x, c->act);
    const double t1 = now();
    arena_release(&r->arena, mark);
    return t1 - t0;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* Returns the best time of one run. */
static double bench_one(struct bench *b, const struct bench_case *c)
{
    struct run r = { .k = &b->k, .n_threads = b->threads, .skip = true };
    double times[MAX_RUNS], ratios[MAX_RUNS], total = 0, before;
    int runs = 0;

    layer_run(b, &r, c);
    const double flops = r.work_done;
    const size_t bytes = r.arena.peak;
    r = (struct run){ .k = &b->k, .n_threads = b->threads };
    if (!arena_open(&r.arena, bytes))
        return 0;
    memset(r.arena.base, 0, r.arena.size);
    layer_run(b, &r, c);
    before = peak(b);
    while (runs < 3 || (total < b->seconds && runs < MAX_RUNS)) {
        times[runs] = layer_run(b, &r, c);
        const double after = peak(b);
        ratios[runs] = flops / times[runs] / 5e8 / (before + after);
        before = after;
        total += times[runs++];
    }
    arena_close(&r.arena);
    qsort(times, (size_t)runs, sizeof(*times), by_size);
    qsort(ratios, (size_t)runs, sizeof(*ratios), by_size);
    printf("%-13s %8.3f ms %8.3f median %7.1f GFLOP/s %6.1f %% of peak (%5.1f)  %4.0f MB\n",
           c->name, times[0] * 1e3, times[runs / 2] * 1e3, flops / times[0] / 1e9,
           ratios[runs / 2] * 100, before, (double)bytes * 1e-6);
    fflush(stdout);
    return times[0];
}

static void bench_all(struct bench *b, const char *part, int batch)
{
    double pass = 0, flops = 0;

    for (int i = 0; i < N_CASES; i++) {
        struct bench_case c = cases[i];
        if (!strstr(c.name, part))
            continue;
        c.n = batch;
        pass += bench_one(b, &c) * c.calls;
        flops += 2.0 * c.calls * c.n * c.h * c.w * c.in * c.out * (c.size == 3 ? 9 : 1) *
                 (c.act == ACT_GEGLU ? 2 : 1) * (c.upsample ? 4 : 1) / c.stride / c.stride;
    }
    printf("together %.3f s, %.1f GFLOP, %.1f GFLOP/s\n", pass, flops / 1e9, flops / pass / 1e9);
}

int main(int argc, char **argv)
{
    struct bench b = { .threads = 2, .seconds = 0.2, .floats = 512 * 512 * 256 };
    const char *isa = NULL, *part = "";
    int batch = 1;

    for (int i = 1; i < argc; i++)
        if (!strcmp(argv[i], "--isa") && i + 1 < argc)
            isa = argv[++i];
        else if (!strcmp(argv[i], "--threads") && i + 1 < argc)
            b.threads = atoi(argv[++i]);
        else if (!strcmp(argv[i], "--seconds") && i + 1 < argc)
            b.seconds = atof(argv[++i]);
        else if (!strcmp(argv[i], "--batch") && i + 1 < argc)
            batch = atoi(argv[++i]);
        else
            part = argv[i];
    if (b.threads == 1)
        bench_clock = CLOCK_THREAD_CPUTIME_ID;
    if (!kernels_init(&b.k, isa))
        fprintf(stderr, "%s: there is no such instruction set here\n", isa);
    b.pool = aligned_alloc(64, (size_t)POOL * sizeof(*b.pool) + 64);
    b.x = floats_new(b.floats);
    b.y = floats_new(b.floats);
    b.vector = floats_new(10240);
    if (!b.pool || !b.x || !b.y || !b.vector)
        return 1;
    for (size_t i = 0; i < POOL; i++)
        b.pool[i] = (uint16_t)(0x2000 | (i * 2654435761u >> 7 & 0x8bff));
    printf("%s, %d threads\n", b.k.isa, b.threads);
    bench_all(&b, part, batch);
    free(b.pool);
    free(b.x);
    free(b.y);
    free(b.vector);
    return 0;
}
