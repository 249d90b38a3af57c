/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * checkkern - every kernel of every instruction set this processor has, against
 * double precision and, bit for bit, against the reference in C.
 */
#include "activated.h"
#include "check.h"
#include "kernels/kernels.h"

#include <string.h>

static unsigned state = 1;

static float any(void)
{
    state = state * 1664525u + 1013904223u;
    return (float)(state >> 8) / (1 << 23) - 1.0f;
}

/* c[r][j] of the micro-kernel in double precision, and the sum of |a||b|. */
static double exact(const float *a, const ptrdiff_t *seg, int nseg, int len, const float *b, int j,
                    double *size)
{
    const float *const panel = b + (ptrdiff_t)j / 16 * nseg * len * 16 + j % 16;
    double sum = 0;

    *size = 0;
    for (int s = 0; s < nseg; s++)
        for (int i = 0; i < len; i++) {
            const double term = (double)a[seg[s] + i] * panel[(s * len + i) * 16];
            sum += term;
            *size += fabs(term);
        }
    return sum;
}

/* (k + 1) * eps * sum |a||b|: Higham, Accuracy and Stability, 3.1. */
static void check_micro(const struct micro *m, int nseg, int len)
{
    static float a[8][4096], b[2 * 4096 * 16], c[8 * 40];
    const float *row[8];
    ptrdiff_t seg[9];
    const int k = nseg * len;

    for (int s = 0; s < nseg; s++)
        seg[s] = s * (len + 3) + 1;
    for (int r = 0; r < 8; r++) {
        row[r] = a[r];
        for (int i = 0; i < nseg * (len + 3) + 1; i++)
            a[r][i] = any();
    }
    for (int i = 0; i < 2 * k * 16; i++)
        b[i] = any();
    for (int i = 0; i < 8 * 40; i++)
        c[i] = 0.5f;
    for (int first = 1; first >= 0; first--) {
        m->run(row, seg, nseg, len, b, c, 40, first);
        for (int r = 0; r < m->rows; r++)
            for (int j = 0; j < m->columns; j++) {
                double size;
                const double want = (2 - first) * exact(a[r], seg, nseg, len, b, j, &size);
                CHECK_NEAR(c[r * 40 + j], want, (2 * k + 1) * 0x1p-24 * 2 * size);
            }
    }
    for (int r = 0; r < m->rows; r++)
        CHECK(c[r * 40 + m->columns] == 0.5f);
}

/* Of the larger of 1 and |x|: exp2's 2.1e-7 and the rounding of x * slope reach
 * the result through e / (1 + e)^2 * x at most; GELU adds 1.5e-7 of erf. */
static void check_activate(const struct kernels *k, const struct kernels *c, enum activation act)
{
    enum { N = 4099 };
    static float x[N + 1], y[N + 1], z[N + 1];

    for (int i = 0; i < N; i++)
        x[i] = (float)(i - N / 2) * (i % 3 ? 0.01f : 0.1f);
    x[N] = 3;
    for (int n = N - 17; n <= N; n++) {
        memcpy(y, x, sizeof(x));
        memcpy(z, x, sizeof(x));
        k->activate(y, (size_t)n, act);
        c->activate(z, (size_t)n, act);
        CHECK(!memcmp(y, z, sizeof(y)));
        CHECK(y[n] == x[n]);
    }
    for (int i = 0; i < N; i++)
        CHECK_NEAR(y[i], activated(x[i], act), 1.2e-6 * fmax(1, fabs(x[i])));
    y[0] = NAN;
    k->activate(y, 1, act);
    CHECK(isnan(y[0]));
}

int main(void)
{
    struct kernels c, k;
    const char *name;

    CHECK(kernels_init(&c, "c") && !strcmp(c.isa, "c"));
    CHECK(!kernels_init(&k, "none") && k.isa);
    const unsigned mode = flush_begin();
    for (int i = 0; (name = kernel_isa_name(i)); i++) {
        CHECK(kernels_init(&k, name) && !strcmp(k.isa, name));
        for (int len = 1; len <= 40; len++) {
            check_micro(&k.micro, 1, len);
            check_micro(&k.micro, 9, len);
        }
        check_micro(&k.micro, 1, 320);
        for (int act = ACT_NONE; act < ACT_GEGLU; act++)
            check_activate(&k, &c, (enum activation)act);
        printf("%s: micro-kernel %dx%d\n", name, k.micro.rows, k.micro.columns);
    }
    flush_end(mode);
    return check_done();
}
