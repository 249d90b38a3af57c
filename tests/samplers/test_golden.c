/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Every sampler against diffusers: tables for 1, 6, 20 and 50 steps, one step,
 * a whole run of six.
 */
#include "samplers/schedule.h"
#include "scheduler.h"

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

/* ---- Cases --------------------------------------------------------------- */

static bool start(struct sampling *s, const struct golden *g, int steps, size_t n)
{
    struct schedule_config c;
    ebru_error err = { 0 };
    const bool good =
        scheduler_config(&c, g->root) && sampling_init(s, "auto", "auto", &c, steps, n, &err);

    if (!good)
        printf("%s: %s\n", g->name, err.message);
    CHECK(good);
    return good;
}

static void test_tables(const struct golden *g, int steps)
{
    char name[64];
    struct sampling s;
    size_t n, n_sigmas;
    float *timesteps, *sigmas;
    double scale = 0;

    if (!start(&s, g, steps, 1))
        return;
    snprintf(name, sizeof(name), "out.timesteps.%d", steps);
    timesteps = scheduler_read(g->tensors, name, &n);
    snprintf(name, sizeof(name), "out.sigmas.%d", steps);
    sigmas = scheduler_read(g->tensors, name, &n_sigmas);
    compare_tables(g->name, &s, timesteps, n, sigmas, n_sigmas);
    free(timesteps);
    free(sigmas);
    snprintf(name, sizeof(name), "%d", steps);
    CHECK(json_real(json_get(json_get(g->root, "init_noise_sigma"), name), 0, 1e6, &scale, NULL));
    CHECK_NEAR(sampling_start_scale(&s), scale, 1e-5 * scale);
    sampling_clear(&s);
}

/* A run of `steps`; every point on the way within 2e-5 of its maximum. */
static void test_run(const struct golden *g, int steps, const char *start_name,
                     const char *noise_name, const char *end_name, bool points)
{
    size_t n, draws, path_n, inputs_n, end_n, drawn = 0;
    float *x = scheduler_read(g->tensors, start_name, &n),
          *noise = scheduler_read(g->tensors, noise_name, &draws);
    float *path = scheduler_read(g->tensors, "out.trajectory", &path_n);
    float *inputs = scheduler_read(g->tensors, "out.model_inputs", &inputs_n);
    float *end = scheduler_read(g->tensors, end_name, &end_n);
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
            compare(g->name, "trajectory", x, p, n, 2e-5 * largest(p, n));
            compare(g->name, "model_inputs", input, q, n, 2e-5 * largest(q, n));
        }
    }
    CHECK(drawn * n == draws || !good || !noise);
    if (good) {
        compare(g->name, end_name, x, end, n, golden_tolerance(g, end_name, "max_abs"));
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
    float *x = scheduler_read(g->tensors, "in.add_x", &n),
          *noise = scheduler_read(g->tensors, "in.add_noise", &n_noise);
    float *added = scheduler_read(g->tensors, "out.added", &n_added);
    int64_t call = 0;
    struct sampling s;
    const bool good = x && noise && added && n == n_noise && n == n_added &&
                      json_int(json_get(g->root, "add_noise_index"), 0, 99, &call, NULL);

    CHECK(good);
    if (good && start(&s, g, steps, n)) {
        sampling_add_noise(&s, x, x, noise, (int)call);
        compare(g->name, "added", x, added, n, fmax(1e-5, 2e-5 * largest(added, n)));
        sampling_clear(&s);
    }
    free(x);
    free(noise);
    free(added);
}

static void test_case(const struct named *named)
{
    static const int steps[] = { 1, 6, 20, 50 };
    char name[64];
    struct golden g;

    snprintf(name, sizeof(name), "sched_%s", named->name);
    if (!golden_open(&g, name, named->small))
        return;
    for (int i = 0; i < 4; i++)
        test_tables(&g, steps[i]);
    test_run(&g, 6, "in.x0", "in.noise", "out.x", true);
    test_run(&g, 1, "in.one_x0", "in.one_noise", "out.one_step", false);
    test_add_noise(&g, 6);
    golden_close(&g);
}

static void test_excluded(const struct named *named)
{
    char name[64];
    struct golden g;
    struct schedule_config c;
    struct sampling s;
    ebru_error err = { 0 };

    snprintf(name, sizeof(name), "sched_%s", named->name);
    if (!golden_open(&g, name, named->small))
        return;
    printf("excluded: %s\n", name);
    CHECK(scheduler_config(&c, g.root));
    CHECK(!sampling_init(&s, "auto", "auto", &c, 6, 1, &err));
    CHECK(err.status == EBRU_BAD_REQUEST);
    /* but its facts are good enough for another sampler */
    CHECK(sampling_init(&s, "euler", "karras", &c, 6, 1, &err));
    sampling_clear(&s);
    golden_close(&g);
}

static void test_alphas(void)
{
    static const char *const names[] = { "out.alphas_cumprod", "out.alphas_cumprod_zsnr",
                                         "out.sigmas_train" };
    struct golden g;
    float got[1000];
    size_t n;

    if (!golden_open(&g, "sched_alphas", true))
        return;
    for (int i = 0; i < 3; i++) {
        struct schedule_config c;
        float *want = scheduler_read(g.tensors, names[i], &n);
        schedule_config_init(&c, NULL);
        c.beta_start = 0.00085;
        c.beta_end = 0.012;
        c.beta_schedule = BETAS_SCALED_LINEAR;
        c.zero_snr = i == 1;
        schedule_alphas(got, &c);
        CHECK(want && n == 1000);
        for (int t = 0; i == 2 && t < 1000; t++)
            got[t] = sqrtf((1 - got[t]) / got[t]);
        /* to the last bit: what follows from them is ill-conditioned at large sigma */
        CHECK(want && !memcmp(got, want, sizeof(got)));
        free(want);
    }
    golden_close(&g);
}

static bool is_listed(const char *name)
{
    for (int k = 0; k < CASES; k++)
        if (!strcmp(name, cases[k].name))
            return true;
    for (int k = 0; k < EXCLUDED; k++)
        if (!strcmp(name, excluded[k].name))
            return true;
    printf("no test of %s\n", name);
    return false;
}

/* Nothing of the index may be left out unnoticed. */
static void test_index(void)
{
    char path[GOLDEN_PATH];
    struct json *index = json_open(golden_path(path, "index.json"), 1 << 24, NULL);
    struct json_iter i;
    int found = 0;

    CHECK(index);
    if (!index)
        return;
    i = json_iterate(json_get(json_root(index), "cases"));
    while (json_next(&i)) {
        const char *name = "", *kind = "";
        json_get_string(i.value, "name", &name, NULL);
        json_get_string(i.value, "kind", &kind, NULL);
        if (strcmp(kind, "scheduler") != 0)
            continue;
        CHECK(is_listed(name + strlen("sched_")));
        found++;
    }
    CHECK(found == CASES + EXCLUDED);
    json_close(index);
}

int main(void)
{
    for (int i = 0; i < CASES; i++)
        test_case(&cases[i]);
    test_alphas();
    for (int i = 0; i < EXCLUDED; i++)
        test_excluded(&excluded[i]);
    if (check_shared())
        test_index();
    printf("worst ratio to tolerance: %.3f (%s)\n", worst, worst_at);
    return check_done();
}
