/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The tables, what a model may say of itself, and runs that stop, go on or cannot be. */
#include "../check.h"
#include "samplers/samplers.h"

#include <string.h>

static const char *const names[] = {
    "ddim",     "ddpm",         "pndm",           "lms",      "euler",        "euler-ancestral",
    "heun",     "dpm2",         "dpm2-ancestral", "dpmpp-2m", "dpmpp-2m-sde", "dpmpp-sde",
    "dpmpp-3m", "dpmpp-3m-sde", "dpmpp-2s",       "deis",     "unipc",        "lcm",
};
enum { NAMES = sizeof(names) / sizeof(names[0]) };

static bool set_number(struct schedule_config *c, const char *key, double value)
{
    return schedule_config_set(c, key, (struct config_value){ CONFIG_NUMBER, value, NULL }, NULL);
}

static bool set_bool(struct schedule_config *c, const char *key, bool value)
{
    return schedule_config_set(c, key, (struct config_value){ CONFIG_BOOL, value, NULL }, NULL);
}

static bool set_string(struct schedule_config *c, const char *key, const char *value)
{
    return schedule_config_set(c, key, (struct config_value){ CONFIG_STRING, 0, value }, NULL);
}

/* scheduler_config.json of Stable Diffusion 1.5, as published. */
static struct schedule_config sd15(void)
{
    struct schedule_config c;

    schedule_config_init(&c, NULL);
    CHECK(set_string(&c, "_class_name", "PNDMScheduler"));
    CHECK(set_string(&c, "_diffusers_version", "0.6.0"));
    CHECK(set_number(&c, "beta_end", 0.012));
    CHECK(set_string(&c, "beta_schedule", "scaled_linear"));
    CHECK(set_number(&c, "beta_start", 0.00085));
    CHECK(set_number(&c, "num_train_timesteps", 1000));
    CHECK(set_bool(&c, "set_alpha_to_one", false));
    CHECK(set_bool(&c, "skip_prk_steps", true));
    CHECK(set_number(&c, "steps_offset", 1));
    CHECK(schedule_config_set(&c, "trained_betas", (struct config_value){ CONFIG_NULL, 0, NULL },
                              NULL));
    CHECK(set_bool(&c, "clip_sample", false));
    return c;
}

static void test_tables(void)
{
    const char *label = NULL;
    const struct sampler *row;
    int rows = 0;

    for (int i = 0; i < NAMES; i++)
        CHECK(sampler_find(names[i]) && !strcmp(sampler_find(names[i])->name, names[i]));
    for (; (row = sampler_at(rows)); rows++) {
        CHECK(sampler_find(row->name) == row);
        CHECK(sampler_choice(rows + 1, &label) == row->name && label == row->label);
        CHECK(row->label[0] && row->step && row->tables && row->calls_per_step >= 1);
    }
    CHECK(rows == NAMES);
    CHECK(!sampler_at(-1) && !sampler_find("auto") && !sampler_find(""));
    CHECK(!strcmp(sampler_choice(0, &label), "auto") && !sampler_choice(rows + 1, &label));
    CHECK(!sampler_choice(-1, NULL) && !schedule_choice(-1, NULL));

    CHECK(!strcmp(schedule_choice(0, &label), "auto"));
    CHECK(!schedule_choice(6, NULL));
    CHECK(!strcmp(schedule_find("sgm-uniform"), "trailing"));
    CHECK(!strcmp(schedule_find("karras"), "karras") && !schedule_find("beta"));
}

/* Another sampler keeps what the model says and nothing that its class only assumes. */
static void test_defaults(void)
{
    struct schedule_config model = sd15(), c = model;

    schedule_config_complete(&c, "PNDMScheduler");
    CHECK(c.spacing == SPACING_LEADING && c.steps_offset == 1 && !c.set_alpha_to_one);
    c = model;
    schedule_config_complete(&c, "EulerDiscreteScheduler");
    CHECK(c.spacing == SPACING_LINSPACE && c.steps_offset == 1);
    CHECK(c.beta_schedule == BETAS_SCALED_LINEAR && c.beta_end == 0.012);
    c = model;
    schedule_config_complete(&c, "DDIMScheduler");
    CHECK(c.spacing == SPACING_LEADING && !c.clip_sample && !c.set_alpha_to_one);
    c = model;
    c.given = 0;
    schedule_config_complete(&c, "DDIMScheduler");
    CHECK(c.clip_sample && c.set_alpha_to_one && c.beta_end == 0.02);
    c.given = 0;
    schedule_config_complete(&c, "DPMSolverSinglestepScheduler");
    CHECK(!c.lower_order_final && !c.clip_sample && c.spacing == SPACING_LINSPACE);
    c.given = 0;
    schedule_config_complete(&c, "LCMScheduler");
    CHECK(c.beta_schedule == BETAS_SCALED_LINEAR && c.beta_start == 0.00085);

    /* trailing is given, and kept by all but the class that has no spacing */
    CHECK(set_string(&model, "timestep_spacing", "trailing"));
    CHECK(set_bool(&model, "use_karras_sigmas", true));
    c = model;
    schedule_config_complete(&c, "UniPCMultistepScheduler");
    CHECK(c.spacing == SPACING_TRAILING && c.karras && c.solver == SOLVER_BH2);
    c = model;
    schedule_config_complete(&c, "DDPMScheduler");
    CHECK(c.spacing == SPACING_TRAILING && !c.karras);
    c = model;
    schedule_config_complete(&c, "DPMSolverSinglestepScheduler");
    CHECK(c.spacing == SPACING_LINSPACE && c.karras);
}

