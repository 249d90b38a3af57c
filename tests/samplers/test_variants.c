/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The corners of the samplers against diffusers: runs that start midway, other
 * predictions, noise schedules, orders and ends. goldens/make_samplers.py made
 * the cases and says what they are; they live in the project.
 */
#include "scheduler.h"

enum { N = 8, DRAWS = 32 };

struct given {
    struct checkpoint *tensors;
    float *x, *picture, *noise;
};

static float *read_out(const struct given *g, int i, const char *what, size_t *n)
{
    char name[64];

    snprintf(name, sizeof(name), "%d.%s", i, what);
    return scheduler_read(g->tensors, name, n);
}

static void compare_x(const char *name, const struct given *g, int i, const char *what,
                      const float *x)
{
    size_t n;
    float *want = read_out(g, i, what, &n);

    CHECK(want && n == N);
    if (want && n == N)
        compare(name, what, x, want, N, fmax(1e-5, 2e-5 * largest(want, N)));
    free(want);
}

static void run(struct sampling *s, float *x, const float *noise)
{
    float input[N], output[N];
    int drawn = 0;

    for (int call = s->first; call < s->calls; call++) {
        const bool takes = sampling_takes_noise(s, call);
        CHECK(drawn < DRAWS);
        sampling_input(s, input, x, call);
        toy_network(output, input, N, s->timestep[call]);
        sampling_step(s, x, output, takes ? noise + N * (drawn++ % DRAWS) : NULL, call);
    }
}

static void test_case(const struct given *g, int i, struct json_node node)
{
    struct schedule_config c;
    struct sampling s;
    char name[128];
    int steps = 0;
    double strength = 1;
    ebru_error err = { 0 };
    size_t n, n_sigmas;
    float *timesteps = read_out(g, i, "timesteps", &n);
    float *sigmas = read_out(g, i, "sigmas", &n_sigmas), x[N];

    CHECK(json_get_int(node, "steps", 1, 1000, &steps, &err) &&
          json_get_real(node, "strength", 0, 1, &strength, &err));
    if (scheduler_config(&c, node) && sampling_init(&s, "auto", "auto", &c, steps, N, &err)) {
        snprintf(name, sizeof(name), "case %d, %s", i, s.sampler->name);
        compare_tables(name, &s, timesteps, n, sigmas, n_sigmas);
        sampling_start_at(&s, strength);
        if (strength < 1)
            sampling_add_noise(&s, x, g->picture, g->x, s.first);
        for (int k = 0; strength == 1 && k < N; k++)
            x[k] = g->x[k] * sampling_start_scale(&s);
        compare_x(name, g, i, "start", x);
        run(&s, x, g->noise);
        compare_x(name, g, i, "x", x);
        sampling_clear(&s);
    }
    if (err.message[0])
        printf("case %d: %s\n", i, err.message);
    CHECK(!err.message[0]);
    free(timesteps);
    free(sigmas);
}

int main(void)
{
    char path[4096];
    struct given g;
    struct json *json;
    struct json_iter node;
    ebru_error err = { 0 };
    size_t n[3];
    int cases = 0;

    snprintf(path, sizeof(path), "%s/goldens/samplers.json", getenv("EBRU_TESTS"));
    json = json_open(path, 1 << 20, &err);
    snprintf(path, sizeof(path), "%s/goldens/samplers.safetensors", getenv("EBRU_TESTS"));
    g.tensors = json ? checkpoint_open(path, &err) : NULL;
    CHECK(g.tensors);
    if (!g.tensors) {
        printf("%s\n", err.message);
        return check_done();
    }
    g.x = scheduler_read(g.tensors, "x", &n[0]);
    g.picture = scheduler_read(g.tensors, "picture", &n[1]);
    g.noise = scheduler_read(g.tensors, "noise", &n[2]);
    CHECK(n[0] == N && n[1] == N && n[2] == DRAWS * N);
    node = json_iterate(json_root(json));
    while (n[0] == N && n[1] == N && n[2] == DRAWS * N && json_next(&node))
        test_case(&g, cases++, node.value);
    CHECK(cases > 100);
    printf("%d cases, worst ratio to tolerance: %.3f (%s)\n", cases, worst, worst_at);
    free(g.x);
    free(g.picture);
    free(g.noise);
    checkpoint_close(g.tensors);
    json_close(json);
    return check_done();
}
