/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * test_conv - convolutions of awkward sizes against double precision, and the
 * same bytes from every instruction set and number of threads.
 */
#include "nn/layers.h"
#include "nn/norm.h"
#include "passes.h"
#include "quantised.h"
#include "weights.h"

static const double eps = 0x1p-24;

static enum precision precision; /* of all at the moment */

/* Largest error as a part of its bound: of direct convolutions, of F(4x4, 3x3). */
static double worst[2];
/* Largest mean error, in roundings times the root of the terms. */
static double steps_most[2];

enum { NORM = 1, TIME = 2, RESIDUAL = 4, UPSAMPLE = 8, PAD_END = 16, RELU = 32, NO_BIAS = 64 };

struct conv_case {
    int n, h, w, in, out, size, stride;
    enum dtype type;
    int options;
};

static const struct conv_case cases[] = {
    { 1, 6, 5, 24, 20, 1, 1, DTYPE_F16, RESIDUAL },
    { 2, 5, 7, 4, 32, 3, 1, DTYPE_F16, 0 },
    { 2, 8, 8, 40, 24, 3, 1, DTYPE_F16, NORM | TIME | RESIDUAL },
    { 1, 9, 6, 3, 20, 3, 1, DTYPE_F32, NO_BIAS },
    { 1, 16, 16, 32, 4, 3, 1, DTYPE_BF16, NORM },
    { 1, 16, 18, 4, 32, 3, 1, DTYPE_F16, RELU | RESIDUAL },
    { 2, 10, 12, 48, 32, 3, 2, DTYPE_F16, 0 },
    { 1, 11, 13, 16, 8, 3, 2, DTYPE_F32, 0 },
    { 1, 10, 10, 24, 16, 3, 2, DTYPE_F16, PAD_END },
    { 1, 4, 4, 32, 33, 3, 1, DTYPE_BF16, UPSAMPLE },
    { 2, 60, 61, 8, 8, 3, 1, DTYPE_F16, RESIDUAL },
    { 1, 3, 1100, 5, 8, 3, 1, DTYPE_F16, 0 },
    { 1, 16, 16, 16, 16, 3, 1, DTYPE_F16, 0 },
    { 1, 17, 19, 24, 40, 3, 1, DTYPE_F16, NORM | TIME | RESIDUAL },
    { 2, 16, 20, 176, 48, 3, 1, DTYPE_F16, TIME | NO_BIAS },
    { 1, 8, 9, 32, 16, 3, 1, DTYPE_BF16, UPSAMPLE },
    { 2, 40, 42, 16, 24, 3, 1, DTYPE_F32, NORM | RELU },
    { 1, 16, 600, 17, 16, 3, 1, DTYPE_F16, RESIDUAL },
};

struct job {
    const struct conv_case *c;
    struct conv layer;
    struct norm norm;
    float *x, *time, *residual, *input; /* input: normalised, doubled */
    int h, w, out_h, out_w;             /* of `input` and of the result */
};

static struct tensor apply(struct run *r, void *user)
{
    const struct job *const j = user;
    const struct conv_case *const c = j->c;
    const struct tensor time = { j->time, c->n, 1, 1, c->out };
    const struct tensor residual = { j->residual, c->n, j->out_h, j->out_w, c->out };

    return conv(r, &j->layer, (struct tensor){ j->x, c->n, c->h, c->w, c->in },
                (struct conv_extra){
                    .norm = c->options & NORM ? &j->norm : NULL,
                    .time = c->options & TIME ? &time : NULL,
                    .residual = c->options & RESIDUAL ? &residual : NULL,
                    .act = c->options & RELU ? ACT_RELU : ACT_NONE,
                    .upsample = c->options & UPSAMPLE,
                    .pad_end = c->options & PAD_END,
                });
}

/* What the products see, in double: normalised and doubled. */
static void make_input(struct job *j, const struct test_weights *w)
{
    const struct conv_case *const c = j->c;
    const float *const scale = weights_get(w, "norm.weight")->value;
    const float *const shift = weights_get(w, "norm.bias")->value;
    const int up = c->options & UPSAMPLE ? 2 : 1, pixels = c->h * c->w;
    const int groups = j->norm.groups, each = c->in / groups;

    for (int i = 0; i < c->n; i++)
        for (int ch = 0; ch < c->in; ch++) {
            const float *const x = j->x + i * pixels * c->in;
            const int g = ch / each * each;
            double sum = 0, square = 0;
            for (int p = 0; p < pixels; p++)
                for (int k = g; k < g + each; k++) {
                    sum += x[p * c->in + k];
                    square += (double)x[p * c->in + k] * x[p * c->in + k];
                }
            const double mean = sum / (pixels * each);
            const double f = 1 / sqrt(square / (pixels * each) - mean * mean + 1e-5);
            for (int y = 0; y < j->h; y++)
                for (int xx = 0; xx < j->w; xx++) {
                    double v = x[(y / up * c->w + xx / up) * c->in + ch];
                    if (c->options & NORM) {
                        v = (v - mean) * f * scale[ch] + shift[ch];
                        v /= 1 + exp(-v);
                    }
                    j->input[((i * j->h + y) * j->w + xx) * c->in + ch] = (float)v;
                }
        }
}

