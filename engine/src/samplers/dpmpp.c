/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * DPM-Solver++: Lu et al. (arXiv:2211.01095). From s to t the exact solution is
 * sigma_t / sigma_s x plus an integral of the denoised picture over lambda,
 * which is expanded in finite differences of what the network said before; the
 * SDE kinds integrate the reverse SDE and add noise (their appendix C).
 */
#include "samplers/methods.h"

#include <math.h>
#include <string.h>

/* x times x + d0 times D0 + ... + noise times noise */
struct weights {
    float x, d0, d1, d2, noise;
};

static bool is_sde(const struct sampling *s)
{
    return s->config.algorithm == ALGORITHM_DPMPP_SDE;
}

/* `slope`: D1 counts by its exact integral, not at the midpoint. D2 is half the
 * second derivative and ought to count twice; the reference counts it once, as
 * the authors' code does, which leaves second order. For the SDE, where it also
 * has a wrong sign and so is no reference, it counts in full: third order. */
static struct weights weights(const struct sampling *s, struct level from, struct level to,
                              bool slope)
{
    const float step = to.lambda - from.lambda;
    const float h = is_sde(s) ? 2 * step : step;
    const float e = expf(-h) - 1;
    struct weights w;

    w.x = to.sigma / from.sigma;
    w.d0 = -(to.alpha * e);
    w.d1 = slope ? to.alpha * (e / h + 1) : w.d0 * 0.5f;
    w.d2 = -(to.alpha * ((e + h) / (h * h) - 0.5f));
    w.noise = 0;
    if (is_sde(s)) {
        w.x *= expf(-step);
        w.d2 *= 2;
        w.noise = to.sigma * sqrtf(-e);
    }
    return w;
}

static void first_order(const struct sampling *s, float *x, const float *noise, struct weights w)
{
    for (size_t i = 0; i < s->n; i++) {
        x[i] = w.x * x[i] + w.d0 * s->denoised[i];
        if (noise)
            x[i] += w.noise * noise[i];
    }
}

/* History: the denoised pictures of the last two calls. */
static void second_order(const struct sampling *s, float *x, const float *noise, struct weights w,
                         float r0)
{
    const float *m1 = history_row(s, 0);

    for (size_t i = 0; i < s->n; i++) {
        const float d1 = 1 / r0 * (s->denoised[i] - m1[i]);
        x[i] = w.x * x[i] + w.d0 * s->denoised[i] + w.d1 * d1;
        if (noise)
            x[i] += w.noise * noise[i];
    }
}

static void third_order(const struct sampling *s, float *x, const float *noise, struct weights w,
                        float r0, float r1)
{
    const float *m1 = history_row(s, 0), *m2 = history_row(s, 1);

    for (size_t i = 0; i < s->n; i++) {
        const float near = 1 / r0 * (s->denoised[i] - m1[i]);
        const float far = 1 / r1 * (m1[i] - m2[i]);
        const float d1 = near + r0 / (r0 + r1) * (near - far);
        const float d2 = 1 / (r0 + r1) * (near - far);
        x[i] = w.x * x[i] + w.d0 * s->denoised[i] + w.d1 * d1 + w.d2 * d2;
        if (noise)
            x[i] += w.noise * noise[i];
    }
}

/* Less at the start, for lack of history, and at the end, for stability. */
static int order_at(const struct sampling *s, int call)
{
    const struct schedule_config *c = &s->config;
    const bool few = c->lower_order_final && s->calls < 15;
    const int left = s->calls - call;
    int order = c->solver_order;

    if (left == 1 && (c->euler_at_final || few || c->final_sigma == FINAL_SIGMA_ZERO))
        return 1;
    if (left == 2 && few && order > 2)
        order = 2;
    return order < call - s->first + 1 ? order : call - s->first + 1;
}

/* Algorithm 2 of the paper, its third order, and both for the SDE. */
static void multistep(struct sampling *s, float *x, const float *output, const float *noise,
                      int call)
{
    const int order = order_at(s, call);
    const struct level now = level_of(s->sigma[call]), next = level_of(s->sigma[call + 1]);
    const struct weights w = weights(s, now, next, order > 2 || s->config.solver == SOLVER_HEUN);
    const float h = next.lambda - now.lambda;
    float r0 = 1, r1 = 1;

    if (order > 1)
        r0 = (now.lambda - level_of(s->sigma[call - 1]).lambda) / h;
    if (order > 2)
        r1 = (level_of(s->sigma[call - 1]).lambda - level_of(s->sigma[call - 2]).lambda) / h;
    if (!is_sde(s))
        noise = NULL;
    denoise_at_level(s, x, output, now);
    if (order == 1)
        first_order(s, x, noise, w);
    else if (order == 2)
        second_order(s, x, noise, w, r0);
    else
        third_order(s, x, noise, w, r0, r1);
    history_push(s, s->denoised, 2);
}