static const char *own(struct schedule_config c)
{
    const char *name = schedule_config_sampler(&c, NULL);

    return name ? name : "";
}

static void test_auto(void)
{
    struct schedule_config c = sd15();

    CHECK(!strcmp(own(c), "pndm"));
    schedule_config_init(&c, "DPMSolverMultistepScheduler");
    CHECK(!strcmp(own(c), "dpmpp-2m"));
    CHECK(set_number(&c, "solver_order", 3) && !strcmp(own(c), "dpmpp-3m"));
    CHECK(set_string(&c, "algorithm_type", "sde-dpmsolver++") && !strcmp(own(c), "dpmpp-3m-sde"));
    CHECK(set_number(&c, "solver_order", 2) && !strcmp(own(c), "dpmpp-2m-sde"));
    CHECK(set_string(&c, "algorithm_type", "dpmsolver") && !strcmp(own(c), ""));
    CHECK(set_string(&c, "_class_name", "HeunDiscreteScheduler") && !strcmp(own(c), "heun"));
    CHECK(set_bool(&c, "use_lu_lambdas", true) && !strcmp(own(c), ""));
    schedule_config_init(&c, "PNDMScheduler");
    CHECK(set_bool(&c, "skip_prk_steps", false) && !strcmp(own(c), ""));
    schedule_config_init(&c, "TCDScheduler");
    CHECK(!strcmp(own(c), ""));
    schedule_config_init(&c, NULL);
    CHECK(!strcmp(own(c), ""));
}

/* Karras' schedule that goes with a model's own sampler is not inherited by one that is named,
 * where that of a scheduler_config.json is; who names a schedule gets it. */
static void test_own_karras(void)
{
    static const struct {
        const char *sampler, *schedule;
        bool karras, inherited;
    } rows[] = { { "auto", "auto", true, true },
                 { "auto", "linspace", false, false },
                 { "dpmpp-2m", "auto", false, true },
                 { "euler", "auto", false, true },
                 { "euler", "karras", true, true } };
    struct schedule_config own = sd15(), given = sd15();

    snprintf(own.class_name, sizeof(own.class_name), "DPMSolverMultistepScheduler");
    own.own_karras = true;
    CHECK(set_bool(&given, "use_karras_sigmas", true));
    snprintf(given.class_name, sizeof(given.class_name), "DPMSolverMultistepScheduler");
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct sampling s;
        CHECK(sampling_init(&s, rows[i].sampler, rows[i].schedule, &own, 5, 4, NULL));
        CHECK(s.config.karras == rows[i].karras);
        sampling_clear(&s);
        CHECK(sampling_init(&s, rows[i].sampler, rows[i].schedule, &given, 5, 4, NULL));
        CHECK(s.config.karras == rows[i].inherited);
        sampling_clear(&s);
    }
}

static void check_names_used(const char *sampler, const char *schedule,
                             const struct schedule_config *c, const char *want)
{
    const char *a, *b;
    char both[64];

    CHECK(sampling_names(sampler, schedule, c, &a, &b));
    snprintf(both, sizeof(both), "%s %s", a, b);
    CHECK(!strcmp(both, want));
}

