/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * rig.h - a network of the goldens' tiny models, loaded and run as the engine
 * does it: in rehearsal, then for real, with any number of threads.
 */
#ifndef TESTS_MODELS_RIG_H
#define TESTS_MODELS_RIG_H

#include "families/config.h"
#include "golden.h"
#include "load/names.h"
#include "nn/bind.h"

/* What the rigs opened next compute in. */
static enum precision rig_precision;

/* One part of a checkpoint, ready to be bound. */
struct rig {
    struct checkpoint *checkpoint;
    struct json *json; /* config.json; NULL: a single file, the same weights as a folder's */
    struct part_source part;
    struct weight_source source;
    struct binder binder;
    struct kernels kernels;
    void *block; /* the weights */
};

static inline bool rig_ok(bool ok, const char *path, const ebru_error *err)
{
    CHECK(ok);
    if (!ok)
        printf("%s: %s\n", path, err->message);
    return ok;
}

static inline void rig_close(struct rig *g)
{
    binder_clear(&g->binder);
    checkpoint_close(g->checkpoint);
    json_close(g->json);
    free(g->block);
    *g = (struct rig){ 0 };
}

/* `path`: of a part folder or a single file. */
static inline bool rig_open(struct rig *g, const char *path, enum part_kind kind)
{
    char config[GOLDEN_PATH];
    ebru_error err = { 0 };

    *g = (struct rig){ 0 };
    g->checkpoint = checkpoint_open(path, &err);
    if (!rig_ok(g->checkpoint, path, &err))
        return false;
    if (!strstr(path, ".safetensors")) {
        snprintf(config, sizeof(config), "%.4000s/config.json", path);
        g->json = json_open(config, 1 << 20, &err);
        rig_ok(g->json, path, &err);
    }
    CHECK(names_open(&g->part, g->checkpoint, kind));
    CHECK(kernels_init(&g->kernels, NULL));
    g->kernels.precision = rig_precision;
    g->source = (struct weight_source){ names_find, names_read, &g->part };
    binder_init(&g->binder, &g->source);
    return true;
}

/* After the binding. */
static inline bool rig_load(struct rig *g, const char *what)
{
    ebru_error err = { 0 };
    size_t bytes = 0;

    return rig_ok(binder_finish(&g->binder, what, &err) &&
                      binder_load(&g->binder, &g->kernels, 2, &g->block, &bytes, &err),
                  what, &err);
}

/* What a network is asked; the result on the run's arena. */
typedef struct tensor (*rig_pass)(struct run *r, void *user);

typedef void (*rig_tapped)(void *user, const char *name, struct tensor t);

/* The result in memory of its own, to be freed by free(data). */
static inline struct tensor rig_run(const struct kernels *k, int threads, rig_pass pass, void *user,
                                    rig_tapped tapped, void *tap_user)
{
    struct run r = { .k = k, .n_threads = threads, .skip = true };

    pass(&r, user);
    const size_t peak = r.arena.peak;
    const double work = r.work_done;
    r = (struct run){
        .k = k, .n_threads = threads, .work_total = work, .tapped = tapped, .tap_user = tap_user
    };
    CHECK(arena_open(&r.arena, peak));
    memset(r.arena.base, 0xff, r.arena.size); /* NaN where nothing was written */
    struct tensor y = pass(&r, user);
    CHECK(r.arena.peak == peak && r.work_done == work);
    CHECK(r.arena.used <= tensor_count(y) * sizeof(float) + 63);
    float *const copy = malloc(tensor_count(y) * sizeof(float));
    CHECK(copy);
    memcpy(copy, y.data, tensor_count(y) * sizeof(float));
    y.data = copy;
    arena_close(&r.arena);
    return y;
}

/* Other numbers of threads, and the reference in C: the same bytes as `want`. */
static inline void rig_same(const struct kernels *k, rig_pass pass, void *user, struct tensor want)
{
    static const int threads[] = { 1, 2, 3, 7, 2 };
    struct kernels reference;

    CHECK(kernels_init(&reference, "c"));
    reference.precision = k->precision;
    for (int i = 0; i < 5; i++) {
        const struct tensor y = rig_run(i < 4 ? k : &reference, threads[i], pass, user, NULL, NULL);
        const bool same = tensor_count(y) == tensor_count(want) &&
                          !memcmp(y.data, want.data, tensor_count(y) * sizeof(float));
        CHECK(same);
        if (!same)
            printf("%d threads, %s: other bytes\n", threads[i], i < 4 ? k->isa : "c");
        free(y.data);
    }
}

static inline bool rig_stop(void *left, double fraction)
{
    CHECK(fraction >= 0 && fraction <= 1);
    return --*(int *)left > 0;
}

/* Cancelled at the first, second, fourth... report of progress, a pass falls through to
 * its end, leaving the arena as it should. */
static inline void rig_cancel(const struct kernels *k, rig_pass pass, void *user)
{
    struct run plan = { .k = k, .n_threads = 2, .skip = true };
    bool whole = false;

    pass(&plan, user);
    for (int stop = 1; !whole; stop *= 2) {
        int left = stop;
        struct run r = { .k = k,
                         .n_threads = 2,
                         .work_total = plan.work_done,
                         .progress = rig_stop,
                         .user = &left };
        CHECK(arena_open(&r.arena, plan.arena.peak));
        const struct tensor y = pass(&r, user);
        whole = left > 0;
        CHECK(r.skip == !whole || left == 0);
        CHECK(r.arena.peak <= plan.arena.peak);
        CHECK(r.arena.used <= tensor_count(y) * sizeof(float) + 63);
        arena_close(&r.arena);
    }
}

#endif
