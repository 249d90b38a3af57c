/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * How fast every sampler converges, against exact solutions.
 *
 * The probability flow with a network that says D of x is dx/dsigma = (x - D) /
 * sigma. If the data are normal numbers of variance V, D is x V / (V + sigma^2)
 * and x falls as sqrt(V + sigma^2). Twice the right side is the mean of the
 * reverse SDE, which the noisy kinds compute when their noise is 0. There the D
 * above would be constant on the way and any formula exact, so they get D = a x
 * and x falls as sigma^(2 - 2a). A slip of an index in a multistep formula still
 * gives a picture, but shows here.
 */
#include "../check.h"
#include "samplers/samplers.h"

#include <string.h>

struct expectation {
    const char *sampler;
    double order; /* 0: no solver of the equation */
    bool mean;    /* of the SDE */
};

static const struct expectation expectations[] = {
    { "euler", 1, false },       { "euler-ancestral", 1, true },
    { "ddim", 1, false },        { "ddpm", 1, true },
    { "lcm", 0, false },         { "heun", 2, false },
    { "dpm2", 2, false },        { "dpm2-ancestral", 2, true },
    { "dpmpp-sde", 2, true },    { "dpmpp-2m", 2, false },
    { "dpmpp-2m-sde", 2, true }, { "dpmpp-3m", 2, false }, /* not 3: see dpmpp.c */
    { "dpmpp-3m-sde", 3, true }, { "dpmpp-2s", 2, false },
    { "lms", 4, false },         { "pndm", 2, false },
    { "deis", 2, false },        { "unipc", 3, false }, /* second order and its corrector */
};
enum { EXPECTATIONS = sizeof(expectations) / sizeof(expectations[0]) };

enum { TRAIN_STEPS = 12800 };
static const double VARIANCE = 0.25, PART = 0.3;

/* So many timesteps that the numbers of steps divide them: DDIM's are even. */
static struct schedule_config config(void)
{
    struct schedule_config c;
    const struct {
        const char *key;
        struct config_value value;
    } facts[] = { { "num_train_timesteps", { CONFIG_NUMBER, TRAIN_STEPS, NULL } },
                  { "beta_start", { CONFIG_NUMBER, 0.1 / TRAIN_STEPS, NULL } },
                  { "beta_end", { CONFIG_NUMBER, 10.0 / TRAIN_STEPS, NULL } },
                  { "beta_schedule", { CONFIG_STRING, 0, "linear" } },
                  { "clip_sample", { CONFIG_BOOL, 0, NULL } } };

    schedule_config_init(&c, NULL);
    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
        CHECK(schedule_config_set(&c, facts[i].key, facts[i].value, NULL));
    return c;
}

/* 1, or what x is multiplied by for the picture to keep its variance. */
static double scale(const struct sampling *s, double sigma)
{
    return s->sampler->space == SPACE_SIGMA ? 1 : 1 / sqrt(sigma * sigma + 1);
}

static double picture(const struct expectation *e, double x, double sigma)
{
    return e->mean ? PART * x : x * VARIANCE / (VARIANCE + sigma * sigma);
}

static double path(const struct expectation *e, double sigma)
{
    return e->mean ? pow(sigma, 2 - 2 * PART) : sqrt(VARIANCE + sigma * sigma);
}

static bool begin(struct sampling *s, const char *name, int steps)
{
    const struct schedule_config c = config();
    const bool curves = sampler_find(name)->curves, spacings = sampler_find(name)->spacings;
    const char *schedule = curves ? "karras" : spacings ? "leading" : "auto";
    ebru_error err = { 0 };
    const bool good = sampling_init(s, name, schedule, &c, steps, 1, &err);

    if (!good)
        printf("%s: %s\n", name, err.message);
    CHECK(good);
    return good;
}

/* The relative error where the last step begins: that to no noise at all is
 * taken in first order by most. DDIM's kind stop where their even timesteps are
 * not yet coarse for the noise. x is put right after each of the first calls,
 * for which there is no history yet. */
static double run_error(const struct expectation *e, int steps)
{
    const float noise = 0;
    struct sampling s;
    double got = 0, want = 1;
    float x;

    if (!begin(&s, e->sampler, steps))
        return NAN;
    x = (float)(path(e, s.sigma[0]) * scale(&s, s.sigma[0]));
    for (int call = 0; call + 1 < s.calls; call++) {
        const double sigma = s.level[call], end = s.level[call + 1];
        const double before = x / scale(&s, sigma);
        const float output = (float)((before - picture(e, before, sigma)) / sigma);
        if (s.sampler->space == SPACE_STEPS && s.timestep[call] < TRAIN_STEPS / 5.0f)
            break;
        sampling_step(&s, &x, &output, &noise, call);
        want = path(e, end);
        if (s.sampler->calls_per_step == 1 && call < 4)
            x = (float)(want * scale(&s, end));
        got = x / scale(&s, end);
    }
    sampling_clear(&s);
    return fabs(got - want) / want;
}

static void test_order(const struct expectation *e)
{
    const double coarse = run_error(e, 80), fine = run_error(e, 160);
    const double order = log2(coarse / fine);

    printf("%-16s %.1e %.1e order %.2f\n", e->sampler, coarse, fine, order);
    CHECK_NEAR(order, e->order, 0.25); /* the next is 1 away */
}

/* A network that always says the same picture is believed in the end, by all. */
static void test_constant(const char *name)
{
    const float noise = 0, constant = 0.7f;
    struct sampling s;
    float x = 0;

    if (!begin(&s, name, 20))
        return;
    x = sampling_start_scale(&s);
    for (int call = 0; call < s.calls; call++) {
        const double sigma = s.level[call], before = x / scale(&s, sigma);
        const float output = (float)((before - (double)constant) / sigma);
        sampling_step(&s, &x, &output, &noise, call);
        CHECK_NEAR(s.denoised[0], constant, 1e-3);
    }
    CHECK_NEAR(x, constant, 0.01);
    sampling_clear(&s);
}

int main(void)
{
    const struct sampler *row;

    for (int i = 0; (row = sampler_at(i)); i++) {
        const struct expectation *e = NULL;
        for (int k = 0; k < EXPECTATIONS; k++)
            if (!strcmp(expectations[k].sampler, row->name))
                e = &expectations[k];
        if (!e)
            printf("no expectation for %s\n", row->name);
        CHECK(e);
        if (e && e->order > 0)
            test_order(e);
        test_constant(row->name);
    }
    return check_done();
}
