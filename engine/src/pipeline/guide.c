/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "pipeline/pipeline.h"

#include <math.h>
#include <string.h>

/* Whether guidance is on at `call`: a part of the steps counts as its middle,
 * so 0 to 1 is always on. Kynkäänniemi et al. (arXiv:2404.07724). */
static bool guided_at(const struct task *t, int call)
{
    const double at = (call + 0.5) / t->sampling.calls;

    return t->guided && at >= t->req->guidance_start && at <= t->req->guidance_stop;
}

/* Standard deviation as torch.std: unbiased, here in double. */
static double deviation(const float *x, size_t n)
{
    double sum = 0, square = 0;

    for (size_t i = 0; i < n; i++)
        sum += x[i];
    for (size_t i = 0; i < n; i++)
        square += (x[i] - sum / (double)n) * (x[i] - sum / (double)n);
    return sqrt(square / (double)(n - 1));
}

/* Lin et al. (arXiv:2305.08891), section 3.4: guided towards the deviation of `text`. */
static void rescale(float *guided, const float *text, size_t n, double amount)
{
    const double factor = deviation(text, n) / deviation(guided, n);
    const float f = (float)(amount * factor + (1 - amount));

    for (size_t i = 0; i < n; i++)
        guided[i] *= f;
}

/* Ho and Salimans (arXiv:2207.12598): both [n] -> into `plain` */
static void combine(const struct task *t, float *plain, const float *text, size_t n)
{
    const float g = (float)t->req->guidance;

    for (size_t i = 0; i < n; i++)
        plain[i] = plain[i] + g * (text[i] - plain[i]);
    if (t->req->guidance_rescale > 0)
        rescale(plain, text, n, t->req->guidance_rescale);
}

/* Whether what the inner layers gave is still to be used at this call, which asks for `n`
 * pictures and the text from `first` on; if not it is computed anew. NULL: nobody keeps it. */
static const struct unet_inner *reuse(struct task *t, int n, int first)
{
    struct inner *const i = &t->inner;

    if (t->req->reuse <= 1)
        return NULL;
    i->age++;
    i->of.known = i->n == n && i->first == first && i->age < t->req->reuse;
    if (!i->of.known) {
        i->n = n;
        i->first = first;
        i->age = 0;
        i->of.x.n = n;
    }
    return &i->of;
}

struct tensor guide(struct task *t, const struct text_state *text, struct tensor x, int call)
{
    struct run *const r = &t->run;
    const bool both = guided_at(t, call);
    const size_t mark = arena_mark(&r->arena), n = tensor_count(x);
    struct tensor in = tensor_new(r, both ? 2 : 1, x.h, x.w, x.c);

    if (!r->skip) {
        sampling_input(&t->sampling, in.data, x.data, call);
        if (both)
            memcpy(in.data + n, in.data, n * sizeof(float));
    }
    const int first = t->guided && !both ? 1 : 0;
    struct tensor out = t->model->family->predict(
        r, t->model, text, first, in, t->sampling.timestep[call], reuse(t, in.n, first));
    if (both && !r->skip)
        combine(t, out.data, out.data + n, n);
    out.n = 1;
    return keep(r, mark, out);
}
