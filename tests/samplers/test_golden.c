/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Every sampler against diffusers: tables for 1, 6, 20 and 50 steps, one step,
 * a whole run of six, with a toy for the network that can be written in a line.
 * Tolerances are those of the goldens' README: a dozen float operations a value.
 */
#include "../check.h"
#include "load/checkpoint.h"
#include "load/json.h"
#include "samplers/samplers.h"
#include "samplers/schedule.h"

#include <string.h>

struct named {
    const char *name;
    bool small; /* also in tests/goldens */
};

static const struct named cases[] = {
    { "ddim", true },
    { "ddim_eta1", false },
    { "ddim_v_trailing_zsnr", false },
    { "ddpm", false },
    { "deis", false },
    { "dpm2", true },
    { "dpm2_a", false },
    { "dpm2_karras", false },
    { "dpmpp_2m", false },
    { "dpmpp_2m_heun", false },
    { "dpmpp_2m_karras", true },
    { "dpmpp_2m_leading", false },
    { "dpmpp_2m_sde", true },
    { "dpmpp_2m_sde_karras", false },
    { "dpmpp_2m_sgmuniform", false },
    { "dpmpp_2m_v_karras", false },
    { "dpmpp_2s", true },
    { "dpmpp_2s_karras", false },
    { "dpmpp_3m", false },
    { "dpmpp_sde", false },
    { "dpmpp_sde_karras", false },
    { "euler", true },
    { "euler_a", true },
    { "euler_a_leading_v", false },
    { "euler_exponential", false },
    { "euler_karras", true },
    { "euler_leading", false },
    { "euler_v_trailing", false },
    { "euler_v_trailing_zsnr", false },
    { "heun", true },
    { "heun_karras", false },
    { "lcm", true },
    { "lms", true },
    { "lms_karras", false },
    { "pndm", true },
    { "unipc", true },
    { "unipc_karras", false },
};
enum { CASES = sizeof(cases) / sizeof(cases[0]) };

/* Not ours yet, and why the model's own scheduler is refused. */
static const struct named excluded[] = {
    { "dpm_2m", false },      /* DPM-Solver without ++ */
    { "dpmpp_2m_lu", false }, /* Lu's lambdas */
    { "euler_beta", false },  /* beta sigmas */
    { "ipndm", false },       { "pndm_prk", false }, { "tcd", false }, { "tcd_eta0", false },
};
enum { EXCLUDED = sizeof(excluded) / sizeof(excluded[0]) };

/* ---- Reading ------------------------------------------------------------- */

struct golden {
    char name[64];
    struct json *json;
    struct checkpoint *tensors;
    struct schedule_config config;
};

static bool config_of_json(struct schedule_config *c, struct json_node object)
{
    struct json_iter i = json_iterate(object);
    ebru_error err = { 0 };

    while (json_next(&i)) {
        struct config_value v = { CONFIG_OTHER, 0, NULL };
        bool flag = false;
        switch (json_kind(i.value)) {
        case JSON_NULL:
            v.kind = CONFIG_NULL;
            break;
        case JSON_BOOL:
            v.kind = CONFIG_BOOL;
            json_bool(i.value, &flag, NULL);
            v.number = flag;
            break;
        case JSON_INT:
        case JSON_REAL:
            v.kind = CONFIG_NUMBER;
            json_real(i.value, -1e300, 1e300, &v.number, NULL);
            break;
        case JSON_STRING:
            v.kind = CONFIG_STRING;
            json_string(i.value, &v.string, NULL);
            break;
        default:
            break;
        }
        if (!schedule_config_set(c, i.key, v, &err)) {
            printf("%s\n", err.message);
            return false;
        }
    }
    return true;
}

