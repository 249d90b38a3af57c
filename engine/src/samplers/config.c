/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "samplers/config.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum fact_kind { FACT_INT, FACT_REAL, FACT_BOOL, FACT_NAME };

struct fact {
    const char *key;
    enum fact_kind kind;
    size_t offset;
    double min, max;
    const char *const *names; /* of FACT_NAME, by value; two names may mean the same */
};

/* Values beyond the last name that has a meaning of its own are all the last. */
static const char *const beta_schedules[] = { "linear", "scaled_linear", "squaredcos_cap_v2",
                                              NULL };
static const char *const predictions[] = { "epsilon", "v_prediction", "sample", NULL };
static const char *const spacings[] = { "leading", "trailing", "linspace", NULL };
static const char *const final_sigmas[] = { "zero", "sigma_min", NULL };
static const char *const algorithms[] = { "dpmsolver++", "sde-dpmsolver++",
                                          "dpmsolver",   "sde-dpmsolver",
                                          "deis",        NULL };
static const char *const solvers[] = { "midpoint", "heun", "bh1", "bh2", "logrho", NULL };
static const char *const variances[] = {
    "fixed_small",   "fixed_large", "fixed_small_log", "fixed_large_log", "learned",
    "learned_range", NULL
};

enum {
    TRAIN_STEPS,
    BETA_START,
    BETA_END,
    BETA_SCHEDULE,
    PREDICTION,
    SPACING,
    OFFSET,
    ZERO_SNR,
    ALPHA_TO_ONE,
    CLIP,
    CLIP_RANGE,
    KARRAS,
    EXPONENTIAL,
    SIGMA_MIN,
    SIGMA_MAX,
    FINAL_SIGMA,
    ORDER,
    ALGORITHM,
    SOLVER,
    LOWER_FINAL,
    EULER_FINAL,
    LAMBDA_MIN,
    SKIP_PRK,
    VARIANCE,
    ORIGINAL_STEPS,
    SCALING,
    ETA,
    FACTS
};

#define AT(field) offsetof(struct schedule_config, field)
static const struct fact facts[FACTS] = {
    [TRAIN_STEPS] = { "num_train_timesteps", FACT_INT, AT(train_steps), 2, 1e6, NULL },
    [BETA_START] = { "beta_start", FACT_REAL, AT(beta_start), 0, 1, NULL },
    [BETA_END] = { "beta_end", FACT_REAL, AT(beta_end), 0, 1, NULL },
    [BETA_SCHEDULE] = { "beta_schedule", FACT_NAME, AT(beta_schedule), 0, 0, beta_schedules },
    [PREDICTION] = { "prediction_type", FACT_NAME, AT(prediction), 0, 0, predictions },
    [SPACING] = { "timestep_spacing", FACT_NAME, AT(spacing), 0, 0, spacings },
    [OFFSET] = { "steps_offset", FACT_INT, AT(steps_offset), 0, 1e6, NULL },
    [ZERO_SNR] = { "rescale_betas_zero_snr", FACT_BOOL, AT(zero_snr), 0, 1, NULL },
    [ALPHA_TO_ONE] = { "set_alpha_to_one", FACT_BOOL, AT(set_alpha_to_one), 0, 1, NULL },
    [CLIP] = { "clip_sample", FACT_BOOL, AT(clip_sample), 0, 1, NULL },
    [CLIP_RANGE] = { "clip_sample_range", FACT_REAL, AT(clip_range), 0, 1e6, NULL },
    [KARRAS] = { "use_karras_sigmas", FACT_BOOL, AT(karras), 0, 1, NULL },
    [EXPONENTIAL] = { "use_exponential_sigmas", FACT_BOOL, AT(exponential), 0, 1, NULL },
    [SIGMA_MIN] = { "sigma_min", FACT_REAL, AT(sigma_min), 0, 1e6, NULL },
    [SIGMA_MAX] = { "sigma_max", FACT_REAL, AT(sigma_max), 0, 1e6, NULL },
    [FINAL_SIGMA] = { "final_sigmas_type", FACT_NAME, AT(final_sigma), 0, 0, final_sigmas },
    [ORDER] = { "solver_order", FACT_INT, AT(solver_order), 1, 3, NULL },
    [ALGORITHM] = { "algorithm_type", FACT_NAME, AT(algorithm), 0, 0, algorithms },
    [SOLVER] = { "solver_type", FACT_NAME, AT(solver), 0, 0, solvers },
    [LOWER_FINAL] = { "lower_order_final", FACT_BOOL, AT(lower_order_final), 0, 1, NULL },
    [EULER_FINAL] = { "euler_at_final", FACT_BOOL, AT(euler_at_final), 0, 1, NULL },
    [LAMBDA_MIN] = { "lambda_min_clipped", FACT_REAL, AT(lambda_min), -INFINITY, 1e6, NULL },
    [SKIP_PRK] = { "skip_prk_steps", FACT_BOOL, AT(skip_prk), 0, 1, NULL },
    [VARIANCE] = { "variance_type", FACT_NAME, AT(variance), 0, 0, variances },
    [ORIGINAL_STEPS] = { "original_inference_steps", FACT_INT, AT(original_steps), 1, 1e6, NULL },
    [SCALING] = { "timestep_scaling", FACT_REAL, AT(timestep_scaling), 0, 1e6, NULL },
    [ETA] = { "eta", FACT_REAL, AT(eta), 0, 1, NULL },
};

