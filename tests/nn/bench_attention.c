/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * bench_attention - attention and norms in the shapes of Stable Diffusion 1.5, one thread.
 *
 *     bench_attention [ISA [SECONDS [TEXT]]]    each shape for so long; lines that contain TEXT
 *
 * The peak is the micro-kernel on data in the first cache, measured before and after
 * every sample; a sample counts only where both agree within 5 % with the best seen
 * lately, since others may use the machine. Printed: the median.
 */
#include "check.h"
#include "kernels/attention.h"
#include "nn/norm.h"

#include <string.h>
#include <time.h>

enum { SAMPLES = 400 };

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Floating-point operations a second of the micro-kernel, right now. */
static double peak(const struct micro *m)
{
    enum { K = 128, TURNS = 1000 };
    static _Alignas(64) float a[8 * K], b[32 * K], c[8 * 32];
    static const ptrdiff_t zero = 0;
    const float *row[8];

    for (int i = 0; i < 8; i++)
        row[i] = a + i * K;
    const double start = seconds();
    for (int i = 0; i < TURNS; i++)
        m->run(row, &zero, 1, K, b, c, 32, true);
    return 2.0 * m->rows * m->columns * K * TURNS / (seconds() - start);
}

struct job {
    char name[64];
    double flops, bytes;
    struct tensor (*pass)(struct run *r, const struct job *j);
    struct tensor q, k, v, x;
    int heads, d;
    struct norm norm;
};

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void time_job(const struct kernels *k, const struct job *j, double budget)
{
    static double ratio[SAMPLES], time[SAMPLES];
    static double best;
    struct run r = { .k = k, .n_threads = 1, .skip = true };
    int n = 0, dropped = 0;

    j->pass(&r, j);
    const size_t bytes = r.arena.peak;
    r = (struct run){ .k = k, .n_threads = 1 };
    if (!arena_open(&r.arena, bytes))
        return;
    j->pass(&r, j);
    const double end = seconds() + budget;
    double before = peak(&k->micro);
    while ((seconds() < end || n < 3) && n < SAMPLES && dropped < SAMPLES) {
        arena_release(&r.arena, 0);
        const double start = seconds();
        j->pass(&r, j);
        const double t = seconds() - start, after = peak(&k->micro);
        best = fmax(best * 0.999, fmax(before, after));
        if (fmin(before, after) > 0.95 * best) {
            time[n] = t;
            ratio[n++] = j->flops / t / ((before + after) / 2);
        } else {
            dropped++;
        }
        before = after;
    }
    arena_close(&r.arena);
    if (!n) {
        printf("%-36s no quiet moment\n", j->name);
        return;
    }
    qsort(time, (size_t)n, sizeof(*time), by_size);
    qsort(ratio, (size_t)n, sizeof(*ratio), by_size);
    printf("%-36s %9.3f ms %7.1f GFLOP/s %5.1f%% of %5.1f %6.1f GB/s (%d of %d)\n", j->name,
           time[n / 2] * 1e3, j->flops / time[n / 2] * 1e-9, 100 * ratio[n / 2], best * 1e-9,
           j->bytes / time[n / 2] * 1e-9, n, n + dropped);
    fflush(stdout);
}

static struct tensor fresh(int n, int h, int w, int c)
{
    struct tensor t = { NULL, n, h, w, c };
    unsigned state = 1;

    t.data = aligned_alloc(64, (tensor_count(t) * sizeof(float) + 63) / 64 * 64);
    for (size_t i = 0; i < tensor_count(t); i++) {
        state = state * 1664525u + 1013904223u;
        t.data[i] = (float)(state >> 8) / (1 << 22) - 2.0f;
    }
    return t;
}

static struct tensor attention_pass(struct run *r, const struct job *j)
{
    return attention(r, j->q, j->k, j->v, j->heads, j->d, 1 / sqrtf((float)j->d), false);
}

static struct tensor norm_pass(struct run *r, const struct job *j)
{
    return norm(r, &j->norm, j->x);
}

/* The statistics alone, as convolutions use them. */
static struct tensor fold_pass(struct run *r, const struct job *j)
{
    struct tensor scale = tensor_new(r, 1, 1, 1, j->x.c), shift = tensor_new(r, 1, 1, 1, j->x.c);

    group_norm_fold(r, &j->norm, j->x, scale.data, shift.data);
    return scale;
}

static void bench_attention(const struct kernels *k, int queries, int keys, int heads, int d,
                            double budget, const char *only)
{
    const int c = heads * d;
    struct job j = {
        .heads = heads, .d = d, .pass = attention_pass, .flops = 4.0 * queries * (double)keys * c
    };

    snprintf(j.name, sizeof(j.name), "attention %d x %d, %d heads of %d", queries, keys, heads, d);
    if (!strstr(j.name, only))
        return;
    if (queries == keys) {
        j.q = fresh(1, 1, queries, 3 * c);
        j.k = columns(j.q, c);
        j.v = columns(j.q, 2 * c);
    } else {
        j.q = fresh(1, 1, queries, c);
        j.k = fresh(1, 1, keys, 2 * c);
        j.v = columns(j.k, c);
    }
    time_job(k, &j, budget);
    free(j.q.data);
    if (queries != keys)
        free(j.k.data);
}

static void bench_norm(const struct kernels *k, const char *what, int h, int w, int c, int groups,
                       double budget, const char *only)
{
    struct job j = { .norm = { .c = c, .groups = groups, .eps = 1e-5f } };
    const bool fold = !strcmp(what, "statistics");

    snprintf(j.name, sizeof(j.name), "%s %d x %d x %d", what, h, w, c);
    if (!strstr(j.name, only))
        return;
    j.pass = fold ? fold_pass : norm_pass;
    j.x = fresh(1, h, w, c);
    struct tensor ones = fresh(1, 1, 1, c);
    j.norm.scale.data = j.norm.shift.data = ones.data;
    j.bytes = (double)tensor_count(j.x) * (fold ? 4 : groups ? 12 : 8);
    time_job(k, &j, budget);
    free(j.x.data);
    free(ones.data);
}

int main(int argc, char **argv)
{
    const double budget = argc > 2 ? atof(argv[2]) : 0.5;
    const char *const only = argc > 3 ? argv[3] : "";
    struct kernels k;

    if (!kernels_init(&k, argc > 1 ? argv[1] : NULL))
        printf("no such instruction set here: %s\n", argv[1]);
    printf("%s\n", k.isa);
    bench_attention(&k, 4096, 4096, 8, 40, budget, only);
    bench_attention(&k, 1024, 1024, 8, 80, budget, only);
    bench_attention(&k, 256, 256, 8, 160, budget, only);
    bench_attention(&k, 64, 64, 8, 160, budget, only);
    bench_attention(&k, 4096, 77, 8, 40, budget, only);
    bench_attention(&k, 1024, 77, 8, 80, budget, only);
    bench_attention(&k, 256, 77, 8, 160, budget, only);
    bench_attention(&k, 4096, 4096, 1, 512, budget, only);
    bench_attention(&k, 77, 77, 12, 64, budget, only);
    bench_norm(&k, "statistics", 64, 64, 320, 32, budget, only);
    bench_norm(&k, "statistics", 512, 512, 128, 32, budget, only);
    bench_norm(&k, "group norm", 64, 64, 320, 32, budget, only);
    bench_norm(&k, "layer norm", 64, 64, 320, 0, budget, only);
    bench_norm(&k, "layer norm", 32, 32, 640, 0, budget, only);
    return 0;
}