static bool golden_open(struct golden *g, const char *root, const char *name)
{
    char path[4096];
    const char *class_name = NULL;
    ebru_error err = { 0 };

    snprintf(g->name, sizeof(g->name), "%s", name);
    snprintf(path, sizeof(path), "%s/cases/sched_%s.json", root, name);
    g->json = json_open(path, 1 << 20, &err);
    snprintf(path, sizeof(path), "%s/cases/sched_%s.safetensors", root, name);
    g->tensors = g->json ? checkpoint_open(path, &err) : NULL;
    if (!g->tensors) {
        printf("%s\n", err.message);
        CHECK(!"golden case can be read");
        json_close(g->json);
        return false;
    }
    json_string(json_get(json_root(g->json), "scheduler_class"), &class_name, NULL);
    schedule_config_init(&g->config, class_name);
    CHECK(config_of_json(&g->config, json_get(json_root(g->json), "config")));
    CHECK(config_of_json(&g->config, json_get(json_root(g->json), "step_kwargs")));
    return true;
}

static void golden_close(struct golden *g)
{
    json_close(g->json);
    checkpoint_close(g->tensors);
}

/* Newly allocated; NULL when there is none. */
static float *golden_read(const struct golden *g, const char *name, size_t *n)
{
    const struct checkpoint_tensor *t = checkpoint_find(g->tensors, name);
    float *values = t ? malloc((size_t)checkpoint_elements(t) * sizeof(float) + 1) : NULL;

    if (!values || !checkpoint_read_floats(g->tensors, t, values, NULL)) {
        free(values);
        *n = 0;
        return NULL;
    }
    *n = (size_t)checkpoint_elements(t);
    return values;
}

static double golden_tolerance(const struct golden *g, const char *output, const char *key)
{
    struct json_node n = json_get(json_get(json_get(json_root(g->json), "tolerance"), output), key);
    double value = 0;

    CHECK(json_real(n, 0, 1, &value, NULL));
    return value;
}

/* ---- Comparing ----------------------------------------------------------- */

static double worst;
static char worst_at[128];

static void compare(const struct golden *g, const char *what, const float *got, const float *want,
                    size_t n, double bound)
{
    double off = 0;

    for (size_t i = 0; i < n; i++) {
        const double d = got[i] == want[i] ? 0 : fabs((double)got[i] - (double)want[i]);
        if (!(d <= off)) /* NaN too */
            off = d;
    }
    CHECK(off <= bound);
    if (!(off <= bound))
        printf("%s: %s is off by %g, bound %g\n", g->name, what, off, bound);
    if (off / bound > worst) {
        worst = off / bound;
        snprintf(worst_at, sizeof(worst_at), "%s, %s", g->name, what);
    }
}

static double largest(const float *x, size_t n)
{
    double max = 0;

    for (size_t i = 0; i < n; i++)
        max = fmax(max, fabs((double)x[i]));
    return max;
}

static void toy_network(float *output, const float *x, size_t n, float t)
{
    for (size_t i = 0; i < n; i++)
        output[i] = 0.7f * x[i] / (1 + fabsf(x[i])) + 0.05f * t / 1000;
}

/* ---- Cases --------------------------------------------------------------- */

static bool start(struct sampling *s, const struct golden *g, int steps, size_t n)
{
    ebru_error err = { 0 };
    const bool good = sampling_init(s, "auto", "auto", &g->config, steps, n, &err);

    if (!good)
        printf("%s: %s\n", g->name, err.message);
    CHECK(good);
    return good;
}

static void test_tables(const struct golden *g, int steps)
{
    char name[64];
    struct sampling s;
    size_t n;
    float *want;
    double scale = 0;
    struct json_node node;

    if (!start(&s, g, steps, 1))
        return;
    snprintf(name, sizeof(name), "out.timesteps.%d", steps);
    want = golden_read(g, name, &n);
    CHECK(want && n == (size_t)s.calls);
    if (want && n == (size_t)s.calls)
        compare(g, name, s.timestep, want, n, 2e-3);
    free(want);
    snprintf(name, sizeof(name), "out.sigmas.%d", steps);
    want = golden_read(g, name, &n);
    /* dpm2's lists go on with zeros */
    CHECK(!want || n > (size_t)s.calls);
    for (size_t i = 0; want && i <= (size_t)s.calls; i++)
        compare(g, name, s.sigma + i, want + i, 1, fmax(1e-5 * (double)want[i], 1e-30));
    free(want);
    snprintf(name, sizeof(name), "%d", steps);
    node = json_get(json_get(json_root(g->json), "init_noise_sigma"), name);
    CHECK(json_real(node, 0, 1e6, &scale, NULL));
    CHECK_NEAR(sampling_start_scale(&s), scale, 1e-5 * scale);
    sampling_clear(&s);
}

