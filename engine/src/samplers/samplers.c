/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "samplers/samplers.h"

#include "samplers/methods.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- What there is ------------------------------------------------------- */

static const struct sampler *const groups[] = { first_order_samplers, second_order_samplers,
                                                dpmpp_samplers, multistep_samplers,
                                                unipc_samplers };

struct schedule {
    const char *name, *alias, *label;
    int spacing; /* enum spacing; -1: none */
};

static const struct schedule schedules[] = {
    { "auto", NULL, N_("Automatic"), -1 },
    { "karras", NULL, "Karras", -1 },
    { "exponential", NULL, N_("Exponential"), -1 },
    { "leading", NULL, N_("Leading"), SPACING_LEADING },
    { "trailing", "sgm-uniform", N_("Trailing (SGM uniform)"), SPACING_TRAILING },
    { "linspace", NULL, N_("Even"), SPACING_LINSPACE },
};
enum { SCHEDULES = sizeof(schedules) / sizeof(schedules[0]) };

const struct sampler *sampler_at(int i)
{
    for (size_t group = 0; group < sizeof(groups) / sizeof(groups[0]); group++)
        for (const struct sampler *row = groups[group]; row->name; row++)
            if (i-- == 0)
                return row;
    return NULL;
}

const struct sampler *sampler_find(const char *name)
{
    const struct sampler *row;

    for (int i = 0; (row = sampler_at(i)); i++)
        if (!strcmp(row->name, name))
            return row;
    return NULL;
}

static const struct schedule *find_schedule(const char *name)
{
    for (int i = 0; i < SCHEDULES; i++)
        if (!strcmp(schedules[i].name, name) ||
            (schedules[i].alias && !strcmp(schedules[i].alias, name)))
            return &schedules[i];
    return NULL;
}

const char *schedule_find(const char *name)
{
    const struct schedule *found = find_schedule(name);

    return found ? found->name : NULL;
}

const char *sampler_choice(int i, const char **label)
{
    const struct sampler *row = i > 0 ? sampler_at(i - 1) : NULL;

    if (label && (row || !i))
        *label = row ? row->label : N_("Automatic");
    return row ? row->name : i ? NULL : "auto";
}

const char *schedule_choice(int i, const char **label)
{
    if (i < 0 || i >= SCHEDULES)
        return NULL;
    if (label)
        *label = schedules[i].label;
    return schedules[i].name;
}

/* ---- Making a run -------------------------------------------------------- */

/* Whether the schedule can be had, of the model or of the sampler. */
static bool check_schedule(const struct schedule *chosen, const struct sampler *row,
                           const struct schedule_config *model, ebru_error *err)
{
    const bool spacing = chosen->spacing >= 0, own = chosen == schedules;

    if (own && model->unsupported[0])
        return fail(err, EBRU_BAD_REQUEST,
                    "the model's own schedule needs %s, which is not supported: choose a schedule",
                    model->unsupported);
    if (!own && !(spacing ? row->spacings : row->curves))
        return fail(err, EBRU_BAD_REQUEST, "the schedule %s is not for the sampler %s",
                    chosen->name, row->name);
    return true;
}

/* The sampler, and the config that holds for this run: the model's, the defaults
 * of the sampler's class, and what the user asked for over both. */
static bool settle_config(struct sampling *s, const char *sampler, const char *schedule,
                          const struct schedule_config *model, ebru_error *err)
{
    const bool own = !strcmp(sampler, "auto");
    const struct schedule *chosen = find_schedule(schedule);
    const char *name = own ? schedule_config_sampler(model, err) : sampler;

    if (!name)
        return false;
    s->sampler = sampler_find(name);
    if (!s->sampler)
        return fail(err, EBRU_BAD_REQUEST, "there is no sampler \"%.40s\"", sampler);
    if (!chosen)
        return fail(err, EBRU_BAD_REQUEST, "there is no schedule \"%.40s\"", schedule);
    if (!check_schedule(chosen, s->sampler, model, err))
        return false;
    s->config = *model;
    schedule_config_complete(&s->config, s->sampler->class_name);
    if (!own && s->sampler->order) {
        s->config.solver_order = s->sampler->order;
        s->config.algorithm = s->sampler->algorithm;
    }
    if (own && model->own_karras)
        s->config.karras = true;
    if (chosen != schedules) {
        s->config.karras = !strcmp(chosen->name, "karras");
        s->config.exponential = !strcmp(chosen->name, "exponential");
    }
    if (chosen->spacing >= 0)
        s->config.spacing = chosen->spacing;
    return true;
}