/* The same with the engine's own arithmetic, to the last bit: what is rounded to integers
 * next must not lie on the other side of a half. */
static void make_exact_input(struct job *j)
{
    const struct conv_case *const c = j->c;
    const int up = c->options & UPSAMPLE ? 2 : 1;
    const struct tensor x = { j->x, c->n, c->h, c->w, c->in };
    float *const scale = malloc((size_t)(2 * c->n * c->in) * sizeof(*scale));
    float *const shift = scale + c->n * c->in;
    struct kernels k;

    kernels_init(&k, NULL);
    struct run r = { .k = &k, .n_threads = 1 };
    CHECK(arena_open(&r.arena, 1 << 24));
    const unsigned mode = flush_begin();
    group_norm_fold(&r, &j->norm, x, scale, shift);
    for (int p = 0; p < c->n * j->h * j->w; p++) {
        const int xx = p % j->w / up, y = p / j->w % j->h / up, picture = p / j->w / j->h;
        const float *const from = j->x + ((picture * c->h + y) * c->w + xx) * c->in;
        float *const to = j->input + p * c->in;
        for (int ch = 0; ch < c->in; ch++)
            to[ch] = c->options & NORM
                         ? fmaf(from[ch], scale[picture * c->in + ch], shift[picture * c->in + ch])
                         : from[ch];
        if (c->options & NORM)
            k.activate(to, (size_t)c->in, ACT_SILU);
    }
    flush_end(mode);
    arena_close(&r.arena);
    free(scale);
}

static double input_at(const struct job *j, int picture, int y, int x, int ch)
{
    if (y < 0 || x < 0 || y >= j->h || x >= j->w)
        return 0;
    return j->input[((picture * j->h + y) * j->w + x) * j->c->in + ch];
}

static bool is_int8(const struct job *j)
{
    return j->layer.weight.precision == PRECISION_INT8;
}

/* As direct(), of integers; *size: of the taps. */
static double integer_direct(const struct job *j, const float *weight, int picture, int y, int x,
                             int n, double *size)
{
    const struct conv_case *const c = j->c;
    const int taps = c->size * c->size, pad = c->size == 1 || c->options & PAD_END ? 0 : 1;
    const float *const w = weight + n * c->in * taps, scale = weight_scale(w, c->in * taps);
    static struct quantised a;
    double sum = 0;

    *size = 0;
    for (int t = 0; t < taps; t++) {
        const int yy = y * c->stride + t / c->size - pad, xx = x * c->stride + t % c->size - pad;
        if (yy < 0 || xx < 0 || yy >= j->h || xx >= j->w)
            continue;
        quantise_input(&a, j->input + ((picture * j->h + yy) * j->w + xx) * c->in, c->in);
        const double tap = quantised_dot(&a, w + t, c->in, taps, scale);
        sum += tap;
        *size += fabs(tap);
    }
    return sum;
}

/* The sum of one pixel of the result; *size: of the |a||b|, *weights: of the |b|. */
static double direct(const struct job *j, const float *weight, int picture, int y, int x, int n,
                     double *size, double *weights)
{
    const struct conv_case *const c = j->c;
    const int taps = c->size * c->size, pad = c->size == 1 || c->options & PAD_END ? 0 : 1;
    double sum = 0;

    *size = *weights = 0;
    if (is_int8(j))
        return integer_direct(j, weight, picture, y, x, n, size);
    for (int ch = 0; ch < c->in; ch++)
        for (int t = 0; t < taps; t++) {
            const double a = input_at(j, picture, y * c->stride + t / c->size - pad,
                                      x * c->stride + t % c->size - pad, ch);
            const double b = weight[(n * c->in + ch) * taps + t];
            sum += a * b;
            *size += fabs(a * b);
            *weights += fabs(b);
        }
    return sum;
}

/* ---- The bound of F(4x4, 3x3) ------------------------------------------- */

