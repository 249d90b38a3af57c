/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * check_sets - a little of every kernel, in every precision and on every
 * instruction set there is, against C: the same bytes. For the emulated
 * processor, so in one thread, linked statically and over in a minute; the
 * thorough tests are in tests/kernels. Prints a sum of the bytes of each.
 */
#include "../check.h"
#include "kernels/attention.h"
#include "kernels/conv.h"
#include "kernels/pack.h"

#include <string.h>

enum { MOST = 1 << 15 }; /* floats of a result */

static unsigned state;
static float result[MOST];
static size_t used;

static float any(void)
{
    state = state * 1664525u + 1013904223u;
    return (float)(state >> 8) / (1 << 23) - 1.0f;
}

/* Memory for one case, released by forget(). */
static void *blocks[32];
static int n_blocks;

static void *bytes_new(size_t bytes)
{
    void *const p = aligned_alloc(64, (bytes + 63) / 64 * 64);

    if (!p || n_blocks == sizeof(blocks) / sizeof(*blocks))
        abort();
    memset(p, 0xff, (bytes + 63) / 64 * 64);
    return blocks[n_blocks++] = p;
}

static float *floats_new(size_t count)
{
    float *const x = bytes_new(count * sizeof(float));

    for (size_t i = 0; i < count; i++)
        x[i] = any();
    return x;
}

static void forget(void)
{
    while (n_blocks)
        free(blocks[--n_blocks]);
}

static void keep(const float *x, size_t count)
{
    CHECK(used + count <= MOST);
    if (used + count <= MOST)
        memcpy(result + used, x, count * sizeof(*x));
    used += count;
}

/* `panels` panels of weights packed as `precision` has them, conv3: of 3x3 taps. */
static void *weights_new(enum precision precision, int rows, int k, int panels, bool geglu,
                         bool conv3)
{
    const struct packer *const packer = &packers[precision];
    const size_t length = (size_t)k * (conv3 ? 9 : 1);
    const float *const w = floats_new((size_t)rows * length);
    void *const packed =
        bytes_new((conv3 ? packer->conv3_bytes : packer->matrix_bytes)(STORED_F32, k, panels));

    for (int q = 0; q < panels; q++) {
        const int half = geglu ? rows / 2 : rows, first = (geglu ? q / 2 : q) * PANEL;
        const int count = half - first < PANEL ? half - first : PANEL;
        const float *const from = w + (size_t)(first + (geglu ? q % 2 * half : 0)) * length;
        (conv3 ? packer->conv3 : packer->matrix)(from, count < 0 ? 0 : count, STORED_F32, k, panels,
                                                 q, packed);
    }
    return packed;
}

/* ---- The kernels ---------------------------------------------------------- */

static void run_product(const struct kernels *k, enum precision precision)
{
    static const struct {
        int m, n, k;
        enum activation act;
    } cases[] = { { 37, 40, 70, ACT_SILU }, { 18, 48, 330, ACT_GEGLU }, { 5, 17, 33, ACT_GELU } };
    const struct arithmetic *const in = &k->in[precision];

    for (int i = 0; i < 3; i++) {
        const int m = cases[i].m, n = cases[i].n;
        const bool geglu = cases[i].act == ACT_GEGLU;
        const int rows = geglu ? 2 * n : n, panels = geglu ? n / PANEL * 2 : panel_count(n);
        const struct product p = {
            .a = floats_new((size_t)(m * cases[i].k)),
            .lda = cases[i].k,
            .k = cases[i].k,
            .weight = weights_new(precision, rows, cases[i].k, panels, geglu, false),
            .type = packers[precision].stored(STORED_F32),
            .finish = { .bias = floats_new((size_t)rows),
                        .act = cases[i].act,
                        .residual = geglu ? NULL : floats_new((size_t)(m * n)),
                        .out = floats_new((size_t)(m * n)),
                        .n = n },
        };
        in->product(&p, 0, m, 0, rows, bytes_new(in->product_scratch(p.k)));
        keep(p.finish.out, (size_t)(m * n));
    }
}

