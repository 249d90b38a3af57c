/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * check_attention - attention of every instruction set against double precision
 * and, bit for bit, against C; nothing outside the arrays is touched.
 */
#include "check.h"
#include "guard.h"
#include "kernels/attention.h"
#include "kernels/kernels.h"

#include <string.h>

static unsigned state = 1;

static float any(void)
{
    state = state * 1664525u + 1013904223u;
    return (float)(state >> 8) / (1 << 23) - 1.0f;
}

enum { Q, K, V, OUT, PACKED, SCRATCH, ARRAYS };

/* One problem on guarded memory; the rows of q, k, v lie apart, those of out touch. */
struct problem {
    struct attention a;
    struct guarded memory[ARRAYS];
    size_t bytes[ARRAYS];
    float *scratch;
};

static float *array(struct problem *p, int which, size_t count)
{
    p->bytes[which] = count * sizeof(float);
    return guarded_new(&p->memory[which], p->bytes[which]);
}

/* The last row has d columns only: what is behind may not be read. */
static const float *rows_of(struct problem *p, int which, int rows, ptrdiff_t ld, float size)
{
    const size_t count = (size_t)(rows - 1) * (size_t)ld + (size_t)p->a.d;
    float *const x = array(p, which, count);

    for (size_t i = 0; i < count; i++)
        x[i] = (ptrdiff_t)i % ld < p->a.d ? size * any() : NAN;
    return x;
}

static void problem_open(struct problem *p, const struct arithmetic *in, int queries, int keys,
                         int d, float size, bool causal)
{
    const int gap = d % 3;

    *p = (struct problem){ .a = { .queries = queries, .keys = keys, .d = d, .causal = causal } };
    p->a.scale = 1 / sqrtf((float)d);
    p->a.ldq = p->a.ldk = p->a.ldv = d + gap;
    p->a.ldo = d;
    p->a.q = rows_of(p, Q, queries, p->a.ldq, size);
    p->a.k = rows_of(p, K, keys, p->a.ldk, size);
    p->a.v = rows_of(p, V, keys, p->a.ldv, 1);
    p->a.out = array(p, OUT, (size_t)queries * (size_t)d);
    p->a.packed = array(p, PACKED, attention_packed(in, keys, d));
    p->scratch = array(p, SCRATCH, (in->attention_scratch(d) + 15) / 16 * 16);
}

static void problem_close(struct problem *p)
{
    for (int i = 0; i < ARRAYS; i++) {
        CHECK(guarded_intact(&p->memory[i], p->bytes[i]));
        guarded_free(&p->memory[i]);
    }
}

static void solve(const struct arithmetic *in, struct problem *p)
{
    memset(p->a.out, 0xff, p->bytes[OUT]);
    memset(p->a.packed, 0xff, p->bytes[PACKED]);
    memset(p->scratch, 0xff, p->bytes[SCRATCH]);
    for (int i = 0; i < attention_blocks(in, p->a.keys, p->a.d); i++)
        in->attention_pack(&p->a, i);
    for (int i = 0; i < p->a.queries; i += ATTENTION_QUERIES)
        in->attend(&p->a, i, p->scratch);
}

/* Relative errors beyond float32's: of a term of a score (q and k are rounded) and of the
 * result (weights and v are), both (1 + 2^-9)^2 - 1; of 2^x. */
static const struct {
    double term, exponential;
} errors[PRECISION_COUNT] = {
    [PRECISION_F32] = { 0, 1.6e-7 },
    [PRECISION_BF16] = { 0x1.01p-8, 1.02e-4 },
    [PRECISION_INT8] = { 0, 1.6e-7 }, /* which is float32 */
};

/* Exact weights of query i; returns the relative error allowed to each.
 * eps = 2^-24. In units of log2: the score is a sum of d products of rounded
 * q * (scale * log2(e)), three roundings more ((d + 4) eps sum |q||k|), from which
 * maxima are taken, each with an error of eps times what they differ. Then 2^x
 * once for the key and once (1.6e-7), with one rounding, for every later block. */
