/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * passes.h - a layer run as the engine runs networks: in rehearsal, then for
 * real, with every instruction set and several numbers of threads. All must
 * give the same bytes.
 */
#ifndef TESTS_NN_PASSES_H
#define TESTS_NN_PASSES_H

#include "check.h"
#include "nn/layers.h"

#include <string.h>

/* One layer applied to its input; the result on the run's arena. */
typedef struct tensor (*apply_fn)(struct run *r, void *user);

static const int pass_threads[] = { 1, 2, 3, 7 };

/* One pass; `out` has room for the result, whose size is returned. */
static inline size_t pass(const struct kernels *k, int threads, apply_fn apply, void *user,
                          float *out)
{
    struct run r = { .k = k, .n_threads = threads, .skip = true };

    apply(&r, user);
    const size_t peak = r.arena.peak;
    const double flops = r.work_done;
    r = (struct run){ .k = k, .n_threads = threads, .work_total = flops };
    CHECK(arena_open(&r.arena, peak));
    memset(r.arena.base, 0xff, r.arena.size); /* NaN where nothing was written */
    const unsigned mode = flush_begin();
    const struct tensor y = apply(&r, user);
    flush_end(mode);
    CHECK(r.arena.peak == peak && r.work_done == flops);
    const size_t count = tensor_count(y);
    memcpy(out, y.data, count * sizeof(*out));
    arena_close(&r.arena);
    return count;
}

/* All instruction sets and numbers of threads; `out` as the first of them gave it. */
static inline void passes(const char *what, apply_fn apply, void *user, float *out, float *again)
{
    const char *name;
    bool first = true;

    for (int i = 0; (name = kernel_isa_name(i)); i++)
        for (size_t t = 0; t < sizeof(pass_threads) / sizeof(*pass_threads); t++) {
            struct kernels k;
            CHECK(kernels_init(&k, name));
            const size_t count = pass(&k, pass_threads[t], apply, user, first ? out : again);
            const bool same = first || !memcmp(out, again, count * sizeof(*out));
            CHECK(same);
            if (!same)
                printf("%s: %s with %d threads differs\n", what, name, pass_threads[t]);
            first = false;
        }
}

/* As passes(), into an array of `count` numbers that the caller frees. */
static inline float *passes_new(const char *what, apply_fn apply, void *user, size_t count)
{
    float *const out = malloc(count * sizeof(*out)), *const again = malloc(count * sizeof(*out));

    passes(what, apply, user, out, again);
    free(again);
    return out;
}

#endif
