/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * test_linear - linear layers of awkward sizes against double precision; the
 * same bytes from every instruction set and number of threads; what loading
 * does with what it cannot use.
 */
#include "../activated.h"
#include "nn/layers.h"
#include "passes.h"
#include "quantised.h"
#include "weights.h"

static const double eps = 0x1p-24;

struct layer_case {
    int rows, in, out;
    enum dtype type;
    enum activation act;
    bool bias, add; /* add: linear_add() to what is there */
    bool over;      /* linear_over() what is there */
};

static const struct layer_case cases[] = {
    { 1, 1, 1, DTYPE_F32, ACT_NONE, true, false, false },
    { 1, 320, 1280, DTYPE_F16, ACT_SILU, true, false, false },
    { 77, 96, 40, DTYPE_F16, ACT_QUICK_GELU, true, false, false },
    { 77, 64, 192, DTYPE_BF16, ACT_NONE, false, false, false },
    { 5, 7, 3, DTYPE_F32, ACT_GELU, true, false, false },
    { 33, 321, 48, DTYPE_F32, ACT_NONE, true, true, false },
    { 200, 648, 100, DTYPE_F16, ACT_NONE, true, true, false },
    { 700, 40, 336, DTYPE_BF16, ACT_RELU, true, false, false },
    { 1000, 24, 16, DTYPE_F16, ACT_NONE, true, true, false },
    { 70, 32, 24, DTYPE_F32, ACT_NONE, true, false, true },
    { 70000, 17, 16, DTYPE_F16, ACT_NONE, true, false, true },
    { 19, 72, 24, DTYPE_F16, ACT_GEGLU, true, false, false },
    { 300, 32, 176, DTYPE_F32, ACT_GEGLU, true, false, false },
};

struct job {
    const struct layer_case *c;
    struct linear layer;
    float *x, *y;
};

static struct tensor apply(struct run *r, void *user)
{
    const struct job *const j = user;
    const struct tensor x = { j->x, 1, 1, j->c->rows, j->c->in };

    if (j->c->over) {
        const size_t mark = arena_mark(&r->arena);
        struct tensor t = tensor_new(r, x.n, x.h, x.w, x.c);
        if (t.data)
            memcpy(t.data, x.data, tensor_count(x) * sizeof(float));
        return keep(r, mark, linear_over(r, &j->layer, t));
    }
    if (!j->c->add)
        return linear(r, &j->layer, x, j->c->act);
    const struct tensor y = tensor_new(r, 1, 1, j->c->rows, j->c->out);
    if (y.data)
        memcpy(y.data, j->y, tensor_count(y) * sizeof(float));
    linear_add(r, &j->layer, x, y);
    return y;
}

/* The same of integers, which are exact: *bound is for rounding them to a float, multiplying
 * by two scales and adding the bias. */
static double integer_dot(const struct job *j, const struct test_weights *w, int m, int n,
                          double *bound)
{
    const float *const weight = w->all[0].value + (size_t)n * (size_t)j->c->in;
    const double bias = j->c->bias ? w->all[1].value[n] : 0;
    static struct quantised a;

    quantise_input(&a, j->x + (size_t)m * (size_t)j->c->in, j->c->in);
    const double sum = quantised_dot(&a, weight, j->c->in, 1, weight_scale(weight, j->c->in));
    *bound = 4 * eps * (fabs(sum) + fabs(bias));
    return sum + bias;
}

/* Row m times row n of the weight; *bound: (k + 1) * eps * sum |a||b| (Higham, 3.1), the
 * bias being one more term; in bf16, and the rounding of a. */
static double dot(const struct job *j, const struct test_weights *w, int m, int n, double *bound)
{
    const float *const weight = w->all[0].value + (size_t)n * (size_t)j->c->in;
    double sum = j->c->bias ? w->all[1].value[n] : 0, size = fabs(sum);

    if (j->layer.weight.precision == PRECISION_INT8)
        return integer_dot(j, w, m, n, bound);
    for (int k = 0; k < j->c->in; k++) {
        const double term = (double)j->x[(size_t)m * (size_t)j->c->in + (size_t)k] * weight[k];
        sum += term;
        size += fabs(term);
    }
    *bound = ((j->c->in + 2) * eps + rounding_of(&j->layer.weight)) * size;
    return sum;
}

