/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Samplers that extrapolate from what the network said at the last calls. */
#include "samplers/methods.h"

#include <math.h>
#include <string.h>

/* ---- LMS ----------------------------------------------------------------- */

enum { LMS_ORDER = 4 };

/* Lagrange's polynomial that is 1 at the sigma of `j` calls ago and 0 at the
 * `order` - 1 others. */
static double lagrange(const float *sigma, int order, int j, double at)
{
    double product = 1;

    for (int k = 0; k < order; k++)
        if (k != j)
            product *= (at - (double)sigma[-k]) / ((double)sigma[-j] - (double)sigma[-k]);
    return product;
}

/* Its integral over the step that begins at *sigma; two points of Gauss are
 * exact up to degree 3. */
static double lms_weight(const float *sigma, int order, int j)
{
    const double half = ((double)sigma[1] - (double)sigma[0]) / 2;
    const double middle = ((double)sigma[1] + (double)sigma[0]) / 2;
    const double offset = half / sqrt(3);

    return half * (lagrange(sigma, order, j, middle - offset) +
                   lagrange(sigma, order, j, middle + offset));
}

/* Linear multistep in sigma (Adams and Bashforth), as in k-diffusion. History:
 * the last four slopes. Like the reference it takes the order from the place in
 * the schedule: a run that starts midway leaves out the slopes it lacks. */
static void lms(struct sampling *s, float *x, const float *output, const float *noise, int call)
{
    const float sigma = s->sigma[call];
    const int order = call + 1 < LMS_ORDER ? call + 1 : LMS_ORDER;
    const int known = call - s->first + 1 < order ? call - s->first + 1 : order;
    float weight[LMS_ORDER];

    (void)noise;
    denoise_at_sigma(s, x, output, sigma);
    history_push(s, s->denoised, LMS_ORDER);
    for (size_t i = 0; i < s->n; i++)
        s->history[i] = (x[i] - s->history[i]) / sigma;
    for (int j = 0; j < known; j++)
        weight[j] = (float)lms_weight(s->sigma + call, order, j);
    for (size_t i = 0; i < s->n; i++) {
        float sum = 0;
        for (int j = 0; j < known; j++)
            sum += weight[j] * history_row(s, j)[i];
        x[i] += sum;
    }
}

/* ---- PNDM ---------------------------------------------------------------- */

/* Equation 11 of Liu et al. (arXiv:2202.09778): x from timestep t to `to` (before
 * the first: to the end), if the noise in it is `output`. */
static void transfer(const struct sampling *s, float *x, const float *output, int t, int to)
{
    const float a = s->alphas[t], b = 1 - a;
    const float end = s->config.set_alpha_to_one ? 1 : s->alphas[0];
    const float a_to = to >= 0 ? s->alphas[to] : end;
    const float scale = sqrtf(a_to / a);
    const float divisor = a * sqrtf(1 - a_to) + sqrtf(a * b * a_to);

    for (size_t i = 0; i < s->n; i++) {
        float e = output[i];
        if (s->config.prediction == PREDICTION_V)
            e = sqrtf(a) * e + sqrtf(b) * x[i];
        else if (s->config.prediction == PREDICTION_SAMPLE)
            e = (x[i] - sqrtf(a) * e) / sqrtf(b);
        x[i] = scale * x[i] - (a_to - a) * e / divisor;
    }
}

/* What was predicted at the last `known` calls, extrapolated: Adams and
 * Bashforth, equation 12 of the paper. */
static void extrapolate(const struct sampling *s, float *e, int known)
{
    const float *e0 = history_row(s, 0), *e1 = history_row(s, 1), *e2 = history_row(s, 2),
                *e3 = history_row(s, 3);

    for (size_t i = 0; i < s->n; i++)
        if (known == 1)
            e[i] = e0[i];
        else if (known == 2)
            e[i] = (3 * e0[i] - e1[i]) / 2;
        else if (known == 3)
            e[i] = (23 * e0[i] - 16 * e1[i] + 5 * e2[i]) / 12;
        else
            e[i] = (float)(1.0 / 24) * (55 * e0[i] - 59 * e1[i] + 37 * e2[i] - 9 * e3[i]);
}

/* Pseudo linear multistep, F-PNDM without its Runge-Kutta start: the first step
 * is made twice, the second time with the mean of the slopes at both its ends.
 * History: the last four predictions, x at the start, scratch. */
static void pndm(struct sampling *s, float *x, const float *output, const float *noise, int call)
{
    const int done = call - s->first, t = (int)s->timestep[call];
    const int ratio = s->config.train_steps / s->steps;
    const int last = s->config.train_steps - 1;
    float *start = history_row(s, 4), *e = history_row(s, 5);

    (void)noise;
    denoise_at_level(s, x, output, level_at_step(s, t));
    if (done == 1) {
        for (size_t i = 0; i < s->n; i++)
            e[i] = (output[i] + s->history[i]) / 2;
        memcpy(x, start, s->n * sizeof(float));
        transfer(s, x, e, t + ratio < last ? t + ratio : last, t);
        return;
    }
    history_push(s, output, 4);
    if (!done)
        memcpy(start, x, s->n * sizeof(float));
    extrapolate(s, e, done ? done : 1);
    transfer(s, x, e, t, t - ratio);
}

