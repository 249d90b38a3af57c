/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * golden.h - what the reference computed, to compare with.
 *
 * A case is a JSON file with its parameters and tolerances beside a file of
 * tensors: in.* to feed, out.* to compare with, dbg.* of inner blocks. Cases lie
 * in ../shared/goldens/a; a few of them, and the models they need, also in
 * goldens/a here, for when that folder is missing; goldens/b holds cases of our
 * own. Pictures and features have their channels first there and last here.
 */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include "check.h"
#include "load/checkpoint.h"
#include "load/json.h"
#include "tensor/tensor.h"

#include <string.h>

enum { GOLDEN_PATH = 4096 };

struct golden {
    char name[64];
    struct json *json;
    struct json_node root;
    struct checkpoint *tensors;
};

/* The path of a file of the goldens. */
static inline const char *golden_path(char path[GOLDEN_PATH], const char *inner)
{
    const char *const tests = getenv("EBRU_TESTS"), *const shared = check_shared();

    if (shared) /* then a missing case is an error */
        snprintf(path, GOLDEN_PATH, "%s/goldens/a/%s", shared, inner);
    else
        snprintf(path, GOLDEN_PATH, "%s/goldens/a/%s", tests ? tests : ".", inner);
    return path;
}

/* The path of a file of our own goldens. */
static inline const char *golden_own_path(char path[GOLDEN_PATH], const char *inner)
{
    const char *const tests = getenv("EBRU_TESTS");

    snprintf(path, GOLDEN_PATH, "%s/goldens/b/%s", tests ? tests : ".", inner);
    return path;
}

static inline void golden_close(struct golden *g)
{
    checkpoint_close(g->tensors);
    json_close(g->json);
    *g = (struct golden){ 0 };
}

typedef const char *(*golden_path_fn)(char path[GOLDEN_PATH], const char *inner);

static inline bool golden_open_at(struct golden *g, golden_path_fn place, const char *name)
{
    char inner[128], path[GOLDEN_PATH];
    ebru_error err = { 0 };

    *g = (struct golden){ 0 };
    snprintf(g->name, sizeof(g->name), "%s", name);
    snprintf(inner, sizeof(inner), "cases/%s.json", name);
    g->json = json_open(place(path, inner), 1 << 24, &err);
    snprintf(inner, sizeof(inner), "cases/%s.safetensors", name);
    g->tensors = g->json ? checkpoint_open(place(path, inner), &err) : NULL;
    if (!g->tensors) {
        printf("%s: %s\n", name, err.message);
        CHECK(g->tensors);
        golden_close(g);
        return false;
    }
    g->root = json_root(g->json);
    return true;
}

/* false, after a failed check or a skip: there is no such case. here: the case is one of
 * those in goldens/a. */
static inline bool golden_open(struct golden *g, const char *name, bool here)
{
    if (!here && !check_shared()) {
        SKIP(name);
        return false;
    }
    return golden_open_at(g, golden_path, name);
}

static inline bool golden_open_own(struct golden *g, const char *name)
{
    return golden_open_at(g, golden_own_path, name);
}

/* A string of the case; NULL: there is none. */
static inline const char *golden_string(const struct golden *g, const char *key)
{
    const char *value = NULL;

    json_get_string(g->root, key, &value, NULL);
    return value;
}

static inline bool golden_has(const struct golden *g, const char *name)
{
    return checkpoint_find(g->tensors, name);
}

/* A number of the tolerance of an output: "max_abs", "f64_dev", "std"... */
static inline double golden_tolerance(const struct golden *g, const char *output, const char *what)
{
    double value = NAN;

    CHECK(json_real(json_get(json_get(json_get(g->root, "tolerance"), output), what), 0, 1e30,
                    &value, NULL));
    return value;
}

/* From [n][c][h][w] to [n][h][w][c]. */
static inline void golden_turn(struct tensor t, const float *from)
{
    const size_t pixels = (size_t)t.h * t.w, c = (size_t)t.c;

    for (size_t i = 0; i < tensor_count(t); i++) {
        const size_t n = i / (pixels * c), p = i / c % pixels, k = i % c;
        t.data[i] = from[(n * c + k) * pixels + p];
    }
}

/* Tensor of the case, to be freed by free(data): [n,c,h,w] as [n,h,w,c], [n,tokens,c] as
 * [n,1,tokens,c], [n,c] as [n,1,1,c], [n] as [n,1,1,1]. A failed check, and data NULL:
 * there is none. */
static inline struct tensor golden_tensor(const struct golden *g, const char *name)
{
    const struct checkpoint_tensor *const t = checkpoint_find(g->tensors, name);
    int shape[4] = { 1, 1, 1, 1 };

    CHECK(t && t->rank >= 1 && t->rank <= 4);
    if (!t || t->rank < 1 || t->rank > 4) {
        printf("%s: no tensor %s\n", g->name, name);
        return (struct tensor){ 0 };
    }
    for (int i = 0; i < t->rank; i++)
        shape[i] = (int)t->shape[i];
    struct tensor x = { NULL, shape[0], 1, 1, 1 };
    if (t->rank == 4)
        x = (struct tensor){ NULL, shape[0], shape[2], shape[3], shape[1] };
    else if (t->rank == 3)
        x = (struct tensor){ NULL, shape[0], 1, shape[1], shape[2] };
    else if (t->rank == 2)
        x.c = shape[1];
    float *const values = malloc(tensor_count(x) * sizeof(float));
    CHECK(values && checkpoint_read_floats(g->tensors, t, values, NULL));
    x.data = values;
    if (t->rank == 4) {
        x.data = malloc(tensor_count(x) * sizeof(float));
        CHECK(x.data);
        golden_turn(x, values);
        free(values);
    }
    return x;
}

/* A picture of bytes, [h,w,3], as the networks take it: [1,h,w,3], -1 to 1. */
static inline struct tensor golden_picture(const struct golden *g, const char *name)
{
    struct tensor x = golden_tensor(g, name); /* [h,1,w,3] */

    x.h = x.n;
    x.n = 1;
    for (size_t i = 0; x.data && i < tensor_count(x); i++)
        x.data[i] = x.data[i] / 127.5f - 1;
    return x;
}

/* The largest |got - want| over all values; infinite where one is no number. */
static inline double golden_distance(const float *got, const float *want, size_t count)
{
    double worst = 0;

    for (size_t i = 0; i < count; i++) {
        const double d = fabs((double)got[i] - (double)want[i]);
        if (!(d <= worst))
            worst = d == d ? d : INFINITY;
    }
    return worst;
}

static inline double golden_largest(struct tensor t)
{
    double largest = 0;

    for (size_t i = 0; i < tensor_count(t); i++)
        largest = fmax(largest, fabs((double)t.data[i]));
    return largest;
}

#endif
