/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Samplers that call the network twice a step, at both ends or in the middle.
 * Even calls are the first of a step, odd ones the second; the last step has
 * one call, as without noise at its end there is nothing to call.
 */
#include "samplers/methods.h"

#include <math.h>
#include <string.h>

static void keep(struct sampling *s, int row, const float *x)
{
    memcpy(history_row(s, row), x, s->n * sizeof(float));
}

/* Algorithm 1 of Karras et al. (arXiv:2206.00364) without churn. History: x and
 * the slope at the start of the step. */
static void heun(struct sampling *s, float *x, const float *output, const float *noise, int call)
{
    const int start = call - call % 2;
    const float sigma = s->sigma[call], dt = s->sigma[start + 1] - s->sigma[start];
    float *x0 = history_row(s, 0), *slope = history_row(s, 1);

    (void)noise;
    denoise_at_sigma(s, x, output, sigma);
    clip_denoised(s);
    if (call == start)
        keep(s, 0, x);
    for (size_t i = 0; i < s->n; i++) {
        const float here = (x[i] - s->denoised[i]) / sigma;
        if (call == start) {
            slope[i] = here;
            x[i] += here * dt;
        } else {
            x[i] = x0[i] + (slope[i] + here) / 2 * dt;
        }
    }
}

/* The level half-way between two in log sigma. */
static float middle(float a, float b)
{
    return expf(logf(a) - (logf(a) - logf(b)) * 0.5f);
}

/* Of a step from `from` to `to`, the noise to go down to and to put back. */
static void ancestral(float from, float to, float *down, float *up)
{
    *up = fminf(to, sqrtf(to * to * (from * from - to * to) / (from * from)));
    *down = sqrtf(to * to - *up * *up);
}

/* The second call of the step that starts at `call` is at `level`. */
static void put_between(struct sampling *s, int call, float level)
{
    s->level[call + 1] = level;
    s->timestep[call + 1] = (float)schedule_timestep(sampling_noise(s), level);
}

/* Of k-diffusion's samplers the reference rounds the timesteps of karras in dpm2
 * and its ancestral form alone. */
static void round_timesteps(struct sampling *s)
{
    for (int call = 0; s->config.karras && call < s->calls; call++)
        s->timestep[call] = rintf(s->timestep[call]);
}

static void dpm2_between(struct sampling *s)
{
    round_timesteps(s);
    for (int call = 0; call + 2 < s->calls; call += 2)
        put_between(s, call, middle(s->sigma[call], s->sigma[call + 1]));
}

static void dpm2_ancestral_between(struct sampling *s)
{
    float down, up;

    round_timesteps(s);
    for (int call = 0; call + 2 < s->calls; call += 2) {
        ancestral(s->sigma[call], s->sigma[call + 1], &down, &up);
        put_between(s, call, middle(down, s->sigma[call]));
    }
}

/* From the start of the step along the slope that is found here, to the middle
 * and then to `end`. History: x at the start of the step. */
static void midpoint_step(struct sampling *s, float *x, const float *output, int call, float end)
{
    const int start = call - call % 2;
    const float level = s->level[call];
    const float dt = (call == start ? s->level[call + 1] : end) - s->sigma[start];
    float *x0 = history_row(s, 0);

    denoise_at_sigma(s, x, output, level);
    if (call == start)
        keep(s, 0, x);
    for (size_t i = 0; i < s->n; i++)
        x[i] = x0[i] + (x[i] - s->denoised[i]) / level * dt;
}

/* Midpoint method in log sigma, DPM-Solver-2: Lu et al. (arXiv:2206.00927),
 * algorithm 1 with r1 = 1/2, in the form of k-diffusion. */
static void dpm2(struct sampling *s, float *x, const float *output, const float *noise, int call)
{
    (void)noise;
    midpoint_step(s, x, output, call, s->sigma[call - call % 2 + 1]);
}

static bool second_calls(const struct sampling *s, int call)
{
    (void)s;
    return call % 2;
}

/* The same to less noise than is wanted, then fresh noise. */
static void dpm2_ancestral(struct sampling *s, float *x, const float *output, const float *noise,
                           int call)
{
    const int start = call - call % 2;
    float down, up;

    ancestral(s->sigma[start], s->sigma[start + 1], &down, &up);
    midpoint_step(s, x, output, call, down);
    for (size_t i = 0; call % 2 && i < s->n; i++)
        x[i] += noise[i] * up;
}

/* By way of t = -log sigma, in float, as the reference goes. */
static float half_way(float sigma, float next)
{
    const float t = -logf(sigma), t_next = -logf(next);

    return t + (t_next - t) * 0.5f;
}

static void dpmpp_sde_between(struct sampling *s)
{
    for (int call = 0; call + 2 < s->calls; call += 2)
        put_between(s, call, expf(-half_way(s->sigma[call], s->sigma[call + 1])));
}

/* DPM-Solver++(2S) on the reverse SDE: Lu et al. (arXiv:2211.01095), with the
 * ancestral noise of k-diffusion after both calls. History: x at the start. */
static void dpmpp_sde(struct sampling *s, float *x, const float *output, const float *noise,
                      int call)
{
    const int start = call - call % 2;
    const float sigma = s->sigma[start], next = s->sigma[start + 1];
    const float t = -logf(sigma), t_end = call == start ? half_way(sigma, next) : -logf(next);
    const float from = expf(-t);
    float *x0 = history_row(s, 0), down, up, t_down;

    denoise_at_sigma(s, x, output, s->level[call]);
    if (next == 0) {
        for (size_t i = 0; i < s->n; i++)
            x[i] += (x[i] - s->denoised[i]) / sigma * (next - sigma);
        return;
    }
    if (call == start)
        keep(s, 0, x);
    ancestral(from, expf(-t_end), &down, &up);
    t_down = -logf(down);
    for (size_t i = 0; i < s->n; i++)
        x[i] = expf(-t_down) / from * x0[i] - expm1f(t - t_down) * s->denoised[i] + noise[i] * up;
}

const struct sampler second_order_samplers[] = {
    { .name = "heun",
      .label = "Heun",
      .class_name = "HeunDiscreteScheduler",
      .space = SPACE_SIGMA,
      .calls_per_step = 2,
      .history = 2,
      .curves = true,
      .spacings = true,
      .tables = tables_sigma,
      .step = heun },
    { .name = "dpm2",
      .label = "DPM2",
      .class_name = "KDPM2DiscreteScheduler",
      .space = SPACE_SIGMA,
      .calls_per_step = 2,
      .history = 1,
      .curves = true,
      .spacings = true,
      .tables = tables_sigma,
      .between = dpm2_between,
      .step = dpm2 },
    { .name = "dpm2-ancestral",
      .label = N_("DPM2 ancestral"),
      .class_name = "KDPM2AncestralDiscreteScheduler",
      .space = SPACE_SIGMA,
      .calls_per_step = 2,
      .history = 1,
      .curves = true,
      .spacings = true,
      .tables = tables_sigma,
      .between = dpm2_ancestral_between,
      .takes_noise = second_calls,
      .step = dpm2_ancestral },
    { .name = "dpmpp-sde",
      .label = "DPM++ SDE",
      .class_name = "DPMSolverSDEScheduler",
      .space = SPACE_SIGMA,
      .calls_per_step = 2,
      .history = 1,
      .curves = true,
      .spacings = true,
      .tables = tables_sigma,
      .between = dpmpp_sde_between,
      .takes_noise = noise_but_last,
      .step = dpmpp_sde },
    { .name = NULL },
};