/* A run of `steps`; every point on the way within 2e-5 of its maximum. */
static void test_run(const struct golden *g, int steps, const char *start_name,
                     const char *noise_name, const char *end_name, bool points)
{
    size_t n, draws, path_n, inputs_n, end_n, drawn = 0;
    float *x = golden_read(g, start_name, &n), *noise = golden_read(g, noise_name, &draws);
    float *path = golden_read(g, "out.trajectory", &path_n);
    float *inputs = golden_read(g, "out.model_inputs", &inputs_n);
    float *end = golden_read(g, end_name, &end_n);
    float input[256], output[256];
    struct sampling s;
    bool good = x && n <= 256 && end && end_n == n && start(&s, g, steps, n);

    CHECK(good);
    if (points)
        CHECK(good && path && inputs && path_n == (size_t)s.calls * n && inputs_n == path_n);
    for (int call = 0; good && call < s.calls; call++) {
        const bool takes = sampling_takes_noise(&s, call);
        sampling_input(&s, input, x, call);
        toy_network(output, input, n, s.timestep[call]);
        CHECK(!takes || (noise && (drawn + 1) * n <= draws));
        if (takes && (!noise || (drawn + 1) * n > draws))
            break;
        sampling_step(&s, x, output, takes ? noise + n * drawn : NULL, call);
        drawn += takes;
        if (points && path && inputs) {
            const float *p = path + n * (size_t)call, *q = inputs + n * (size_t)call;
            compare(g, "trajectory", x, p, n, 2e-5 * largest(p, n));
            compare(g, "model_inputs", input, q, n, 2e-5 * largest(q, n));
        }
    }
    CHECK(drawn * n == draws || !good || !noise);
    if (good) {
        compare(g, end_name, x, end, n, golden_tolerance(g, end_name, "max_abs"));
        sampling_clear(&s);
    }
    free(x);
    free(noise);
    free(path);
    free(inputs);
    free(end);
}

static void test_add_noise(const struct golden *g, int steps)
{
    size_t n, n_noise, n_added;
    float *x = golden_read(g, "in.add_x", &n), *noise = golden_read(g, "in.add_noise", &n_noise);
    float *added = golden_read(g, "out.added", &n_added);
    int64_t call = 0;
    struct sampling s;
    const bool good = x && noise && added && n == n_noise && n == n_added &&
                      json_int(json_get(json_root(g->json), "add_noise_index"), 0, 99, &call, NULL);

    CHECK(good);
    if (good && start(&s, g, steps, n)) {
        sampling_add_noise(&s, x, x, noise, (int)call);
        compare(g, "added", x, added, n, fmax(1e-5, 2e-5 * largest(added, n)));
        sampling_clear(&s);
    }
    free(x);
    free(noise);
    free(added);
}

static void test_case(const char *root, const char *name)
{
    static const int steps[] = { 1, 6, 20, 50 };
    struct golden g;

    if (!golden_open(&g, root, name))
        return;
    for (int i = 0; i < 4; i++)
        test_tables(&g, steps[i]);
    test_run(&g, 6, "in.x0", "in.noise", "out.x", true);
    test_run(&g, 1, "in.one_x0", "in.one_noise", "out.one_step", false);
    test_add_noise(&g, 6);
    golden_close(&g);
}