static struct conv3 conv_new(enum precision precision, int side, int c, int out, int stride,
                             bool up)
{
    const int size = ((up ? 2 : 1) * side - 1) / stride + 1;

    return (struct conv3){
        .x = floats_new((size_t)(side * side * c)),
        .n = 1,
        .h = side,
        .w = side,
        .c = c,
        .upsample = up,
        .scale = floats_new((size_t)c),
        .shift = floats_new((size_t)c),
        .pad = 1,
        .stride = stride,
        .out_h = size,
        .out_w = size,
        .weight = weights_new(precision, out, c, panel_count(out), false, true),
        .type = packers[precision].stored(STORED_F32),
        .finish = { .bias = floats_new((size_t)out),
                    .out = floats_new((size_t)(size * size * out)),
                    .n = out },
    };
}

static void run_direct(const struct kernels *k, enum precision precision)
{
    static const struct {
        int side, c, out, stride;
        bool up;
    } cases[] = { { 17, 40, 20, 1, false }, { 9, 33, 36, 2, false }, { 4, 64, 16, 1, true } };
    const struct arithmetic *const in = &k->in[precision];

    for (int i = 0; i < 3; i++) {
        const struct conv3 v = conv_new(precision, cases[i].side, cases[i].c, cases[i].out,
                                        cases[i].stride, cases[i].up);
        struct window w = { .rows = (v.out_h - 1) * v.stride + 3,
                            .cols = (v.out_w - 1) * v.stride + 3 };
        in->conv_window(v.c, &w);
        w.end = w.rows;
        w.slice = (ptrdiff_t)w.rows * w.cols * w.pitch;
        w.data = bytes_new((size_t)w.slice * (size_t)((v.c + w.width - 1) / w.width) * in->operand);
        in->conv_input(&v, &w, 0, w.end);
        in->conv_direct(&v, &w, 0, v.out_h * v.out_w, 0, v.finish.n,
                        bytes_new(in->conv_scratch(v.c)));
        keep(v.finish.out, (size_t)(v.out_h * v.out_w * v.finish.n));
    }
}

static void run_winograd(const struct kernels *k, enum precision precision)
{
    const struct conv3 v = conv_new(precision, 18, 24, 20, 1, false);
    struct window w = { .rows = 22, .cols = 22, .width = 32, .pitch = 32, .end = 22 };
    struct tiles t = { .capacity = 25, .chunk = 32, .plane = 25 * 32 + 16 };

    if (precision != PRECISION_F32)
        return;
    w.data = bytes_new(22 * 22 * 32 * sizeof(float));
    t.data = bytes_new((size_t)(WINO_PLANES * t.plane) * sizeof(float));
    k->in[precision].conv_input(&v, &w, 0, w.end);
    k->wino_input(&v, &w, 0, 25, &t, 0);
    k->wino_product(&v, &t, 0, 25, 0, 20, bytes_new(WINO_SCRATCH * sizeof(float)));
    keep(v.finish.out, (size_t)(18 * 18 * 20));
}

static void run_attention(const struct kernels *k, enum precision precision)
{
    static const struct {
        int queries, keys, d;
        bool causal;
    } cases[] = { { 70, 150, 40, false }, { 20, 77, 80, false }, { 77, 77, 64, true } };
    const struct arithmetic *const in = &k->in[precision];

    for (int i = 0; i < 3; i++) {
        const int d = cases[i].d, queries = cases[i].queries, keys = cases[i].keys;
        const struct attention a = {
            .q = floats_new((size_t)(queries * d)),
            .k = floats_new((size_t)(keys * d)),
            .v = floats_new((size_t)(keys * d)),
            .out = floats_new((size_t)(queries * d)),
            .ldq = d,
            .ldk = d,
            .ldv = d,
            .ldo = d,
            .queries = queries,
            .keys = keys,
            .d = d,
            .scale = 0.5f,
            .causal = cases[i].causal,
            .packed = bytes_new(attention_packed(in, keys, d) * sizeof(float)),
        };
        float *const scratch = bytes_new(in->attention_scratch(d) * sizeof(float));
        for (int j = 0; j < attention_blocks(in, keys, d); j++)
            in->attention_pack(&a, j);
        for (int j = 0; j < queries; j += ATTENTION_QUERIES)
            in->attend(&a, j, scratch);
        keep(a.out, (size_t)(queries * d));
    }
}