bool sampling_names(const char *sampler, const char *schedule, const struct schedule_config *config,
                    const char **sampler_used, const char **schedule_used)
{
    struct sampling s = { 0 };

    if (!settle_config(&s, sampler ? sampler : "auto", schedule ? schedule : "auto", config, NULL))
        return false;
    *sampler_used = s.sampler->name;
    *schedule_used = schedules[0].name;
    if (s.config.karras || s.config.exponential)
        *schedule_used = s.config.karras ? "karras" : "exponential";
    else
        for (int i = 1; i < SCHEDULES && s.sampler->spacings; i++)
            if (schedules[i].spacing == s.config.spacing)
                *schedule_used = schedules[i].name;
    return true;
}

/* All the arrays in one block, zeroed. */
static bool allocate(struct sampling *s, ebru_error *err)
{
    const size_t calls = (size_t)s->calls, train = (size_t)s->config.train_steps;
    const size_t rows = (size_t)s->sampler->history + 1;
    const size_t tables = 3 * calls + 2 + train;
    float *block = NULL;

    if (s->n <= (SIZE_MAX / sizeof(float) - tables) / rows) {
        s->bytes = (tables + rows * s->n) * sizeof(float);
        block = calloc(1, s->bytes);
    }
    if (!block)
        return fail(err, EBRU_NO_MEMORY, "no memory for a sampler of %zu values", s->n);
    s->timestep = block;
    s->sigma = s->timestep + calls;
    s->level = s->sigma + calls + 1;
    s->alphas = s->level + calls + 1;
    s->denoised = s->alphas + train;
    s->history = s->denoised + s->n;
    return true;
}

/* Noise must grow with every timestep, from some to not quite all. */
static bool make_alphas(struct sampling *s, ebru_error *err)
{
    const struct schedule_config *c = &s->config;
    const int last = c->train_steps - 1;

    schedule_alphas(s->alphas, c);
    /* the smallest positive half: sigma would else be infinite */
    if (c->zero_snr && s->sampler->space != SPACE_STEPS)
        s->alphas[last] = 0x1p-24f;
    for (int i = 0; i <= last; i++)
        if (!(s->alphas[i] < (i ? s->alphas[i - 1] : 1)) ||
            !(s->alphas[i] > 0 || (c->zero_snr && i == last)))
            return fail(err, EBRU_BAD_MODEL,
                        "beta_start %g and beta_end %g make no noise schedule of %d timesteps",
                        c->beta_start, c->beta_end, c->train_steps);
    return true;
}

/* Equal noise at two steps would make the multistep formulas divide by 0. */
static bool check_tables(const struct sampling *s, const double *t, const double *sigma,
                         ebru_error *err)
{
    if (t[0] < 0 || t[0] >= s->config.train_steps)
        return fail(err, EBRU_BAD_MODEL, "steps_offset %d leads to timestep %g of %d",
                    s->config.steps_offset, t[0], s->config.train_steps);
    for (int i = 1; i < s->steps; i++)
        if (!(sigma[i] < sigma[i - 1]))
            return fail(err, EBRU_BAD_REQUEST,
                        "%d steps are too many for %s: noise does not fall from step %d to %d",
                        s->steps, s->sampler->name, i, i + 1);
    if (s->sampler->space == SPACE_STEPS && isinf(sigma[0]) &&
        s->config.prediction == PREDICTION_EPSILON)
        return fail(err, EBRU_BAD_REQUEST,
                    "%s cannot start from noise alone with a model that predicts noise",
                    s->sampler->name);
    return true;
}

static int step_of(const struct sampling *s, int call)
{
    if (s->sampler->calls_per_step == 2)
        return (call + 1) / 2;
    return s->sampler->second_twice && call > 1 ? call - 1 : call;
}