/* Asking for these with true is asking for something we do not have. */
static const char *const unsupported[] = { "thresholding",         "use_beta_sigmas",
                                           "use_lu_lambdas",       "use_flow_sigmas",
                                           "use_dynamic_shifting", NULL };

/* ---- Classes ------------------------------------------------------------- */

static const struct schedule_config neutral = {
    .train_steps = 1000,
    .beta_start = 0.0001,
    .beta_end = 0.02,
    .beta_schedule = BETAS_LINEAR,
    .spacing = SPACING_LINSPACE,
    .clip_range = 1,
    .solver_order = 2,
    .lower_order_final = true,
    .lambda_min = -INFINITY,
    .skip_prk = true, /* false in diffusers: Runge-Kutta steps first, which we lack */
    .original_steps = 50,
    .timestep_scaling = 10,
};

enum {
    BIT_SPACING = 1u << SPACING | 1u << OFFSET,
    BIT_ZERO_SNR = 1u << ZERO_SNR,
    BIT_ONE = 1u << ALPHA_TO_ONE,
    BIT_CLIP = 1u << CLIP | 1u << CLIP_RANGE,
    BIT_CURVES = 1u << KARRAS | 1u << EXPONENTIAL,
    BIT_ENDS = 1u << SIGMA_MIN | 1u << SIGMA_MAX,
    BIT_FINAL = 1u << FINAL_SIGMA,
    BIT_ORDER = 1u << ORDER | 1u << SOLVER | 1u << LOWER_FINAL,
    BIT_DPM = BIT_ORDER | 1u << ALGORITHM | 1u << LAMBDA_MIN | BIT_FINAL | BIT_CURVES,
    BIT_ALL = 1u << TRAIN_STEPS | 1u << BETA_START | 1u << BETA_END | 1u << BETA_SCHEDULE |
              1u << PREDICTION
};

/* What a constructor of diffusers knows beyond BIT_ALL, and which of its
 * defaults differ from `neutral`. */
struct scheduler_class {
    const char *name;
    const char *sampler;
    unsigned knows;
    unsigned flipped; /* bool facts */
    int spacing;
    int solver;
    enum { OLD_BETAS, LATENT_BETAS, LATENT_SCALED_BETAS } betas;
};