static void run_norms(const struct kernels *k, enum precision precision)
{
    enum { ROWS = 9, C = 83 };
    float *const x = floats_new(ROWS * C), *const y = floats_new(ROWS * C);
    float *const scale = floats_new(C), *const shift = floats_new(C), sums[2 * C];
    double total[C];

    if (precision != PRECISION_F32)
        return;
    k->sum_piece(x, ROWS, C, shift, sums);
    keep(sums, 2 * C);
    k->add_pieces(x, ROWS, C, C, total);
    for (int i = 0; i < C; i++)
        keep(&(float){ (float)total[i] }, 1);
    k->scale_rows(y, x, ROWS, C, scale, shift);
    keep(y, ROWS * C);
    k->norm_rows(y, x, ROWS, C, scale, shift, 1e-5f);
    keep(y, ROWS * C);
}

static void run_simple(const struct kernels *k, enum precision precision)
{
    enum { N = 99 };
    float *const x = floats_new(N), *const y = floats_new(N);
    uint16_t halves[N];

    if (precision != PRECISION_F32)
        return;
    for (int i = 0; i < N; i++)
        halves[i] = (uint16_t)(i * 317);
    for (int act = ACT_NONE; act < ACT_GEGLU; act++) {
        memcpy(y, x, N * sizeof(*x));
        for (int i = 0; i < N; i++)
            y[i] *= 6;
        k->activate(y, N, (enum activation)act);
        keep(y, N);
    }
    k->add(y, x, N);
    keep(y, N);
    k->widen_f16(y, halves, N);
    keep(y, N);
    k->widen_bf16(y, halves, N);
    keep(y, N);
}

static const struct {
    const char *name;
    void (*run)(const struct kernels *k, enum precision precision);
} kernels[] = {
    { "product", run_product },     { "direct convolution", run_direct },
    { "winograd", run_winograd },   { "attention", run_attention },
    { "normalisation", run_norms }, { "simple", run_simple },
};

/* FNV-1a */
static uint32_t sum_of(const float *x, size_t count)
{
    const unsigned char *const p = (const unsigned char *)x;
    uint32_t sum = 2166136261u;

    for (size_t i = 0; i < count * sizeof(*x); i++)
        sum = (sum ^ p[i]) * 16777619u;
    return sum;
}

static void check_kernel(size_t i, enum precision precision)
{
    static float want[MOST];
    struct kernels k;
    const char *isa;
    size_t count = 0;

    for (int s = 0; (isa = kernel_isa_name(s)); s++) {
        CHECK(kernels_init(&k, isa));
        state = 7;
        used = 0;
        kernels[i].run(&k, precision);
        forget();
        if (s == 0) {
            memcpy(want, result, sizeof(want));
            count = used;
        }
        CHECK(used == count && !memcmp(want, result, used * sizeof(*want)));
        for (size_t j = 0; j < used; j++)
            CHECK(isfinite(result[j]));
        if (used)
            printf("%s, %s, %s: %08x\n", kernels[i].name, kernel_precision_name(precision), isa,
                   sum_of(result, used));
    }
}

int main(void)
{
    const unsigned mode = flush_begin();

    for (size_t i = 0; i < sizeof(kernels) / sizeof(*kernels); i++)
        for (int p = 0; p < PRECISION_COUNT; p++)
            check_kernel(i, (enum precision)p);
    flush_end(mode);
    return check_done();
}