static void test_names(void)
{
    struct schedule_config c = sd15(), own = sd15();
    const char *a = "as it was", *b = a;

    check_names_used(NULL, NULL, &c, "pndm leading");
    check_names_used("euler", "auto", &c, "euler linspace");
    check_names_used("euler", "sgm-uniform", &c, "euler trailing");
    check_names_used("lcm", "auto", &c, "lcm auto");
    CHECK(set_bool(&c, "use_exponential_sigmas", true));
    check_names_used("dpmpp-2m", "auto", &c, "dpmpp-2m exponential");
    snprintf(own.class_name, sizeof(own.class_name), "DPMSolverMultistepScheduler");
    own.own_karras = true;
    check_names_used("auto", "auto", &own, "dpmpp-2m karras");
    check_names_used("unipc", "auto", &own, "unipc linspace");
    CHECK(!sampling_names("none", "auto", &c, &a, &b) && !strcmp(a, "as it was") && a == b);
}

static void test_bad_values(void)
{
    struct schedule_config c = sd15();

    CHECK(!set_number(&c, "num_train_timesteps", 1000.5));
    CHECK(!set_number(&c, "num_train_timesteps", 1));
    CHECK(!set_number(&c, "num_train_timesteps", 1e9));
    CHECK(!set_number(&c, "beta_start", NAN));
    CHECK(!set_number(&c, "beta_start", -1e-9));
    CHECK(!set_number(&c, "solver_order", 4));
    CHECK(!set_number(&c, "clip_sample", 1));
    CHECK(!set_bool(&c, "steps_offset", true));
    CHECK(!set_number(&c, "prediction_type", 0));
    CHECK(!set_string(&c, "prediction_type", "noise"));
    CHECK(!set_bool(&c, "_class_name", true));
    CHECK(!schedule_config_set(&c, "trained_betas", (struct config_value){ CONFIG_OTHER, 0, NULL },
                               NULL));
    CHECK(set_string(&c, "anything else", "passes"));
    CHECK(c.train_steps == 1000 && c.beta_start == 0.00085);
}

/* ---- Runs ---------------------------------------------------------------- */

static bool is_empty(const struct sampling *s)
{
    static const struct sampling empty;

    return s->sampler == NULL && s->timestep == NULL && s->n == empty.n && s->calls == 0;
}

static void refused(const struct schedule_config *c, const char *sampler, const char *schedule,
                    int steps, ebru_status status)
{
    struct sampling s;
    ebru_error err = { 0 };

    CHECK(!sampling_init(&s, sampler, schedule, c, steps, 4, &err));
    CHECK(err.status == status && err.message[0]);
    CHECK(is_empty(&s));
    sampling_clear(&s);
}

static void test_refusals(void)
{
    struct schedule_config c = sd15();
    struct sampling s;
    ebru_error err = { 0 };

    refused(&c, "eulr", "auto", 20, EBRU_BAD_REQUEST);
    refused(&c, "euler", "beta", 20, EBRU_BAD_REQUEST);
    refused(&c, "euler", "auto", 0, EBRU_BAD_REQUEST);
    refused(&c, "euler", "auto", 1001, EBRU_BAD_REQUEST);
    refused(&c, "ddim", "karras", 20, EBRU_BAD_REQUEST);
    refused(&c, "lcm", "trailing", 20, EBRU_BAD_REQUEST);
    refused(&c, "lcm", "auto", 51, EBRU_BAD_REQUEST);
    refused(&c, "dpmpp-2m", "leading", 1000, EBRU_BAD_REQUEST);
    CHECK(!sampling_init(&s, "lms", "auto", &c, 20, (size_t)-1 / 8, &err));
    CHECK(err.status == EBRU_NO_MEMORY && is_empty(&s));

    CHECK(set_bool(&c, "rescale_betas_zero_snr", true));
    refused(&c, "ddim", "trailing", 20, EBRU_BAD_REQUEST);
    CHECK(set_string(&c, "prediction_type", "v_prediction"));
    CHECK(sampling_init(&s, "ddim", "trailing", &c, 20, 4, &err));
    sampling_clear(&s);

    CHECK(set_bool(&c, "use_beta_sigmas", true));
    refused(&c, "euler", "auto", 20, EBRU_BAD_REQUEST);
    CHECK(set_number(&c, "steps_offset", 999));
    refused(&c, "ddim", "leading", 20, EBRU_BAD_MODEL);
    CHECK(set_number(&c, "beta_start", 0) && set_number(&c, "beta_end", 0));
    refused(&c, "euler", "karras", 20, EBRU_BAD_MODEL);
    CHECK(set_number(&c, "beta_end", 1));
    refused(&c, "euler", "karras", 20, EBRU_BAD_MODEL);
}

static void toy_network(float *output, const float *x, size_t n, float t)
{
    for (size_t i = 0; i < n; i++)
        output[i] = 0.7f * x[i] / (1 + fabsf(x[i])) + 0.05f * t / 1000;
}

