/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * test_attention - attention as a layer: heads, pictures and windows are found, and
 * neither instruction set nor number of threads changes a byte.
 */
#include "nn/layers.h"
#include "passes.h"
#include "weights.h"

struct problem {
    struct tensor q, k, v;
    int heads, d;
    float scale;
    bool causal;
};

static struct tensor attend(struct run *r, void *arg)
{
    const struct problem *const p = arg;

    return attention(r, p->q, p->k, p->v, p->heads, p->d, p->scale, p->causal);
}

/* Column `c` of query i of picture n in double precision; `weight` has room for all keys. */
static double exact(const struct problem *p, int n, int i, int c, double *weight)
{
    const int keys = p->k.w, head = c / p->d * p->d;
    const float *const q = p->q.data + ((size_t)n * p->q.w + i) * p->q.c + head;
    double sum = 0, result = 0, most = -INFINITY;

    for (int j = 0; j < keys; j++) {
        const float *const k = p->k.data + ((size_t)n * keys + j) * p->k.c + head;
        weight[j] = 0;
        for (int x = 0; x < p->d; x++)
            weight[j] += (double)q[x] * k[x];
        weight[j] = p->causal && j > i ? -INFINITY : p->scale * weight[j];
        most = fmax(most, weight[j]);
    }
    for (int j = 0; j < keys; j++)
        sum += weight[j] = exp(weight[j] - most);
    for (int j = 0; j < keys; j++)
        result += weight[j] / sum * p->v.data[((size_t)n * keys + j) * p->v.c + c];
    return result;
}

/* check_attention has the bound of every value; here a wrong row would show, which is off
 * by some 1 / sqrt(keys) > 0.02, and a missing key, 1 / keys > 4e-4. */
static void check(struct problem *p)
{
    double *const weight = malloc((size_t)p->k.w * sizeof(*weight));
    const int c = p->heads * p->d;
    const size_t count = (size_t)(p->q.n * p->q.w * c);
    float *const out = passes_new("attention", attend, p, count);

    for (size_t i = 0; i < count; i += count / 300 + 1) {
        const int row = (int)(i / c), n = row / p->q.w;
        CHECK_NEAR(out[i], exact(p, n, row % p->q.w, (int)(i % c), weight), 2e-5);
    }
    free(out);
    free(weight);
}

static void check_self(int n, int tokens, int heads, int d, bool causal)
{
    const struct tensor qkv = random_tensor(n, 1, tokens, 3 * heads * d, 0);

    check(&(struct problem){ qkv, columns(qkv, heads * d), columns(qkv, 2 * heads * d), heads, d,
                             1 / sqrtf((float)d), causal });
    free(qkv.data);
}

static void check_cross(int n, int queries, int keys, int heads, int d)
{
    const struct tensor q = random_tensor(n, 1, queries, heads * d, 0);
    const struct tensor kv = random_tensor(n, 1, keys, 2 * heads * d, 0);

    check(&(struct problem){ q, kv, columns(kv, heads * d), heads, d, 1 / sqrtf((float)d), false });
    free(q.data);
    free(kv.data);
}

struct cancel {
    struct problem p;
    double last;
    int calls;
};

static bool stop_half_way(void *user, double fraction)
{
    struct cancel *const c = user;

    CHECK(fraction >= 0 && fraction <= 1);
    c->last = fraction;
    c->calls++;
    return fraction < 0.5;
}

/* Progress comes from inside, and a cancel ends the layer there. */
static void check_cancel(void)
{
    const struct tensor qkv = random_tensor(1, 1, 1024, 3 * 40, 0);
    struct cancel c = { .p = { qkv, columns(qkv, 40), columns(qkv, 80), 1, 40, 0.1f, false } };
    struct kernels k;
    struct run r = { .k = &k, .n_threads = 1, .skip = true };

    kernels_init(&k, NULL);
    attend(&r, &c.p);
    const size_t peak = r.arena.peak;
    r = (struct run){
        .k = &k, .n_threads = 1, .work_total = r.work_done, .progress = stop_half_way, .user = &c
    };
    CHECK(arena_open(&r.arena, peak));
    attend(&r, &c.p);
    CHECK(atomic_load(&r.cancelled) && c.calls > 5 && c.last >= 0.5 && c.last < 0.6);
    arena_close(&r.arena);
    free(qkv.data);
}

int main(void)
{
    check_self(1, 64, 2, 8, false);
    check_self(2, 77, 3, 64, true);
    check_self(2, 150, 8, 40, false);
    check_self(1, 60, 1, 512, false);
    check_self(3, 1, 2, 16, false);
    check_cross(2, 100, 77, 4, 80);
    check_cross(1, 1, 1, 1, 8);
    check_cross(1, 20, 2500, 6, 40); /* more than is packed together */
    check_cancel();
    return check_done();
}