static double exact_weights(const struct attention *a, enum precision precision, int blocks, int i,
                            double *p)
{
    const int keys = a->causal && i < a->keys ? i + 1 : a->keys;
    double most = -INFINITY, least = INFINITY, size = 0, sum = 0;

    for (int j = 0; j < keys; j++) {
        double s = 0, terms = 0;
        for (int c = 0; c < a->d; c++) {
            const double term = (double)a->q[i * a->ldq + c] * a->k[j * a->ldk + c];
            s += term;
            terms += fabs(term);
        }
        p[j] = s * a->scale * 1.4426950408889634;
        size = fmax(size, terms * a->scale * 1.4426950408889634);
        most = fmax(most, p[j]);
        least = fmin(least, p[j]);
    }
    for (int j = 0; j < keys; j++)
        sum += p[j] = exp2(p[j] - most);
    for (int j = 0; j < a->keys; j++)
        p[j] = j < keys ? p[j] / sum : 0;
    return 0.7 * ((a->d + 4) * size + 2 * (most - least)) * 0x1p-24 +
           0.7 * errors[precision].term * size + errors[precision].exponential + blocks * 1.6e-7 +
           (1 + blocks) * 0x1p-24;
}

/* Weights and their sum have that error, both sums of up to `keys` terms round as often,
 * and so do the division and what follows it. */
static double worst(const struct problem *p, enum precision precision)
{

    const struct attention *const a = &p->a;
    const int blocks = (a->keys + 47) / 48;
    double *const weight = malloc((size_t)a->keys * sizeof(*weight));
    double most = 0;

    for (int i = 0; i < a->queries; i++) {
        const double error = 2 * exact_weights(a, precision, blocks, i, weight) +
                             errors[precision].term + (2 * a->keys + 4) * 0x1p-24;
        for (int c = 0; c < a->d; c++) {
            double want = 0, size = 0;
            for (int j = 0; j < a->keys; j++) {
                want += weight[j] * a->v[j * a->ldv + c];
                size += weight[j] * fabs(a->v[j * a->ldv + c]);
            }
            const double off = fabs(a->out[i * a->ldo + c] - want) / (error * size);
            most = off >= most ? off : isnan(off) ? INFINITY : most;
        }
    }
    free(weight);
    return most;
}

static void check_one(const struct kernels *c, enum precision precision, int queries, int keys,
                      int d, float size, bool causal)
{
    struct problem p;
    struct kernels k;
    const char *name;
    const struct arithmetic *const in = &c->in[precision];

    problem_open(&p, in, queries, keys, d, size, causal);
    float *const first = malloc(p.bytes[OUT]);
    solve(in, &p);
    memcpy(first, p.a.out, p.bytes[OUT]);
    const double off = worst(&p, precision);
    CHECK(off <= 1);
    printf("%s %4d queries %4d keys d %3d%s: %.3f of the bound\n", kernel_precision_name(precision),
           queries, keys, d, causal ? " causal" : "", off);
    for (int i = 1; (name = kernel_isa_name(i)); i++) {
        kernels_init(&k, name);
        solve(&k.in[precision], &p);
        CHECK(!memcmp(first, p.a.out, p.bytes[OUT]));
    }
    free(first);
    problem_close(&p);
}

static void check(const struct kernels *c, int queries, int keys, int d, float size, bool causal)
{
    for (int p = 0; p < PRECISION_COUNT; p++)
        check_one(c, (enum precision)p, queries, keys, d, size, causal);
}

int main(void)
{
    static const int counts[] = { 1, 2, 3, 15, 16, 17, 31, 33, 47, 48, 49, 64, 65, 77, 97, 200 };
    static const int widths[] = { 1, 3, 7, 8, 16, 17, 40, 64, 80, 160, 161, 512 };
    enum { COUNTS = sizeof(counts) / sizeof(counts[0]), WIDTHS = sizeof(widths) / sizeof(int) };
    struct kernels c;

    kernels_init(&c, "c");
    const unsigned mode = flush_begin();
    for (int i = 0; i < COUNTS; i++)
        for (int j = 0; j < WIDTHS; j++)
            check(&c, counts[(i * 5 + j) % COUNTS], counts[i], widths[j], 1.5f, false);
    for (int i = 0; i < COUNTS; i++)
        check(&c, counts[i], counts[i], widths[i % WIDTHS], 1.5f, true);
    check(&c, 70, 600, 40, 1.5f, false);
    check(&c, 10, 500, 512, 1.5f, false);
    check(&c, 40, 300, 40, 20, false); /* one key takes nearly all */
    check(&c, 100, 40, 64, 1.5f, true);
    flush_end(mode);
    return check_done();
}