static const struct scheduler_class classes[] = {
    { "DDIMScheduler", "ddim", BIT_SPACING | BIT_ZERO_SNR | BIT_ONE | BIT_CLIP | 1u << ETA,
      BIT_ONE | 1u << CLIP, SPACING_LEADING, 0, OLD_BETAS },
    { "DDPMScheduler", "ddpm", BIT_SPACING | BIT_ZERO_SNR | BIT_CLIP | 1u << VARIANCE, 1u << CLIP,
      SPACING_LEADING, 0, OLD_BETAS },
    { "PNDMScheduler", "pndm", BIT_SPACING | BIT_ONE | 1u << SKIP_PRK, 0, SPACING_LEADING, 0,
      OLD_BETAS },
    { "LMSDiscreteScheduler", "lms", BIT_SPACING | BIT_CURVES, 0, SPACING_LINSPACE, 0, OLD_BETAS },
    { "EulerDiscreteScheduler", "euler",
      BIT_SPACING | BIT_ZERO_SNR | BIT_CURVES | BIT_ENDS | BIT_FINAL, 0, SPACING_LINSPACE, 0,
      OLD_BETAS },
    { "EulerAncestralDiscreteScheduler", "euler-ancestral", BIT_SPACING | BIT_ZERO_SNR, 0,
      SPACING_LINSPACE, 0, OLD_BETAS },
    { "HeunDiscreteScheduler", "heun", BIT_SPACING | BIT_CURVES | BIT_CLIP, 0, SPACING_LINSPACE, 0,
      LATENT_BETAS },
    { "KDPM2DiscreteScheduler", "dpm2", BIT_SPACING | BIT_CURVES, 0, SPACING_LINSPACE, 0,
      LATENT_BETAS },
    { "KDPM2AncestralDiscreteScheduler", "dpm2-ancestral", BIT_SPACING | BIT_CURVES, 0,
      SPACING_LINSPACE, 0, LATENT_BETAS },
    { "DPMSolverSDEScheduler", "dpmpp-sde", BIT_SPACING | BIT_CURVES, 0, SPACING_LINSPACE, 0,
      LATENT_BETAS },
    { "DPMSolverMultistepScheduler", "dpmpp-2m",
      BIT_DPM | BIT_SPACING | BIT_ZERO_SNR | 1u << EULER_FINAL, 0, SPACING_LINSPACE,
      SOLVER_MIDPOINT, OLD_BETAS },
    { "DPMSolverSinglestepScheduler", "dpmpp-2s", BIT_DPM, 1u << LOWER_FINAL, SPACING_LINSPACE,
      SOLVER_MIDPOINT, OLD_BETAS },
    { "DEISMultistepScheduler", "deis", BIT_ORDER | BIT_SPACING | BIT_CURVES, 0, SPACING_LINSPACE,
      SOLVER_LOGRHO, OLD_BETAS },
    { "UniPCMultistepScheduler", "unipc",
      BIT_ORDER | BIT_SPACING | BIT_CURVES | BIT_ENDS | BIT_FINAL | BIT_ZERO_SNR, 0,
      SPACING_LINSPACE, SOLVER_BH2, OLD_BETAS },
    { "LCMScheduler", "lcm",
      BIT_SPACING | BIT_ZERO_SNR | BIT_ONE | BIT_CLIP | 1u << ORIGINAL_STEPS | 1u << SCALING,
      BIT_ONE, SPACING_LEADING, 0, LATENT_SCALED_BETAS },
};

static const struct scheduler_class *find_class(const char *name)
{
    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
        if (!strcmp(classes[i].name, name))
            return &classes[i];
    return NULL;
}

/* ---- Facts --------------------------------------------------------------- */

static void put(struct schedule_config *c, int i, double value)
{
    char *at = (char *)c + facts[i].offset;

    if (facts[i].kind == FACT_REAL)
        *(double *)(void *)at = value;
    else if (facts[i].kind == FACT_BOOL)
        *(bool *)(void *)at = value != 0;
    else
        *(int *)(void *)at = (int)value;
}

static double take(const struct schedule_config *c, int i)
{
    const char *at = (const char *)c + facts[i].offset;

    if (facts[i].kind == FACT_REAL)
        return *(const double *)(const void *)at;
    if (facts[i].kind == FACT_BOOL)
        return *(const bool *)(const void *)at;
    return *(const int *)(const void *)at;
}

void schedule_config_init(struct schedule_config *c, const char *class_name)
{
    *c = neutral;
    if (class_name)
        snprintf(c->class_name, sizeof(c->class_name), "%s", class_name);
}

/* The name's place in the list; several spellings of one thing are folded. */
static bool set_name(struct schedule_config *c, int i, const char *name, ebru_error *err)
{
    int value = 0;

    while (facts[i].names[value] && strcmp(facts[i].names[value], name))
        value++;
    if (!facts[i].names[value])
        return fail(err, EBRU_BAD_MODEL, "%s is \"%.40s\", which is not known", facts[i].key, name);
    if (i == ALGORITHM)
        value = !strcmp(name, "deis")     ? ALGORITHM_DPMPP
                : value > ALGORITHM_OTHER ? ALGORITHM_OTHER
                                          : value;
    if (i == VARIANCE)
        value = !strcmp(name, "fixed_small_log") ? VARIANCE_FIXED_SMALL
                : value > VARIANCE_OTHER         ? VARIANCE_OTHER
                                                 : value;
    put(c, i, value);
    return true;
}

static bool set_fact(struct schedule_config *c, int i, struct config_value v, ebru_error *err)
{
    const struct fact *f = &facts[i];

    if (v.kind == CONFIG_NULL)
        return true;
    if (f->kind == FACT_NAME) {
        if (v.kind != CONFIG_STRING)
            return fail(err, EBRU_BAD_MODEL, "%s is not a string", f->key);
        if (!set_name(c, i, v.string, err))
            return false;
    } else {
        if (v.kind != (f->kind == FACT_BOOL ? CONFIG_BOOL : CONFIG_NUMBER))
            return fail(err, EBRU_BAD_MODEL, "%s is not a %s", f->key,
                        f->kind == FACT_BOOL ? "truth value" : "number");
        if (!(v.number >= f->min && v.number <= f->max) ||
            (f->kind == FACT_INT && v.number != floor(v.number)))
            return fail(err, EBRU_BAD_MODEL, "%s is %g, not %s from %g to %g", f->key, v.number,
                        f->kind == FACT_INT ? "a whole number" : "a number", f->min, f->max);
        put(c, i, v.number);
    }
    c->given |= 1u << i;
    return true;
}

