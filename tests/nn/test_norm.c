/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * test_norm - GroupNorm and LayerNorm against double precision; neither instruction set nor
 * number of threads changes a byte.
 */
#include "nn/norm.h"
#include "passes.h"
#include "weights.h"

struct problem {
    struct norm norm;
    struct tensor x;
};

static struct tensor normalise(struct run *r, void *arg)
{
    const struct problem *const p = arg;

    return norm(r, &p->norm, p->x);
}

/* Mean and deviation of channels [first, end) over the rows [row, row + rows). */
static void moments(struct tensor x, size_t row, size_t rows, int first, int end, double eps,
                    double *mean, double *deviation)
{
    const double n = (double)rows * (end - first);
    double sum = 0, square = 0;

    for (size_t i = row; i < row + rows; i++)
        for (int j = first; j < end; j++)
            sum += x.data[i * (size_t)x.c + (size_t)j];
    *mean = sum / n;
    for (size_t i = row; i < row + rows; i++)
        for (int j = first; j < end; j++) {
            const double d = x.data[i * (size_t)x.c + (size_t)j] - *mean;
            square += d * d;
        }
    *deviation = sqrt(square / n + eps);
}

/* GroupNorm: scale and shift are rounded, and so is x * scale + shift: with eps = 2^-24,
 * 2 eps (|x| + |mean|) scale + 2 eps |y|; the sums of 64 floats have relative errors below
 * 66 eps in mean and square of distances of up to 2 (from the first pixel) for a deviation
 * of 0.58: in all 66 eps * (2 / 0.58 + 2^2 / 0.58^2) of |scale| (1 + |y|).
 * LayerNorm: sums of c / 32 + 5 floats of the size of the values. */
static double bound(const struct problem *p, double mean, double deviation, double x, double y)
{
    const struct norm *const l = &p->norm;
    const double scale = 1.5 / deviation;
    const double sums =
        l->groups ? 66 * (2 + 4 / deviation) : (l->c / 32 + 8) * (1 + fabs(mean) + 1 / deviation);

    return 0x1p-24 * scale * (2 * (fabs(x) + fabs(mean)) + sums * (1 + fabs(y))) +
           2 * 0x1p-24 * fabs(y);
}

static void check(struct problem *p)
{
    const struct tensor x = p->x;
    const size_t rows = p->norm.groups ? (size_t)(x.h * x.w) : 1;
    const int each = p->norm.groups ? x.c / p->norm.groups : x.c;
    const float *const scale = p->norm.scale.data, *const shift = p->norm.shift.data;
    float *const out = passes_new("norm", normalise, p, tensor_count(x));

    for (size_t row = 0; row < tensor_rows(x); row += rows)
        for (int j = 0; j < x.c; j += each) {
            double mean, deviation;
            moments(x, row, rows, j, j + each, p->norm.eps, &mean, &deviation);
            for (size_t i = row; i < row + rows; i++)
                for (int k = j; k < j + each; k++) {
                    const size_t at = i * (size_t)x.c + (size_t)k;
                    const double y = scale[k] * (x.data[at] - mean) / deviation;
                    CHECK_NEAR(out[at], y + shift[k], bound(p, mean, deviation, x.data[at], y));
                }
        }
    free(out);
}

static void check_norm(int n, int h, int w, int c, int groups, float mean)
{
    struct problem p = { .norm = { .c = c, .groups = groups, .eps = 1e-5f } };
    struct tensor scale = random_tensor(1, 1, 1, c, 0.5f), shift = random_tensor(1, 1, 1, c, 0);

    p.norm.scale.data = scale.data;
    p.norm.shift.data = shift.data;
    p.x = random_tensor(n, h, w, c, mean);
    check(&p);
    free(p.x.data);
    free(scale.data);
    free(shift.data);
}

int main(void)
{
    check_norm(1, 8, 8, 32, 32, 0);
    check_norm(2, 9, 7, 48, 16, 1);
    check_norm(1, 16, 16, 320, 32, 0.1f);
    check_norm(2, 13, 11, 30, 5, -3);
    check_norm(1, 1, 2, 7, 1, 0);
    check_norm(1, 65, 1, 33, 3, 100);
    check_norm(1, 40, 40, 64, 32, 0);
    check_norm(2, 1, 77, 768, 0, 0);
    check_norm(1, 5, 3, 8, 0, 2);
    check_norm(1, 3, 1, 33, 0, 0);
    check_norm(1, 1, 3, 1, 0, 0);
    check_norm(1, 64, 9, 95, 0, -1);
    return check_done();
}