static void test_excluded(const char *root, const char *name)
{
    struct golden g;
    struct sampling s;
    ebru_error err = { 0 };

    if (!golden_open(&g, root, name))
        return;
    CHECK(!sampling_init(&s, "auto", "auto", &g.config, 6, 1, &err));
    CHECK(err.status == EBRU_BAD_REQUEST);
    /* but its facts are good enough for another sampler */
    CHECK(sampling_init(&s, "euler", "karras", &g.config, 6, 1, &err));
    sampling_clear(&s);
    golden_close(&g);
}

static void test_alphas(const char *root)
{
    static const char *const names[] = { "out.alphas_cumprod", "out.alphas_cumprod_zsnr",
                                         "out.sigmas_train" };
    struct golden g = { .name = "alphas" };
    char path[4096];
    float got[1000];
    size_t n;

    snprintf(path, sizeof(path), "%s/cases/sched_alphas.safetensors", root);
    g.tensors = checkpoint_open(path, NULL);
    CHECK(g.tensors);
    for (int i = 0; g.tensors && i < 3; i++) {
        struct schedule_config c;
        float *want = golden_read(&g, names[i], &n);
        schedule_config_init(&c, NULL);
        c.beta_start = 0.00085;
        c.beta_end = 0.012;
        c.beta_schedule = BETAS_SCALED_LINEAR;
        c.zero_snr = i == 1;
        schedule_alphas(got, &c);
        CHECK(want && n == 1000);
        for (int t = 0; i == 2 && t < 1000; t++)
            got[t] = sqrtf((1 - got[t]) / got[t]);
        for (size_t t = 0; want && t < n; t++)
            compare(&g, names[i], got + t, want + t, 1, fmax(1e-5 * (double)want[t], 1e-30));
        free(want);
    }
    checkpoint_close(g.tensors);
}

/* Nothing of the index may be left out unnoticed. */
static void test_index(const char *root)
{
    char path[4096];
    struct json *index;
    struct json_iter i;
    int found = 0;

    snprintf(path, sizeof(path), "%s/index.json", root);
    index = json_open(path, 1 << 24, NULL);
    CHECK(index);
    i = json_iterate(json_get(json_root(index), "cases"));
    while (index && json_next(&i)) {
        const char *name = "", *kind = "";
        bool known = false;
        json_get_string(i.value, "name", &name, NULL);
        json_get_string(i.value, "kind", &kind, NULL);
        if (strcmp(kind, "scheduler") != 0)
            continue;
        for (int k = 0; k < CASES; k++)
            known |= !strcmp(name + strlen("sched_"), cases[k].name);
        for (int k = 0; k < EXCLUDED; k++)
            known |= !strcmp(name + strlen("sched_"), excluded[k].name);
        if (!known)
            printf("no test of %s\n", name);
        CHECK(known);
        found++;
    }
    CHECK(found == CASES + EXCLUDED);
    json_close(index);
}

int main(void)
{
    char root[2048];
    struct checkpoint *probe;
    bool shared;
    int run = 0;

    snprintf(root, sizeof(root), "%s/goldens/a/cases/sched_ddim.safetensors",
             getenv("EBRU_SHARED"));
    probe = checkpoint_open(root, NULL);
    shared = probe != NULL;
    checkpoint_close(probe);
    snprintf(root, sizeof(root), "%s/goldens/a", getenv(shared ? "EBRU_SHARED" : "EBRU_TESTS"));
    for (int i = 0; i < CASES; i++)
        if (shared || cases[i].small) {
            test_case(root, cases[i].name);
            run++;
        }
    test_alphas(root);
    if (shared) {
        test_index(root);
        for (int i = 0; i < EXCLUDED; i++) {
            printf("excluded: %s\n", excluded[i].name);
            test_excluded(root, excluded[i].name);
        }
    }
    printf("%d cases, worst ratio to tolerance: %.3f (%s)\n", run, worst, worst_at);
    if (!shared)
        SKIP("only the cases that live in the project: ../shared is missing");
    return check_done();
}