/* Every second call is the second half of a step that began one call before,
 * but for the last two when they are all that is left. */
static bool completes_step(const struct sampling *s, int call)
{
    const bool lower =
        s->config.lower_order_final || s->steps % 2 || s->config.final_sigma == FINAL_SIGMA_ZERO;

    return s->config.solver_order > 1 && call % 2 && call > s->first &&
           !(lower && call + 1 == s->calls);
}

/* Algorithm 1 of the paper, with both calls of a step at timesteps of the
 * schedule. History: the denoised picture and x at the start of the step. */
static void singlestep(struct sampling *s, float *x, const float *output, const float *noise,
                       int call)
{
    const struct level now = level_of(s->sigma[call]), next = level_of(s->sigma[call + 1]);
    const bool slope = s->config.solver == SOLVER_HEUN;
    const float *m1 = history_row(s, 0), *x0 = history_row(s, 1);

    (void)noise;
    denoise_at_level(s, x, output, now);
    if (completes_step(s, call)) {
        const struct level start = level_of(s->sigma[call - 1]);
        const struct weights w = weights(s, start, next, slope);
        const float r0 = (now.lambda - start.lambda) / (next.lambda - start.lambda);
        for (size_t i = 0; i < s->n; i++)
            x[i] = w.x * x0[i] + w.d0 * m1[i] + w.d1 * (1 / r0 * (s->denoised[i] - m1[i]));
    } else {
        memcpy(history_row(s, 1), x, s->n * sizeof(float));
        first_order(s, x, NULL, weights(s, now, next, slope));
    }
    memcpy(history_row(s, 0), s->denoised, s->n * sizeof(float));
}

const struct sampler dpmpp_samplers[] = {
    { .name = "dpmpp-2m",
      .label = "DPM++ 2M",
      .class_name = "DPMSolverMultistepScheduler",
      .space = SPACE_ALPHA,
      .calls_per_step = 1,
      .history = 2,
      .order = 2,
      .algorithm = ALGORITHM_DPMPP,
      .curves = true,
      .spacings = true,
      .tables = tables_solver,
      .step = multistep },
    { .name = "dpmpp-2m-sde",
      .label = "DPM++ 2M SDE",
      .class_name = "DPMSolverMultistepScheduler",
      .space = SPACE_ALPHA,
      .calls_per_step = 1,
      .history = 2,
      .order = 2,
      .algorithm = ALGORITHM_DPMPP_SDE,
      .curves = true,
      .spacings = true,
      .tables = tables_solver,
      .takes_noise = noise_always,
      .step = multistep },
    { .name = "dpmpp-3m",
      .label = "DPM++ 3M",
      .class_name = "DPMSolverMultistepScheduler",
      .space = SPACE_ALPHA,
      .calls_per_step = 1,
      .history = 2,
      .order = 3,
      .algorithm = ALGORITHM_DPMPP,
      .curves = true,
      .spacings = true,
      .tables = tables_solver,
      .step = multistep },
    { .name = "dpmpp-3m-sde",
      .label = "DPM++ 3M SDE",
      .class_name = "DPMSolverMultistepScheduler",
      .space = SPACE_ALPHA,
      .calls_per_step = 1,
      .history = 2,
      .order = 3,
      .algorithm = ALGORITHM_DPMPP_SDE,
      .curves = true,
      .spacings = true,
      .tables = tables_solver,
      .takes_noise = noise_always,
      .step = multistep },
    { .name = "dpmpp-2s",
      .label = "DPM++ 2S",
      .class_name = "DPMSolverSinglestepScheduler",
      .space = SPACE_ALPHA,
      .calls_per_step = 1,
      .history = 2,
      .order = 2,
      .algorithm = ALGORITHM_DPMPP,
      .curves = true,
      .spacings = true,
      .tables = tables_solver,
      .step = singlestep },
    { .name = NULL },
};