/* The absolute values of the matrices of winograd_tmpl.c: points 0, +-5/8, +-3/2, infinity. */
static double at_matrix[4][6], g_matrix[6][3], bt_matrix[6][6];

static void make_matrices(void)
{
    static const double point[5] = { 0, 0.625, -0.625, 1.5, -1.5 };

    for (int i = 0; i < 5; i++) {
        double product = 1;
        double poly[6] = { 1 };
        for (int k = 0, degree = 0; k < 5; k++)
            if (k != i) {
                product *= point[i] - point[k];
                degree++;
                for (int d = degree; d >= 0; d--)
                    poly[d] = (d ? poly[d - 1] : 0) - point[k] * poly[d];
            }
        for (int d = 0; d < 6; d++)
            bt_matrix[i][d] = fabs(poly[d]);
        for (int d = 0; d < 3; d++)
            g_matrix[i][d] = fabs(pow(point[i], d) / product);
        for (int d = 0; d < 4; d++)
            at_matrix[d][i] = fabs(pow(point[i], d));
    }
    const double a = 0.625 * 0.625, b = 1.5 * 1.5;
    bt_matrix[5][1] = a * b;
    bt_matrix[5][3] = a + b;
    bt_matrix[5][5] = 1;
    g_matrix[5][2] = 1;
    at_matrix[3][5] = 1;
}

/* Of one pixel: A' [ sum over c of (|G||g||G'|) o (|B'||d||B|) ] A, absolute values
 * throughout: what every rounding is relative to. */
static double winograd_size(const struct job *j, const float *weight, int picture, int y, int x,
                            int n)
{
    const int in = j->c->in, y0 = y / 4 * 4, x0 = x / 4 * 4;
    double total = 0;

    for (int ch = 0; ch < in; ch++)
        for (int a = 0; a < 6; a++)
            for (int b = 0; b < 6; b++) {
                double u = 0, v = 0;
                for (int k = 0; k < 3; k++)
                    for (int l = 0; l < 3; l++)
                        u += g_matrix[a][k] * g_matrix[b][l] *
                             fabs(weight[(n * in + ch) * 9 + k * 3 + l]);
                for (int k = 0; k < 6; k++)
                    for (int l = 0; l < 6; l++)
                        if (bt_matrix[a][k] * bt_matrix[b][l] != 0)
                            v += bt_matrix[a][k] * bt_matrix[b][l] *
                                 fabs(input_at(j, picture, y0 + k - 1, x0 + l - 1, ch));
                total += at_matrix[y - y0][a] * at_matrix[x - x0][b] * u * v;
            }
    return total;
}

/* Roundings on the way of a term: input 2 x 2 (its matrix is exact), weights 2 x 3,
 * their matrix 2, the product and sum c, output 2 x 3, bias and the like 3. */
static double winograd_bound(const struct job *j, const float *weight, int picture, int y, int x,
                             int n)
{
    return (j->c->in + 21) * eps * winograd_size(j, weight, picture, y, x, n);
}

static bool is_winograd(const struct job *j)
{
    const struct conv_case *const c = j->c;

    return precision == PRECISION_F32 && c->size == 3 && c->stride == 1 && j->out_h >= 8 &&
           j->out_w >= 8 && c->in >= 16 && c->out >= 16;
}

/* ---- Cases --------------------------------------------------------------- */

/* Sums over what was checked: of the squares of errors and of results. */
struct mean {
    double error, square;
};

static void check_pixel(const struct job *j, const struct test_weights *w, const float *out,
                        size_t at, struct mean *mean)
{
    const struct conv_case *const c = j->c;
    const float *const weight = weights_get(w, "conv.weight")->value;
    const int n = (int)(at % (size_t)c->out), p = (int)(at / (size_t)c->out);
    const int x = p % j->out_w, y = p / j->out_w % j->out_h, picture = p / j->out_w / j->out_h;
    double size, weights, want = direct(j, weight, picture, y, x, n, &size, &weights);

    if (!(c->options & NO_BIAS))
        want += weights_get(w, "conv.bias")->value[n];
    if (c->options & TIME)
        want += j->time[picture * c->out + n];
    /* in int8 a tap is rounded four times, and once added to the others */
    const int terms = c->size * c->size * (is_int8(j) ? 1 : c->in);
    double bound = (terms + 4) * eps * (size + fabs(want)) + rounding_of(&j->layer.weight) * size;
    if (is_winograd(j))
        bound = winograd_bound(j, weight, picture, y, x, n) + 3 * eps * fabs(want);
    if (c->options & RELU)
        want = fmax(want, 0);
    if (c->options & RESIDUAL)
        want += j->residual[at];
    /* SiLU's own error, and the rounding of the statistics, pass through the weights. */
    bound += (c->options & NORM ? 4e-6 : 0) * weights;
    bound += eps * fabs(want);
    worst[is_winograd(j)] = fmax(worst[is_winograd(j)], fabs(out[at] - want) / bound);
    CHECK_NEAR(out[at], want, bound);
    mean->error += (out[at] - want) * (out[at] - want);
    mean->square += want * want;
}

