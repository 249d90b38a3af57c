/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Samplers that need one call a step and remember nothing. */
#include "samplers/methods.h"

#include <math.h>

/* Algorithm 2 of Karras et al. (arXiv:2206.00364) without churn and correction. */
static void euler(struct sampling *s, float *x, const float *output, const float *noise, int call)
{
    const float sigma = s->sigma[call], dt = s->sigma[call + 1] - sigma;

    (void)noise;
    denoise_at_sigma(s, x, output, sigma);
    for (size_t i = 0; i < s->n; i++)
        x[i] += (x[i] - s->denoised[i]) / sigma * dt;
}

/* Euler's step to less noise than is wanted, then fresh noise: Song et al.
 * (arXiv:2011.13456), ancestral sampling in the form of k-diffusion. */
static void euler_ancestral(struct sampling *s, float *x, const float *output, const float *noise,
                            int call)
{
    const float from = s->sigma[call], to = s->sigma[call + 1];
    const float up = sqrtf(to * to * (from * from - to * to) / (from * from));
    const float down = sqrtf(to * to - up * up), dt = down - from;

    denoise_at_sigma(s, x, output, from);
    for (size_t i = 0; i < s->n; i++)
        x[i] = x[i] + (x[i] - s->denoised[i]) / from * dt + noise[i] * up;
}

/* ---- On the timesteps of training ---------------------------------------- */

/* Cumulated alpha at timestep t, or what is beyond the first. */
static float alpha_at(const struct sampling *s, int t)
{
    if (t >= 0)
        return s->alphas[t];
    return s->config.set_alpha_to_one ? 1 : s->alphas[0];
}

static bool with_eta(const struct sampling *s, int call)
{
    (void)call;
    return s->config.eta > 0;
}

/* Song, Meng and Ermon (arXiv:2010.02502), equation 12 and, for eta, 16. */
static void ddim(struct sampling *s, float *x, const float *output, const float *noise, int call)
{
    const int t = (int)s->timestep[call];
    const float a = s->alphas[t], b = 1 - a;
    const float a_next = alpha_at(s, t - s->config.train_steps / s->steps);
    const float variance = (1 - a_next) / b * (1 - a / a_next);
    const float std = (float)s->config.eta * sqrtf(variance);
    const float direction = sqrtf(fmaxf(1 - a_next - std * std, 0));
    const struct level now = level_at_step(s, t);

    denoise_at_level(s, x, output, now);
    for (size_t i = 0; i < s->n; i++) {
        float epsilon = output[i], clean = s->denoised[i];
        if (s->config.prediction == PREDICTION_V)
            epsilon = now.alpha * output[i] + now.sigma * x[i];
        else if (s->config.prediction == PREDICTION_SAMPLE)
            epsilon = (x[i] - now.alpha * clean) / now.sigma;
        if (s->config.clip_sample)
            clean = fminf(fmaxf(clean, -(float)s->config.clip_range), (float)s->config.clip_range);
        x[i] = sqrtf(a_next) * clean + direction * epsilon;
        if (s->config.eta > 0)
            x[i] += std * noise[i];
    }
    clip_denoised(s);
}

static bool but_at_zero(const struct sampling *s, int call)
{
    return s->timestep[call] > 0;
}

/* Ho, Jain and Abbeel (arXiv:2006.11239), equations 6 and 7. */
static void ddpm(struct sampling *s, float *x, const float *output, const float *noise, int call)
{
    const int t = (int)s->timestep[call];
    const float a = s->alphas[t], b = 1 - a;
    const float a_next = call + 1 < s->calls ? s->alphas[(int)s->timestep[call + 1]] : 1;
    const float alpha = a / a_next, beta = 1 - alpha;
    const float to_clean = sqrtf(a_next) * beta / b;
    const float to_x = sqrtf(alpha) * (1 - a_next) / b;
    const bool large = s->config.variance == VARIANCE_FIXED_LARGE;
    const float std = sqrtf(large ? beta : fmaxf((1 - a_next) / b * beta, 1e-20f));

    denoise_at_level(s, x, output, level_at_step(s, t));
    clip_denoised(s);
    for (size_t i = 0; i < s->n; i++) {
        x[i] = to_clean * s->denoised[i] + to_x * x[i];
        if (t > 0)
            x[i] += std * noise[i];
    }
}

/* ---- Consistency --------------------------------------------------------- */

/* Some of the timesteps that the model was distilled on: latent consistency
 * models, Luo et al. (arXiv:2310.04378), section 4.3. */
static bool lcm_tables(const struct sampling *s, double *t, double *sigma, ebru_error *err)
{
    const int all = s->config.original_steps, ratio = s->config.train_steps / all;

    if (s->steps > all || ratio < 1)
        return fail(err, EBRU_BAD_REQUEST, "%d steps: lcm takes from 1 to %d", s->steps,
                    ratio < 1 ? 0 : all);
    for (int i = 0; i < s->steps; i++) {
        t[i] = (all - (int)floor(i * ((double)all / s->steps))) * ratio - 1;
        sigma[i] = schedule_sigma(sampling_noise(s), t[i]);
    }
    sigma[s->steps] = 0;
    return true;
}

/* Algorithm 1 of Song et al. (arXiv:2303.01469), boundary condition of its
 * appendix C: to the picture at once, then back to the next level of noise. */
static void lcm(struct sampling *s, float *x, const float *output, const float *noise, int call)
{
    const float t = s->timestep[call] * (float)s->config.timestep_scaling;
    const float data = 0.25f; /* variance of the data, in the paper's units */
    const float c_skip = data / (t * t + data), c_out = t / sqrtf(t * t + data);
    const bool last = call + 1 == s->calls;
    const struct level next = level_at_step(s, (int)s->timestep[last ? call : call + 1]);

    denoise_at_level(s, x, output, level_at_step(s, (int)s->timestep[call]));
    clip_denoised(s);
    for (size_t i = 0; i < s->n; i++) {
        s->denoised[i] = c_out * s->denoised[i] + c_skip * x[i];
        x[i] = last ? s->denoised[i] : next.alpha * s->denoised[i] + next.sigma * noise[i];
    }
}

const struct sampler first_order_samplers[] = {
    { .name = "euler",
      .label = "Euler",
      .class_name = "EulerDiscreteScheduler",
      .space = SPACE_SIGMA,
      .calls_per_step = 1,
      .curves = true,
      .spacings = true,
      .tables = tables_sigma,
      .step = euler },
    { .name = "euler-ancestral",
      .label = N_("Euler ancestral"),
      .class_name = "EulerAncestralDiscreteScheduler",
      .space = SPACE_SIGMA,
      .calls_per_step = 1,
      .curves = true,
      .spacings = true,
      .tables = tables_sigma,
      .takes_noise = noise_always,
      .step = euler_ancestral },
    { .name = "ddim",
      .label = "DDIM",
      .class_name = "DDIMScheduler",
      .space = SPACE_STEPS,
      .calls_per_step = 1,
      .spacings = true,
      .tables = tables_steps,
      .takes_noise = with_eta,
      .step = ddim },
    { .name = "ddpm",
      .label = "DDPM",
      .class_name = "DDPMScheduler",
      .space = SPACE_STEPS,
      .calls_per_step = 1,
      .spacings = true,
      .tables = tables_steps,
      .takes_noise = but_at_zero,
      .step = ddpm },
    { .name = "lcm",
      .label = "LCM",
      .class_name = "LCMScheduler",
      .space = SPACE_STEPS,
      .calls_per_step = 1,
      .tables = lcm_tables,
      .takes_noise = noise_but_last,
      .step = lcm },
    { .name = NULL },
};
