/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * watch.h - a pass compared with a golden: its outputs, and on the way there the
 * outputs of inner blocks, so that the first wrong one is named.
 *
 * Tolerances are those of the goldens' README. Outputs: 64 times what rounding
 * did to the reference itself; blocks: 64 * 2e-6 of the largest value. In bf16,
 * outputs: a root mean square of twice what the reference lost in bf16; in int8, of
 * four times that: 255 steps over the 4 to 6 standard deviations of a row, and 254 over
 * those of an output's weights, are an error of 0.009 of a product, two bf16 of 0.0023.
 * Blocks have no tolerance there.
 */
#ifndef TESTS_MODELS_WATCH_H
#define TESTS_MODELS_WATCH_H

#include "rig.h"

static double watch_worst; /* ratio to the bound, of all outputs compared */
static double watch_rough; /* the same in what is coarser than float32 */

/* ---- Inner blocks ------------------------------------------------------ */

/* Compares what passes by with the dbg.* tensors of the case. */
struct watch {
    const struct golden *golden;
    const char *prefix; /* of the names of this half */
    int compared;
    double worst; /* ratio to tolerance */
    bool failed;
    bool first_seen[8];
    struct tensor before;  /* of the first transformer, before the part that is next */
    struct tensor moments; /* of the VAE: mean and logarithm of the variance */
};

static inline struct tensor copy_of(struct tensor t)
{
    const size_t bytes = tensor_count(t) * sizeof(float);
    float *const data = malloc(bytes);

    CHECK(data);
    t.data = memcpy(data, t.data, bytes);
    return t;
}

/* `got`: of at least as many pictures as there are in the golden */
static inline void watch_compare(struct watch *w, const char *name, const float *got)
{
    char full[160];

    snprintf(full, sizeof(full), "dbg.%s%s", w->prefix, name);
    if (!golden_has(w->golden, full))
        snprintf(full, sizeof(full), "dbg.%s", name);
    if (!golden_has(w->golden, full))
        return;
    const struct tensor want = golden_tensor(w->golden, full);
    const double bound = 64 * 2e-6 * golden_largest(want);
    const double ratio = golden_distance(got, want.data, tensor_count(want)) / bound;
    w->compared++;
    if (rig_precision != PRECISION_F32)
        w->worst = 0;
    else
        w->worst = fmax(w->worst, ratio);
    if (rig_precision == PRECISION_F32 && !(ratio <= 1) && !w->failed) {
        printf("%s: %s is the first wrong block: %.3g times its bound\n", w->golden->name, full,
               ratio);
        w->failed = true;
    }
    free(want.data);
}

/* The first transformer adds onto what it was given: its parts are the differences. */
static inline void watch_part(struct watch *w, const char *name, struct tensor t)
{
    const struct tensor after = copy_of(t);

    if (w->before.data) {
        for (size_t i = 0; i < tensor_count(t); i++)
            w->before.data[i] = t.data[i] - w->before.data[i];
        watch_compare(w, name, w->before.data);
    }
    free(w->before.data);
    w->before = after;
}

static inline void watch_tap(void *user, const char *name, struct tensor t)
{
    static const struct {
        const char *ours, *theirs;
        bool part;
    } first[] = {
        { "resnet", "first_resnet", false }, { "proj_in", "", true },
        { "attn1", "first_attn1", true },    { "attn2", "first_attn2", true },
        { "ff", "first_ff", true },          { "transformer", "first_transformer", false },
    };
    struct watch *const w = user;

    for (size_t i = 0; i < sizeof(first) / sizeof(*first); i++)
        if (!strcmp(name, first[i].ours) && !w->first_seen[i]) {
            w->first_seen[i] = true;
            if (first[i].part)
                watch_part(w, first[i].theirs, t);
            else
                watch_compare(w, first[i].theirs, t.data);
        }
    watch_compare(w, name, t.data);
    if (!strcmp(name, "quant_conv"))
        w->moments = copy_of(t);
}

static inline void watch_done(struct watch *w, int expected)
{
    CHECK(!w->failed);
    CHECK(!expected || w->compared == expected);
    if (w->compared)
        printf("%s%s%s: %d blocks, worst %.3f of its bound\n", w->golden->name,
               *w->prefix ? " " : "", w->prefix, w->compared, w->worst);
    free(w->before.data);
    free(w->moments.data);
}

/* ---- Outputs ----------------------------------------------------------- */

/* How often what the reference lost in bf16. */
static const double watch_losses[PRECISION_COUNT] = { [PRECISION_BF16] = 2, [PRECISION_INT8] = 8 };

/* A root mean square over the standard deviation, no single value. */
static inline void compare_rough(const struct golden *g, const char *output, struct tensor got)
{
    const struct tensor want = golden_tensor(g, output);
    const double lost = golden_tolerance(g, output, "bf16_rms");
    const double bound = watch_losses[rig_precision] * lost;
    const double std = golden_tolerance(g, output, "std");
    double squares = 0;

    CHECK(tensor_count(got) == tensor_count(want));
    for (size_t i = 0; i < tensor_count(want); i++)
        squares += ((double)got.data[i] - want.data[i]) * ((double)got.data[i] - want.data[i]);
    const double rms = sqrt(squares / (double)tensor_count(want)) / std;
    CHECK_NEAR(rms, 0, bound);
    printf("%s, %s: %s %.2f of what the reference loses in bf16\n", g->name,
           kernel_precision_name((int)rig_precision), output, rms / lost);
    watch_rough = fmax(watch_rough, rms / bound);
    free(want.data);
}

static inline void compare(const struct golden *g, const char *output, struct tensor got)
{
    if (rig_precision != PRECISION_F32) {
        compare_rough(g, output, got);
        return;
    }

    const struct tensor want = golden_tensor(g, output);
    const double bound = golden_tolerance(g, output, "max_abs");
    const double deviation = golden_tolerance(g, output, "f64_dev");

    CHECK(tensor_count(got) == tensor_count(want));
    const double distance = golden_distance(got.data, want.data, tensor_count(want));
    CHECK_NEAR(distance, 0, bound);
    printf("%s: %s %.3f of its bound, %.1f f64_dev\n", g->name, output, distance / bound,
           distance / deviation);
    watch_worst = fmax(watch_worst, distance / bound);
    free(want.data);
}

static inline bool has_blocks(const struct golden *g)
{
    const size_t len = strlen(g->name);

    return len > 2 && !strcmp(g->name + len - 2, "_0");
}

#endif