/* ---- DEIS ---------------------------------------------------------------- */

static bool deis_tables(const struct sampling *s, double *t, double *sigma, ebru_error *err)
{
    const bool good = tables_solver(s, t, sigma, err);

    /* the end is the smallest noise, not none: rho is counted in logarithms */
    sigma[s->steps] = s->config.karras || s->config.exponential
                          ? sigma[s->steps - 1]
                          : schedule_sigma(sampling_noise(s), 0);
    return good;
}

/* Integrals over log rho of Lagrange's polynomials through b and c (and d), at b 1. */
static float deis_integral2(float t, float b, float c)
{
    return t * (-logf(c) + logf(t) - 1) / (logf(b) - logf(c));
}

static float deis_integral3(float t, float b, float c, float d)
{
    const float lt = logf(t), lc = logf(c), ld = logf(d);

    return t * (lc * (ld - lt + 1) - ld * lt + ld + lt * lt - 2 * lt + 2) /
           ((logf(b) - lc) * (logf(b) - ld));
}

static void deis_weights(const float *sigma, int order, float *w)
{
    const float to = sigma[1], a = sigma[0], b = sigma[-1];

    if (order == 2) {
        w[0] = deis_integral2(to, a, b) - deis_integral2(a, a, b);
        w[1] = deis_integral2(to, b, a) - deis_integral2(a, b, a);
    } else {
        const float c = sigma[-2];
        w[0] = deis_integral3(to, a, b, c) - deis_integral3(a, a, b, c);
        w[1] = deis_integral3(to, b, c, a) - deis_integral3(a, b, c, a);
        w[2] = deis_integral3(to, c, a, b) - deis_integral3(a, c, a, b);
    }
}

static int deis_order(const struct sampling *s, int call)
{
    const bool few = s->config.lower_order_final && s->calls < 15;
    const int left = s->calls - call, done = call - s->first;
    int order = s->config.solver_order;

    if (few && left < order)
        order = left;
    return done + 1 < order ? done + 1 : order;
}

/* Multistep in rho = sigma, fitted in log rho: Zhang and Chen
 * (arXiv:2204.13902), rhoAB. History: the noise predicted at the last three calls. */
static void deis(struct sampling *s, float *x, const float *output, const float *noise, int call)
{
    const struct level now = level_of(s->sigma[call]), next = level_of(s->sigma[call + 1]);
    const int order = deis_order(s, call);
    const float h = next.lambda - now.lambda;
    const float scale = next.alpha / now.alpha, weight = next.sigma * (expf(h) - 1);
    const float *m0 = history_row(s, 0), *m1 = history_row(s, 1), *m2 = history_row(s, 2);
    float w[3] = { 0 };

    (void)noise;
    denoise_at_level(s, x, output, now);
    history_push(s, s->denoised, 3);
    for (size_t i = 0; i < s->n; i++)
        s->history[i] = (x[i] - now.alpha * s->history[i]) / now.sigma;
    if (order > 1)
        deis_weights(s->sigma + call, order, w);
    for (size_t i = 0; i < s->n; i++)
        if (order == 1)
            x[i] = scale * x[i] - weight * m0[i];
        else if (order == 2)
            x[i] = next.alpha * (x[i] / now.alpha + w[0] * m0[i] + w[1] * m1[i]);
        else
            x[i] = next.alpha * (x[i] / now.alpha + w[0] * m0[i] + w[1] * m1[i] + w[2] * m2[i]);
}

const struct sampler multistep_samplers[] = {
    { .name = "lms",
      .label = "LMS",
      .class_name = "LMSDiscreteScheduler",
      .space = SPACE_SIGMA,
      .calls_per_step = 1,
      .history = LMS_ORDER,
      .curves = true,
      .spacings = true,
      .tables = tables_sigma,
      .step = lms },
    { .name = "pndm",
      .label = "PNDM",
      .class_name = "PNDMScheduler",
      .space = SPACE_STEPS,
      .calls_per_step = 1,
      .second_twice = true,
      .history = 6,
      .spacings = true,
      .tables = tables_steps,
      .step = pndm },
    { .name = "deis",
      .label = "DEIS",
      .class_name = "DEISMultistepScheduler",
      .space = SPACE_ALPHA,
      .calls_per_step = 1,
      .history = 3,
      .curves = true,
      .spacings = true,
      .tables = deis_tables,
      .step = deis },
    { .name = NULL },
};