/* No activation is steeper than 1.13; their own error is tests/kernels' business: 1.2e-6. */
static void check_values(const struct job *j, const struct test_weights *w, const float *out)
{
    for (int m = 0; m < j->c->rows; m++)
        for (int n = 0; n < j->c->out; n++) {
            const size_t at = (size_t)m * (size_t)j->c->out + (size_t)n;
            double bound, gate_bound = 0, want = dot(j, w, m, n, &bound);
            if (j->c->act == ACT_GEGLU) {
                const double g = dot(j, w, m, n + j->c->out, &gate_bound);
                const double a = activated(g, ACT_GEGLU);
                gate_bound = 1.13 * gate_bound + 1.2e-6 * fmax(1, fabs(g));
                bound = bound * (fabs(a) + gate_bound) + fabs(want) * gate_bound;
                want *= a;
            } else if (j->c->act != ACT_NONE) {
                bound = 1.13 * bound + 1.2e-6 * fmax(1, fabs(want));
                want = activated(want, j->c->act);
            }
            if (j->c->add)
                want += j->y[at];
            CHECK_NEAR(out[at], want, bound + 2 * eps * fabs(want));
        }
}

static void bind(struct binder *b, struct job *j)
{
    const struct scope s = scope_root(b, "layer");

    if (j->c->act == ACT_GEGLU)
        geglu_bind(&j->layer, s, j->c->in, j->c->out);
    else if (j->c->bias)
        linear_bind(&j->layer, s, j->c->in, j->c->out);
    else
        linear_bind_no_bias(&j->layer, s, j->c->in, j->c->out);
}

static void check_case(const struct layer_case *c, const struct kernels *k)
{
    const int outs = (c->act == ACT_GEGLU ? 2 : 1) * c->out;
    const size_t count = (size_t)c->rows * (size_t)c->out;
    struct test_weights w = { 0 };
    const struct weight_source source = { weights_find, weights_read, &w };
    struct job j = { .c = c };
    struct binder b;
    ebru_error err = { 0 };
    void *block;
    size_t bytes;
    char what[80];

    weights_add(&w, "layer.weight", c->type, 0.5f, 2, (int[]){ outs, c->in });
    weights_add(&w, "layer.bias", c->type, 1.0f, 1, (int[]){ outs });
    binder_init(&b, &source);
    bind(&b, &j);
    CHECK(binder_finish(&b, "test", &err));
    CHECK(binder_load(&b, k, 2, &block, &bytes, &err) && bytes == binder_bytes(&b, k));
    j.x = malloc((size_t)c->rows * (size_t)c->in * sizeof(float));
    j.y = malloc(count * sizeof(float));
    for (int i = 0; i < c->rows * c->in; i++)
        j.x[i] = random_float();
    for (size_t i = 0; i < count; i++)
        j.y[i] = random_float();
    float *const out = malloc(2 * count * sizeof(float));
    snprintf(what, sizeof(what), "%d x %d x %d", c->rows, c->out, c->in);
    passes(what, apply, &j, out, out + count);
    check_values(&j, &w, out);
    free(out);
    free(j.x);
    free(j.y);
    free(block);
    binder_clear(&b);
    weights_clear(&w);
}

/* One layer of three, and the same three alone: the same bytes. */
static struct tensor apply_layer(struct run *r, void *user)
{
    const struct job *const j = user;

    return linear(r, &j->layer, (struct tensor){ j->x, 1, 1, 9, 24 }, ACT_NONE);
}