/* From values per step to values per call. */
static void spread(struct sampling *s, const double *t, const double *sigma)
{
    for (int call = 0; call < s->calls; call++) {
        s->timestep[call] = (float)t[step_of(s, call)];
        s->sigma[call] = (float)sigma[step_of(s, call)];
    }
    s->sigma[s->calls] = (float)sigma[s->steps];
    memcpy(s->level, s->sigma, ((size_t)s->calls + 1) * sizeof(float));
    if (s->sampler->between)
        s->sampler->between(s);
}

static bool make_tables(struct sampling *s, ebru_error *err)
{
    const size_t steps = (size_t)s->steps;
    double *t = malloc((2 * steps + 1) * sizeof(*t)), *sigma = t + steps;
    bool good;

    if (!t)
        return fail(err, EBRU_NO_MEMORY, "no memory for a schedule of %d steps", s->steps);
    good = s->sampler->tables(s, t, sigma, err) && check_tables(s, t, sigma, err);
    if (good)
        spread(s, t, sigma);
    free(t);
    return good;
}

static bool settle_steps(struct sampling *s, int steps, ebru_error *err)
{
    if (steps < 1 || steps > s->config.train_steps)
        return fail(err, EBRU_BAD_REQUEST, "%d steps: the model takes from 1 to %d", steps,
                    s->config.train_steps);
    s->steps = steps;
    s->calls = steps * s->sampler->calls_per_step;
    if (s->sampler->calls_per_step == 2)
        s->calls--; /* the last step ends without noise, where there is no second call */
    if (s->sampler->second_twice && steps > 1)
        s->calls++;
    return true;
}

bool sampling_init(struct sampling *s, const char *sampler, const char *schedule,
                   const struct schedule_config *config, int steps, size_t n, ebru_error *err)
{
    memset(s, 0, sizeof(*s));
    s->n = n;
    if (settle_config(s, sampler ? sampler : "auto", schedule ? schedule : "auto", config, err) &&
        settle_steps(s, steps, err) && allocate(s, err) && make_alphas(s, err) &&
        make_tables(s, err))
        return true;
    sampling_clear(s);
    return false;
}

void sampling_clear(struct sampling *s)
{
    free(s->timestep);
    memset(s, 0, sizeof(*s));
}

/* ---- Running ------------------------------------------------------------- */

void sampling_start_at(struct sampling *s, double strength)
{
    const int kept = (int)(s->steps * fmin(fmax(strength, 0), 1));

    s->first = kept ? (s->steps - kept) * s->sampler->calls_per_step : s->calls;
}

float sampling_start_scale(const struct sampling *s)
{
    const float sigma = s->sigma[0];

    if (s->sampler->space != SPACE_SIGMA)
        return 1;
    return s->config.spacing == SPACING_LEADING ? sqrtf(sigma * sigma + 1) : sigma;
}

void sampling_add_noise(const struct sampling *s, float *x, const float *picture,
                        const float *noise, int call)
{
    struct level level = { 1, 0, 0 };

    if (call < s->calls && s->sampler->space == SPACE_SIGMA)
        level.sigma = s->sigma[call];
    else if (call < s->calls && s->sampler->space == SPACE_ALPHA)
        level = level_of(s->sigma[call]);
    else if (call < s->calls)
        level = level_at_step(s, (int)s->timestep[call]);
    for (size_t i = 0; i < s->n; i++)
        x[i] = call < s->calls ? level.alpha * picture[i] + level.sigma * noise[i] : picture[i];
}

void sampling_input(const struct sampling *s, float *y, const float *x, int call)
{
    const float level = s->level[call];
    const float scale = s->sampler->space == SPACE_SIGMA ? sqrtf(level * level + 1) : 1;

    for (size_t i = 0; i < s->n; i++)
        y[i] = x[i] / scale;
}

bool sampling_takes_noise(const struct sampling *s, int call)
{
    return s->sampler->takes_noise && s->sampler->takes_noise(s, call);
}

void sampling_step(struct sampling *s, float *x, const float *output, const float *noise, int call)
{
    s->sampler->step(s, x, output, noise, call);
}
