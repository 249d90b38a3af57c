/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * scheduler.h - reading and comparing what diffusers' schedulers did.
 *
 * Tolerances are those of the goldens' README: tables by value, x by 2e-5 of
 * its largest value. The network of the goldens is a toy that fits in a line.
 */
#ifndef TESTS_SAMPLERS_SCHEDULER_H
#define TESTS_SAMPLERS_SCHEDULER_H

#include "../golden.h"
#include "families/config.h"
#include "samplers/samplers.h"

/* The facts of the case's scheduler_class, config and step_kwargs. */
static inline bool scheduler_config(struct schedule_config *c, struct json_node node)
{
    const char *class_name = "";
    struct config_value eta = { CONFIG_NUMBER, 0, NULL };
    ebru_error err = { 0 };
    const bool good =
        schedule_config_read(c, json_get(node, "config"), &err) &&
        json_get_string(node, "scheduler_class", &class_name, &err) &&
        json_get_real(json_get(node, "step_kwargs"), "eta", 0, 1, &eta.number, &err) &&
        schedule_config_set(c, "eta", eta, &err);

    snprintf(c->class_name, sizeof(c->class_name), "%s", class_name);
    if (!good)
        printf("%s\n", err.message);
    CHECK(good);
    return good;
}

/* Newly allocated; NULL, and *n 0, when there is none. */
static inline float *scheduler_read(const struct checkpoint *tensors, const char *name, size_t *n)
{
    const struct checkpoint_tensor *t = checkpoint_find(tensors, name);
    float *values = t ? malloc((size_t)checkpoint_elements(t) * sizeof(float) + 1) : NULL;

    *n = 0;
    if (!values || !checkpoint_read_floats(tensors, t, values, NULL)) {
        free(values);
        return NULL;
    }
    *n = (size_t)checkpoint_elements(t);
    return values;
}

static double worst; /* ratio of an error to its bound, of all there were */
static char worst_at[256];

static inline void compare(const char *name, const char *what, const float *got, const float *want,
                           size_t n, double bound)
{
    const double off = golden_distance(got, want, n);

    CHECK(off <= bound);
    if (!(off <= bound))
        printf("%s: %s is off by %g, bound %g\n", name, what, off, bound);
    if (off / bound > worst) {
        worst = off / bound;
        snprintf(worst_at, sizeof(worst_at), "%s, %s", name, what);
    }
}

static inline double largest(const float *x, size_t n)
{
    double max = 0;

    for (size_t i = 0; i < n; i++)
        max = fmax(max, fabs((double)x[i]));
    return max;
}

/* Timesteps by 2e-3, sigmas by 1e-5 of themselves; `sigmas` may be NULL. */
static inline void compare_tables(const char *name, const struct sampling *s,
                                  const float *timesteps, size_t n, const float *sigmas,
                                  size_t n_sigmas)
{
    CHECK(timesteps && n == (size_t)s->calls);
    if (timesteps && n == (size_t)s->calls)
        compare(name, "timesteps", s->timestep, timesteps, n, 2e-3);
    CHECK(!sigmas || n_sigmas > (size_t)s->calls); /* dpm2's lists go on with zeros */
    for (size_t i = 0; sigmas && i < n_sigmas && i <= (size_t)s->calls; i++)
        compare(name, "sigmas", s->sigma + i, sigmas + i, 1, fmax(1e-5 * (double)sigmas[i], 1e-30));
}

static inline void toy_network(float *output, const float *x, size_t n, float t)
{
    for (size_t i = 0; i < n; i++)
        output[i] = 0.7f * x[i] / (1 + fabsf(x[i])) + 0.05f * t / 1000;
}

#endif