static void check_stack(const struct kernels *k)
{
    static const char *const names[] = { "to_q", "to_k", "to_v" };
    struct test_weights w = { 0 };
    const struct weight_source source = { weights_find, weights_read, &w };
    struct job whole = { 0 }, part[3] = { { 0 } };
    float x[9 * 24], all[9 * 120], one[9 * 40];
    struct binder b;
    void *block;
    size_t bytes;

    binder_init(&b, &source);
    for (int i = 0; i < 3; i++) {
        char name[32];
        snprintf(name, sizeof(name), "%s.weight", names[i]);
        weights_add(&w, name, DTYPE_F16, 1, 2, (int[]){ 40, 24 });
        snprintf(name, sizeof(name), "%s.bias", names[i]);
        weights_add(&w, name, DTYPE_F16, 1, 1, (int[]){ 40 });
        linear_bind(&part[i].layer, at(scope_root(&b, ""), "%s", names[i]), 24, 40);
        part[i].x = x;
    }
    linear_bind_stack(&whole.layer, scope_root(&b, ""), names, 3, 24, 40, true);
    whole.x = x;
    CHECK(binder_finish(&b, "test", NULL) && binder_load(&b, k, 3, &block, &bytes, NULL));
    for (int i = 0; i < 9 * 24; i++)
        x[i] = random_float();
    pass(k, 2, apply_layer, &whole, all);
    for (int i = 0; i < 3; i++) {
        pass(k, 2, apply_layer, &part[i], one);
        for (int m = 0; m < 9; m++)
            CHECK(!memcmp(all + m * 120 + i * 40, one + m * 40, 40 * sizeof(float)));
    }
    free(block);
    binder_clear(&b);
    weights_clear(&w);
}

static void check_load_errors(const struct kernels *k)
{
    for (int type = 0; type < DTYPE_COUNT; type++)
        for (int bad = 0; bad < 3; bad++) {
            struct test_weights w = { 0 };
            const struct weight_source source = { weights_find, weights_read, &w };
            struct linear l;
            struct binder b;
            ebru_error err = { 0 };
            void *block = &b;
            size_t bytes;
            weights_add(&w, "a.weight", (enum dtype)type, 1, 2, (int[]){ 40, 24 });
            weights_add(&w, "a.bias", (enum dtype)type, 1, 1, (int[]){ 40 });
            w.all[bad % 2].value[39] = INFINITY;
            w.fail = bad == 2;
            binder_init(&b, &source);
            linear_bind(&l, scope_root(&b, "a"), 24, 40);
            CHECK(!binder_load(&b, k, 2, &block, &bytes, &err) && !block);
            CHECK(strstr(err.message, bad == 1 ? "a.bias" : "a.weight"));
            CHECK(err.status == (bad == 2 ? EBRU_BAD_FILE : EBRU_BAD_MODEL));
            binder_clear(&b);
            weights_clear(&w);
        }
}

/* After a false from progress no layer computes any more, and all still return. */
static bool cancel(void *user, double fraction)
{
    (void)fraction;
    return ++*(int *)user < 2;
}

static void check_cancel(const struct kernels *k)
{
    struct job j = { .c = &cases[7] };
    float x[700 * 40] = { 0 };
    struct linear *const l = &j.layer;
    const struct tensor in = { x, 1, 1, 700, 40 };
    int calls = 0;

    *l = (struct linear){ .in = 40, .out = 336 };
    l->weight = (struct weight){ .packing = PACK_MATRIX, .rank = 2, .shape = { 336, 40 } };
    l->weight.data = calloc(352 * 40, sizeof(float));
    struct run r = { .k = k, .n_threads = 3, .progress = cancel, .user = &calls };
    CHECK(arena_open(&r.arena, 64 << 20));
    linear(&r, l, in, ACT_NONE);
    CHECK(calls == 2 && atomic_load(&r.cancelled));
    linear(&r, l, in, ACT_NONE);
    CHECK(r.skip);
    arena_close(&r.arena);
    free((void *)(uintptr_t)l->weight.data);
}

int main(void)
{
    struct kernels k;

    kernels_init(&k, NULL);
    for (int p = 0; p < PRECISION_COUNT; p++) {
        k.precision = (enum precision)p;
        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
            check_case(&cases[i], &k);
    }
    k.precision = PRECISION_F32;
    check_stack(&k);
    check_load_errors(&k);
    check_cancel(&k);
    return check_done();
}
