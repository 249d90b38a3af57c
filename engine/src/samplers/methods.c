/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "samplers/methods.h"

#include <math.h>
#include <string.h>

/* ---- Tables -------------------------------------------------------------- */

struct noise sampling_noise(const struct sampling *s)
{
    return (struct noise){ s->alphas, s->config.train_steps };
}

/* Put sigma on one of the curves, if the config wants one, and t where it is then. */
static bool bend(const struct sampling *s, double *t, double *sigma, double max, double min)
{
    if (!s->config.karras && !s->config.exponential)
        return false;
    if (s->config.sigma_max > 0)
        max = s->config.sigma_max;
    if (s->config.sigma_min > 0)
        min = s->config.sigma_min;
    if (s->config.karras)
        schedule_karras(sigma, max, min, s->steps);
    else
        schedule_exponential(sigma, max, min, s->steps);
    for (int i = 0; i < s->steps; i++)
        t[i] = schedule_timestep(sampling_noise(s), sigma[i]);
    return true;
}

static double final_sigma(const struct sampling *s)
{
    return s->config.final_sigma == FINAL_SIGMA_MIN ? schedule_sigma(sampling_noise(s), 0) : 0;
}

bool tables_sigma(const struct sampling *s, double *t, double *sigma, ebru_error *err)
{
    (void)err;
    schedule_timesteps(t, &s->config, s->steps);
    for (int i = 0; i < s->steps; i++) {
        t[i] = (float)t[i]; /* before sigma is looked up: so does the reference */
        sigma[i] = schedule_sigma(sampling_noise(s), t[i]);
    }
    bend(s, t, sigma, sigma[0], sigma[s->steps - 1]);
    sigma[s->steps] = final_sigma(s);
    return true;
}

/* On the curves the reference makes timesteps whole in more ways than one. */
static double whole(const struct sampling *s, double t)
{
    const bool exact = s->config.beta_schedule == BETAS_SQUARED_COSINE &&
                       !strcmp(s->sampler->class_name, "DPMSolverMultistepScheduler");

    return s->config.karras && !exact ? rint(t) : trunc(t);
}

bool tables_solver(const struct sampling *s, double *t, double *sigma, ebru_error *err)
{
    const struct noise noise = sampling_noise(s);
    const double max = schedule_sigma(noise, noise.train_steps - 1);

    (void)err;
    schedule_solver_timesteps(t, &s->config, noise, s->steps);
    for (int i = 0; i < s->steps; i++)
        sigma[i] = schedule_sigma(noise, t[i]);
    if (bend(s, t, sigma, max, schedule_sigma(noise, 0)))
        for (int i = 0; i < s->steps; i++)
            t[i] = whole(s, t[i]);
    sigma[s->steps] = final_sigma(s);
    return true;
}

bool tables_steps(const struct sampling *s, double *t, double *sigma, ebru_error *err)
{
    (void)err;
    schedule_timesteps(t, &s->config, s->steps);
    for (int i = 0; i < s->steps; i++) {
        t[i] = rint(t[i]);
        sigma[i] = schedule_sigma(sampling_noise(s), t[i]);
    }
    sigma[s->steps] = 0;
    return true;
}

bool noise_always(const struct sampling *s, int call)
{
    (void)s;
    (void)call;
    return true;
}

bool noise_but_last(const struct sampling *s, int call)
{
    return call + 1 < s->calls;
}

/* ---- Parts of a step ----------------------------------------------------- */

struct level level_of(float sigma)
{
    const float alpha = 1 / sqrtf(sigma * sigma + 1);
    const float noise = sigma * alpha;

    return (struct level){ alpha, noise, logf(alpha) - logf(noise) };
}

struct level level_at_step(const struct sampling *s, int t)
{
    return (struct level){ sqrtf(s->alphas[t]), sqrtf(1 - s->alphas[t]), 0 };
}

/* v: Salimans and Ho (arXiv:2202.00512), appendix D. */
void denoise_at_sigma(struct sampling *s, const float *x, const float *output, float sigma)
{
    const float out = -sigma / sqrtf(sigma * sigma + 1), in = sigma * sigma + 1;

    for (size_t i = 0; i < s->n; i++)
        switch (s->config.prediction) {
        case PREDICTION_EPSILON:
            s->denoised[i] = x[i] - sigma * output[i];
            break;
        case PREDICTION_V:
            s->denoised[i] = output[i] * out + x[i] / in;
            break;
        default:
            s->denoised[i] = output[i];
        }
}

void denoise_at_level(struct sampling *s, const float *x, const float *output, struct level level)
{
    for (size_t i = 0; i < s->n; i++)
        switch (s->config.prediction) {
        case PREDICTION_EPSILON:
            s->denoised[i] = (x[i] - level.sigma * output[i]) / level.alpha;
            break;
        case PREDICTION_V:
            s->denoised[i] = level.alpha * x[i] - level.sigma * output[i];
            break;
        default:
            s->denoised[i] = output[i];
        }
}

void clip_denoised(struct sampling *s)
{
    const float range = (float)s->config.clip_range;

    for (size_t i = 0; s->config.clip_sample && i < s->n; i++)
        s->denoised[i] = fminf(fmaxf(s->denoised[i], -range), range);
}

float *history_row(const struct sampling *s, int i)
{
    return s->history + (size_t)i * s->n;
}

void history_push(struct sampling *s, const float *newest, int count)
{
    memmove(history_row(s, 1), s->history, (size_t)(count - 1) * s->n * sizeof(float));
    memcpy(s->history, newest, s->n * sizeof(float));
}
