/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * UniPC: Zhao et al. (arXiv:2302.04867), multistep, predicting the picture.
 * After each call the last step is done over with what the network said at its
 * end (the corrector), then the next is predicted from what it said before.
 */
#include "samplers/methods.h"

#include <math.h>
#include <string.h>

enum { MAX_ORDER = 3, LAST_X = MAX_ORDER };

/* A step from `from` to `to` (sigma[0] to sigma[1]) of a given order. */
struct step {
    struct level from, to;
    int order;
    float phi1;           /* e^-h - 1 */
    float b;              /* B(h) */
    float rk[MAX_ORDER];  /* where earlier calls were, in steps; then 1 */
    float rho[MAX_ORDER]; /* weights of their differences; then of the corrector's */
};

static bool unipc_tables(const struct sampling *s, double *t, double *sigma, ebru_error *err)
{
    const bool good = tables_solver(s, t, sigma, err);

    if ((s->config.karras || s->config.exponential) && s->config.final_sigma == FINAL_SIGMA_MIN)
        sigma[s->steps] = sigma[s->steps - 1];
    return good;
}

/* Gauss's elimination with pivots; a is n rows of n + 1. */
static void solve(double a[MAX_ORDER][MAX_ORDER + 1], int n, float *x)
{
    for (int col = 0; col < n; col++) {
        int pivot = col;
        for (int row = col + 1; row < n; row++)
            if (fabs(a[row][col]) > fabs(a[pivot][col]))
                pivot = row;
        for (int k = 0; k <= n; k++) {
            const double swap = a[col][k];
            a[col][k] = a[pivot][k];
            a[pivot][k] = swap;
        }
        for (int row = 0; row < n; row++) {
            const double factor = a[row][col] / a[col][col];
            for (int k = col; row != col && k <= n; k++)
                a[row][k] -= factor * a[col][k];
        }
    }
    for (int row = 0; row < n; row++)
        x[row] = (float)(a[row][n] / a[row][row]);
}

/* Equation 9 of the paper: `n` conditions on the weights, powers of rk. */
static void fit(struct step *p, float h, int n)
{
    double a[MAX_ORDER][MAX_ORDER + 1];
    float phi = p->phi1 / -h - 1, factorial = 1;

    for (int i = 0; i < n; i++) {
        for (int k = 0; k < n; k++)
            a[i][k] = powf(p->rk[k], (float)i);
        a[i][n] = phi * factorial / p->b;
        factorial *= (float)(i + 2);
        phi = phi / -h - 1 / factorial;
    }
    solve(a, n, p->rho);
}

/* The step that begins at sigma[0], with the calls of sigma[-1], ... before it. */
static struct step make_step(const struct sampling *s, const float *sigma, int order,
                             bool corrector)
{
    struct step p = { .from = level_of(sigma[0]), .to = level_of(sigma[1]), .order = order };
    const float h = p.to.lambda - p.from.lambda;

    p.phi1 = expm1f(-h);
    p.b = s->config.solver == SOLVER_BH1 ? -h : p.phi1;
    for (int k = 1; k < order; k++)
        p.rk[k - 1] = (level_of(sigma[-k]).lambda - p.from.lambda) / h;
    p.rk[order - 1] = 1;
    if (order == (corrector ? 1 : 2))
        p.rho[0] = 0.5f;
    else if (corrector)
        fit(&p, h, order);
    else if (order > 2)
        fit(&p, h, order - 1);
    return p;
}

/* x0 over the step; history: what the calls up to its start said; `end`: what
 * the call at its end said, NULL for the predictor. */
static void take_step(const struct sampling *s, const struct step *p, float *x, const float *x0,
                      const float *end)
{
    const float scale = p->to.sigma / p->from.sigma;
    const float *m0 = history_row(s, 0);

    for (size_t i = 0; i < s->n; i++) {
        float sum = 0;
        for (int k = 1; k < p->order; k++)
            sum += p->rho[k - 1] * ((history_row(s, k)[i] - m0[i]) / p->rk[k - 1]);
        if (end)
            sum += p->rho[p->order - 1] * (end[i] - m0[i]);
        x[i] = scale * x0[i] - p->to.alpha * p->phi1 * m0[i];
        if (p->order > 1 || end) /* B(h) may else be infinite */
            x[i] -= p->to.alpha * p->b * sum;
    }
}

/* Without noise at the end, h is infinite and only the first order is defined. */
static int order_at(const struct sampling *s, int call)
{
    const int left = s->calls - call, done = call - s->first;
    int order = s->config.solver_order;

    if (s->config.lower_order_final && left < order)
        order = left;
    if (s->sigma[call + 1] == 0)
        order = 1;
    return done + 1 < order ? done + 1 : order;
}

/* History: what the last three calls said; x at the start of the last step. */
static void unipc(struct sampling *s, float *x, const float *output, const float *noise, int call)
{
    const float *sigma = s->sigma + call;
    float *x0 = history_row(s, LAST_X);
    struct step p;

    (void)noise;
    denoise_at_level(s, x, output, level_of(sigma[0]));
    if (call > s->first) {
        p = make_step(s, sigma - 1, order_at(s, call - 1), true);
        take_step(s, &p, x, x0, s->denoised);
    }
    history_push(s, s->denoised, MAX_ORDER);
    memcpy(x0, x, s->n * sizeof(float));
    p = make_step(s, sigma, order_at(s, call), false);
    take_step(s, &p, x, x0, NULL);
}

const struct sampler unipc_samplers[] = {
    { .name = "unipc",
      .label = "UniPC",
      .class_name = "UniPCMultistepScheduler",
      .space = SPACE_ALPHA,
      .calls_per_step = 1,
      .history = MAX_ORDER + 1,
      .curves = true,
      .spacings = true,
      .tables = unipc_tables,
      .step = unipc },
    { .name = NULL },
};