static float *filled(size_t count)
{
    float *const x = malloc(count * sizeof(float));

    for (size_t i = 0; i < count; i++)
        x[i] = random_float();
    return x;
}

static void load(const struct conv_case *c, struct job *j, struct test_weights *w, void **block)
{
    const struct weight_source source = { weights_find, weights_read, w };
    struct binder b;
    struct kernels k;
    size_t bytes;

    kernels_init(&k, NULL);
    k.precision = precision;
    weights_add(w, "conv.weight", c->type, 0.5f, 4, (int[]){ c->out, c->in, c->size, c->size });
    weights_add(w, "conv.bias", c->type, 1.0f, 1, (int[]){ c->out });
    weights_add(w, "norm.weight", c->type, 1.0f, 1, (int[]){ c->in });
    weights_add(w, "norm.bias", c->type, 1.0f, 1, (int[]){ c->in });
    binder_init(&b, &source);
    (c->options & NO_BIAS ? conv_bind_no_bias : conv_bind)(&j->layer, scope_root(&b, "conv"), c->in,
                                                           c->out, c->size, c->stride);
    group_norm_bind(&j->norm, scope_root(&b, "norm"), c->in, c->in % 4 ? 1 : 4, 1e-5f);
    CHECK(binder_finish(&b, "test", NULL) && binder_load(&b, &k, 2, block, &bytes, NULL));
    binder_clear(&b);
}

static void check_case(const struct conv_case *c)
{
    struct test_weights w = { 0 };
    struct job j = { .c = c };
    void *block;
    char what[80];

    load(c, &j, &w, &block);
    j.h = c->options & UPSAMPLE ? 2 * c->h : c->h;
    j.w = c->options & UPSAMPLE ? 2 * c->w : c->w;
    const int border = c->size == 1 ? 0 : c->options & PAD_END ? 1 : 2;
    j.out_h = (j.h + border - c->size) / c->stride + 1;
    j.out_w = (j.w + border - c->size) / c->stride + 1;
    const size_t count = (size_t)(c->n * j.out_h * j.out_w * c->out);
    j.x = filled((size_t)(c->n * c->h * c->w * c->in));
    j.time = filled((size_t)(c->n * c->out));
    j.residual = filled(count);
    j.input = filled((size_t)(c->n * j.h * j.w * c->in));
    if (is_int8(&j))
        make_exact_input(&j);
    else
        make_input(&j, &w);
    float *const out = filled(2 * count);
    snprintf(what, sizeof(what), "%d x %d x %d, %d to %d", c->n, c->h, c->w, c->in, c->out);
    passes(what, apply, &j, out, out + count);
    struct mean mean = { 0 };
    for (size_t i = 0; i < count; i += 1 + count / 997 * (i > 64))
        check_pixel(&j, &w, out, i, &mean);
    /* The bounds assume that all roundings add up; in truth they cancel, as a walk of k
     * random steps of eps ends near sqrt(k) of them. Direct sums are at 0.3 of that, F(4x4,
     * 3x3) at 0.7; the usual points +-1 and +-2 would be above 1. */
    const double steps = sqrt(mean.error / mean.square / (c->size * c->size * c->in + 4)) / eps;
    if (precision == PRECISION_F32) {
        CHECK_NEAR(steps, 0, 1);
        steps_most[is_winograd(&j)] = fmax(steps_most[is_winograd(&j)], steps);
    }
    free(out);
    free(j.x);
    free(j.time);
    free(j.residual);
    free(j.input);
    free(block);
    weights_clear(&w);
}

int main(void)
{
    make_matrices();
    for (int p = 0; p < PRECISION_COUNT; p++) {
        precision = (enum precision)p;
        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
            check_case(&cases[i]);
    }
    printf("largest error of its bound: direct %.3f, F(4x4, 3x3) %.3f\n", worst[0], worst[1]);
    printf("mean error: direct %.2f, F(4x4, 3x3) %.2f\n", steps_most[0], steps_most[1]);
    return check_done();
}