/* Whether the key is no fact of ours but asks for something we cannot do. */
static bool lacks(const char *key, struct config_value v)
{
    if (v.kind == CONFIG_BOOL) {
        for (int i = 0; unsupported[i]; i++)
            if (!strcmp(key, unsupported[i]))
                return v.number != 0;
        return !strcmp(key, "predict_x0") && v.number == 0;
    }
    if (v.kind == CONFIG_STRING)
        return (!strcmp(key, "interpolation_type") && strcmp(v.string, "linear") != 0) ||
               (!strcmp(key, "timestep_type") && strcmp(v.string, "discrete") != 0);
    return false;
}

bool schedule_config_set(struct schedule_config *c, const char *key, struct config_value value,
                         ebru_error *err)
{
    if (!strcmp(key, "_class_name")) {
        if (value.kind != CONFIG_STRING)
            return fail(err, EBRU_BAD_MODEL, "%s is not a string", key);
        snprintf(c->class_name, sizeof(c->class_name), "%s", value.string);
        return true;
    }
    for (int i = 0; i < FACTS; i++)
        if (!strcmp(key, facts[i].key))
            return set_fact(c, i, value, err);
    if (!strcmp(key, "trained_betas") && value.kind != CONFIG_NULL)
        return fail(err, EBRU_BAD_MODEL, "%s is not null: only named schedules are supported", key);
    if (lacks(key, value))
        snprintf(c->unsupported, sizeof(c->unsupported), "%s", key);
    return true;
}

void schedule_config_complete(struct schedule_config *c, const char *class_name)
{
    const struct scheduler_class *class = find_class(class_name);
    struct schedule_config defaults = neutral;
    unsigned knows = BIT_ALL;

    if (class) {
        knows |= class->knows;
        defaults.spacing = class->spacing;
        defaults.solver = class->solver;
        if (class->betas != OLD_BETAS) {
            defaults.beta_start = 0.00085;
            defaults.beta_end = 0.012;
        }
        if (class->betas == LATENT_SCALED_BETAS)
            defaults.beta_schedule = BETAS_SCALED_LINEAR;
        for (int i = 0; i < FACTS; i++)
            if (class->flipped >> i & 1)
                put(&defaults, i, take(&defaults, i) == 0);
    }
    for (int i = 0; i < FACTS; i++)
        if (!(c->given & knows & 1u << i))
            put(c, i, take(&defaults, i));
}

/* The key of the model's own scheduler that stands in our way; NULL: none. */
static const char *obstacle(const struct schedule_config *own, const char *sampler)
{
    const bool single = !strcmp(sampler, "dpmpp-2s");

    if (own->unsupported[0])
        return own->unsupported;
    if (own->algorithm == ALGORITHM_OTHER || (single && own->algorithm != ALGORITHM_DPMPP))
        return facts[ALGORITHM].key;
    if (single && own->solver_order > 2)
        return facts[ORDER].key;
    if (own->variance == VARIANCE_OTHER)
        return facts[VARIANCE].key;
    return own->skip_prk ? NULL : facts[SKIP_PRK].key;
}

const char *schedule_config_sampler(const struct schedule_config *c, ebru_error *err)
{
    const struct scheduler_class *class = find_class(c->class_name);
    struct schedule_config own = *c;
    const char *key;

    if (!class) {
        fail(err, EBRU_BAD_REQUEST,
             "the model's own scheduler, \"%s\", is none of the samplers: choose one",
             c->class_name);
        return NULL;
    }
    schedule_config_complete(&own, class->name);
    key = obstacle(&own, class->sampler);
    if (key) {
        fail(err, EBRU_BAD_REQUEST,
             "the model's own scheduler, %s, uses %s in a way that is not supported: choose a "
             "sampler and a schedule",
             class->name, key);
        return NULL;
    }
    if (strcmp(class->sampler, "dpmpp-2m") != 0)
        return class->sampler;
    if (own.algorithm == ALGORITHM_DPMPP_SDE)
        return own.solver_order == 3 ? "dpmpp-3m-sde" : "dpmpp-2m-sde";
    return own.solver_order == 3 ? "dpmpp-3m" : "dpmpp-2m";
}
