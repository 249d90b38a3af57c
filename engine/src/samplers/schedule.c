/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "samplers/schedule.h"

#include <math.h>

/* ---- Training ------------------------------------------------------------ */

/* From both ends and rounded once, as torch.linspace() does in float. */
static float linspace(float start, float end, int i, int n)
{
    const float step = (end - start) / (float)(n - 1);

    return i < n / 2 ? fmaf(step, (float)i, start) : fmaf(-step, (float)(n - 1 - i), end);
}

/* Nichol and Dhariwal (arXiv:2102.09672), equation 17. */
static double squared_cosine(double t)
{
    const double c = cos((t + 0.008) / 1.008 * 3.141592653589793 / 2);

    return c * c;
}

static float beta(const struct schedule_config *c, int i)
{
    const int n = c->train_steps;
    float root;

    switch (c->beta_schedule) {
    case BETAS_SCALED_LINEAR:
        root = linspace((float)sqrt(c->beta_start), (float)sqrt(c->beta_end), i, n);
        return root * root;
    case BETAS_SQUARED_COSINE:
        return (float)fmin(1 - squared_cosine((i + 1.0) / n) / squared_cosine((double)i / n),
                           0.999);
    default:
        return linspace((float)c->beta_start, (float)c->beta_end, i, n);
    }
}

/* Shift and scale the roots so that the last is 0 and the first stays: Lin et
 * al. (arXiv:2305.08891), algorithm 1. */
static void rescale(float *alphas, int n)
{
    const float first = sqrtf(alphas[0]), last = sqrtf(alphas[n - 1]);
    const float scale = first / (first - last);
    float before = 1;
    double product = 1;

    for (int i = 0; i < n; i++) {
        const float root = (sqrtf(alphas[i]) - last) * scale;
        const float alpha = root * root;
        /* by way of betas in float, as the reference goes */
        const float b = 1 - alpha / before;
        before = alpha;
        product *= 1 - b;
        alphas[i] = (float)product;
    }
}

void schedule_alphas(float *alphas, const struct schedule_config *c)
{
    double product = 1;

    for (int i = 0; i < c->train_steps; i++) {
        product *= 1 - beta(c, i);
        alphas[i] = (float)product;
    }
    if (c->zero_snr)
        rescale(alphas, c->train_steps);
}

/* ---- Timesteps and sigmas ------------------------------------------------ */

static float sigma_at(struct noise noise, int t)
{
    return sqrtf((1 - noise.alphas[t]) / noise.alphas[t]);
}

double schedule_sigma(struct noise noise, double t)
{
    const int i = (int)floor(t);
    double low;

    if (t <= 0)
        return sigma_at(noise, 0);
    if (i >= noise.train_steps - 1)
        return sigma_at(noise, noise.train_steps - 1);
    low = sigma_at(noise, i);
    return low + (sigma_at(noise, i + 1) - low) * (t - i);
}

double schedule_timestep(struct noise noise, double sigma)
{
    const double wanted = log(fmax(sigma, 1e-10));
    int low = 0, high = noise.train_steps - 1;
    float log_low, log_high;
    double w;

    /* the last timestep but one whose sigma is not above the wanted one */
    while (high - low > 1) {
        const int middle = (low + high) / 2;
        if (logf(sigma_at(noise, middle)) <= wanted)
            low = middle;
        else
            high = middle;
    }
    log_low = logf(sigma_at(noise, low));
    log_high = logf(sigma_at(noise, low + 1));
    w = (log_low - wanted) / (log_low - log_high);
    w = fmin(fmax(w, 0), 1);
    return (1 - w) * low + w * (low + 1);
}

/* numpy.arange(end, 0, -ratio).round() - 1, but always `steps` of them. */
static void trailing(double *t, int end, double ratio, int steps)
{
    const double delta = (end - ratio) - end;

    for (int i = 0; i < steps; i++)
        t[i] = rint(end + i * delta) - 1;
}

void schedule_timesteps(double *t, const struct schedule_config *c, int steps)
{
    const double step = steps > 1 ? (c->train_steps - 1.0) / (steps - 1) : 0;
    const int ratio = c->train_steps / steps;

    if (c->spacing == SPACING_TRAILING) {
        trailing(t, c->train_steps, (double)c->train_steps / steps, steps);
        return;
    }
    for (int i = 0; i < steps; i++) {
        const int back = steps - 1 - i;
        if (c->spacing == SPACING_LEADING)
            t[i] = back * ratio + c->steps_offset;
        else
            t[i] = back && !i ? c->train_steps - 1 : back * step;
    }
}

/* Timesteps left when those with less than lambda_min are cut off;
 * lambda = log(alpha / sigma), as in DPM-Solver (arXiv:2206.00927). */
static int last_timestep(const struct schedule_config *c, struct noise noise)
{
    int last = noise.train_steps;

    while (last > 1 &&
           logf(sqrtf(noise.alphas[last - 1])) - logf(sqrtf(1 - noise.alphas[last - 1])) <
               c->lambda_min)
        last--;
    return last;
}

void schedule_solver_timesteps(double *t, const struct schedule_config *c, struct noise noise,
                               int steps)
{
    const int last = last_timestep(c, noise);
    const int ratio = last / (steps + 1);
    const double step = (last - 1.0) / steps;

    if (c->spacing == SPACING_TRAILING) {
        trailing(t, last, (double)c->train_steps / steps, steps);
        return;
    }
    for (int i = 0; i < steps; i++) {
        const int back = steps - i;
        if (c->spacing == SPACING_LEADING)
            t[i] = back * ratio + c->steps_offset;
        else
            t[i] = i ? rint(back * step) : last - 1;
    }
}

void schedule_karras(double *sigma, double max, double min, int steps)
{
    const double high = pow(max, 1.0 / 7), low = pow(min, 1.0 / 7);

    for (int i = 0; i < steps; i++)
        sigma[i] = pow(high + (i ? (double)i / (steps - 1) : 0) * (low - high), 7);
}

void schedule_exponential(double *sigma, double max, double min, int steps)
{
    const double high = log(max), low = log(min);

    for (int i = 0; i < steps; i++)
        sigma[i] = exp(i && i == steps - 1 ? low : high + i * ((low - high) / fmax(steps - 1, 1)));
}