enum { N = 3 };

static void take_call(struct sampling *s, float *x, int call)
{
    float input[N], output[N];
    const float noise[N] = { 0.3f, -1.1f, 0.02f * (float)call };

    sampling_input(s, input, x, call);
    toy_network(output, input, N, s->timestep[call]);
    sampling_step(s, x, output, sampling_takes_noise(s, call) ? noise : NULL, call);
}

static void start(const struct sampling *s, float *x)
{
    for (int i = 0; i < N; i++)
        x[i] = ((float)i - 0.8f) * sampling_start_scale(s);
}

/* Saved after any call and taken up by a new run: the same bits. */
static void test_continue(const char *name, double strength)
{
    const struct schedule_config c = sd15();
    struct sampling whole, part;
    float x[N], y[N], kept[N];

    CHECK(sampling_init(&whole, name, "auto", &c, 7, N, NULL));
    sampling_start_at(&whole, strength);
    for (int stop = whole.first; stop < whole.calls; stop++) {
        CHECK(sampling_init(&part, name, "auto", &c, 7, N, NULL));
        sampling_start_at(&part, strength);
        start(&whole, x);
        for (int call = whole.first; call < whole.calls; call++) {
            if (call == stop) {
                const size_t bytes = (size_t)whole.sampler->history * N * sizeof(float);
                memcpy(part.history, whole.history, bytes);
                memcpy(kept, x, sizeof(x));
            }
            take_call(&whole, x, call);
        }
        memcpy(y, kept, sizeof(y));
        for (int call = stop; call < part.calls; call++)
            take_call(&part, y, call);
        CHECK(!memcmp(x, y, sizeof(x)));
        CHECK(!memcmp(whole.denoised, part.denoised, sizeof(x)));
        sampling_clear(&part);
    }
    sampling_clear(&whole);
}

/* diffusers' get_timesteps(): of 10 steps, int(10 strength) are left. */
static void test_strength(const char *name)
{
    static const struct {
        double strength;
        int left;
    } cases[] = { { 0, 0 },   { 0.05, 0 }, { 0.1, 1 }, { 0.55, 5 },
                  { 0.7, 7 }, { 1, 10 },   { -1, 0 },  { 7, 10 } };
    const struct schedule_config c = sd15();
    const float picture[N] = { 1, 2, 3 }, noise[N] = { 1, 1, 1 };
    struct sampling s;
    float x[N];

    CHECK(sampling_init(&s, name, "auto", &c, 10, N, NULL));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        sampling_start_at(&s, cases[i].strength);
        CHECK(s.first ==
              (cases[i].left ? (10 - cases[i].left) * s.sampler->calls_per_step : s.calls));
    }
    sampling_add_noise(&s, x, picture, noise, s.calls);
    CHECK(!memcmp(x, picture, sizeof(x)));
    sampling_add_noise(&s, x, picture, noise, 0);
    CHECK(memcmp(x, picture, sizeof(x)) != 0);
    sampling_clear(&s);
}

/* Whatever is accepted runs through with finite numbers to the end. */
static void test_finite(const char *name)
{
    static const int steps[] = { 1, 2, 3, 4, 14, 15, 50, 333, 999, 1000 };
    const struct schedule_config c = sd15();
    const char *schedule;
    struct sampling s;
    float x[N];
    int ran = 0;

    for (int i = 0; (schedule = schedule_choice(i, NULL)); i++)
        for (size_t k = 0; k < sizeof(steps) / sizeof(steps[0]); k++) {
            if (!sampling_init(&s, name, schedule, &c, steps[k], N, NULL))
                continue;
            start(&s, x);
            for (int call = 0; call < s.calls; call++) {
                CHECK(s.timestep[call] >= 0 && s.timestep[call] <= 1000);
                take_call(&s, x, call);
            }
            CHECK(isfinite(x[0]) && isfinite(x[1]) && isfinite(x[2]));
            if (!isfinite(x[0]))
                printf("%s, %s, %d steps\n", name, schedule, steps[k]);
            sampling_clear(&s);
            ran++;
        }
    CHECK(ran >= 7);
}

int main(void)
{
    test_tables();
    test_defaults();
    test_auto();
    test_own_karras();
    test_names();
    test_bad_values();
    test_refusals();
    for (int i = 0; i < NAMES; i++) {
        test_continue(names[i], 1);
        test_continue(names[i], 0.6);
        test_strength(names[i]);
        test_finite(names[i]);
    }
    return check_done();
}
