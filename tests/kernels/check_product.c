/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * check_product - products and convolutions of every instruction set, called as
 * the layers call them, against the reference in C: the same bytes, and not one
 * read or written outside the arrays. (Against double precision: tests/nn.)
 */
#include "check.h"
#include "guard.h"
#include "kernels/conv.h"
#include "kernels/pack.h"

enum { MAX_ARRAYS = 16 };

/* Arrays of one call, all between pages that may not be touched. */
struct arrays {
    struct guarded guard[MAX_ARRAYS];
    size_t bytes[MAX_ARRAYS];
    int n;
};

static unsigned state = 1;

static unsigned any(void)
{
    state = state * 1664525u + 1013904223u;
    return state >> 8;
}

/* `count` floats not yet written; NULL for none. */
static float *scratch_new(struct arrays *a, size_t count)
{
    if (!count)
        return NULL;
    a->bytes[a->n] = count * sizeof(float);
    float *const x = guarded_new(&a->guard[a->n], a->bytes[a->n]);
    a->n++;
    return x;
}

static float *floats_new(struct arrays *a, size_t count)
{
    float *const x = scratch_new(a, count);

    for (size_t i = 0; i < count; i++)
        x[i] = (float)(any() & 0xffff) / 32768.0f - 1.0f;
    return x;
}

/* Finite numbers of any of the types, packed for k inputs, conv3: of 3x3 taps. */
static void *weights_new(struct arrays *a, enum precision precision, enum storage type, int k,
                         int panels, bool conv3)
{
    const struct packer *const p = &packers[precision];
    const size_t count = (size_t)(PANEL * k * (conv3 ? 9 : 1));
    const size_t bytes = (conv3 ? p->conv3_bytes : p->matrix_bytes)(type, k, panels);
    void *const w = guarded_new(&a->guard[a->n], bytes);
    float *const rows = malloc(count * sizeof(*rows));

    a->bytes[a->n++] = bytes;
    if (p->widened)
        type = STORED_F32;
    for (int q = 0; q < panels; q++) {
        for (size_t i = 0; i < count; i++)
            if (type == STORED_F32)
                rows[i] = (float)(any() & 0xffff) / 65536.0f - 0.5f;
            else
                ((uint16_t *)rows)[i] =
                    (uint16_t)((type == STORED_F16 ? 0x2c00 : 0x3d80) | (any() & 0x83ff));
        (conv3 ? p->conv3 : p->matrix)(rows, q == panels - 1 ? PANEL / 2 : PANEL, type, k, panels,
                                       q, w);
    }
    free(rows);
    return w;
}

static void arrays_free(struct arrays *a)
{
    for (int i = 0; i < a->n; i++) {
        CHECK(guarded_intact(&a->guard[i], a->bytes[i]));
        guarded_free(&a->guard[i]);
    }
    a->n = 0;
}

/* ---- Products ----------------------------------------------------------- */

struct product_case {
    int m, n, k, gap; /* gap: behind each row of a */
    enum storage type;
    enum activation act;
    bool bias, residual;
};

static const struct product_case products[] = {
    { 1, 1, 1, 0, STORED_F32, ACT_NONE, false, false },
    { 7, 16, 3, 0, STORED_F16, ACT_NONE, true, false },
    { 13, 17, 320, 5, STORED_BF16, ACT_SILU, true, false },
    { 8, 33, 321, 0, STORED_F16, ACT_RELU, true, true },
    { 192, 320, 40, 0, STORED_F16, ACT_NONE, true, true },
    { 191, 100, 648, 3, STORED_F32, ACT_GELU, false, true },
    { 5, 8, 64, 0, STORED_F16, ACT_GEGLU, true, false },
    { 9, 40, 650, 1, STORED_F32, ACT_GEGLU, true, false },
    { 6, 160, 24, 0, STORED_BF16, ACT_GEGLU, false, false },
};

static void product_run(const struct kernels *k, enum precision precision,
                        const struct product_case *c, float *out)
{
    struct arrays a = { 0 };
    const bool geglu = c->act == ACT_GEGLU;
    const int panels = geglu ? (c->n + 15) / 16 * 2 : panel_count(c->n);
    const size_t lda = (size_t)(c->k + c->gap), count = (size_t)(c->m * c->n);
    const enum storage type = packers[precision].stored(c->type);
    const struct arithmetic *const in = &k->in[precision];
    struct product p = { .lda = (ptrdiff_t)lda, .k = c->k, .type = type };

    state = 7;
    p.a = floats_new(&a, (size_t)(c->m - 1) * lda + (size_t)c->k);
    p.weight = weights_new(&a, precision, c->type, c->k, panels, false);
    p.finish = (struct finish){
        .bias = floats_new(&a, c->bias ? (size_t)(geglu ? 2 * c->n : c->n) : 0),
        .act = c->act,
        .residual = floats_new(&a, c->residual ? count : 0),
        .out = scratch_new(&a, count),
        .n = c->n,
    };
    float *const scratch = scratch_new(&a, in->product_scratch(c->k) / sizeof(float));
    const int all = geglu ? panels * 16 : c->n, half = all > 64 ? 64 : all;
    in->product(&p, 0, c->m, 0, half, scratch);
    if (half < all)
        in->product(&p, 0, c->m, half, all, scratch);
    memcpy(out, p.finish.out, count * sizeof(*out));
    arrays_free(&a);
}

/* ---- Convolutions -------------------------------------------------------- */

struct conv_case {
    int n, h, w, c, out, stride;
    enum storage type;
    bool norm, time, residual, upsample;
};

static const struct conv_case convs[] = {
    { 1, 1, 1, 1, 1, 1, STORED_F32, false, false, false, false },
    { 2, 5, 7, 3, 20, 1, STORED_F16, true, true, false, false },
    { 1, 9, 4, 40, 16, 1, STORED_BF16, false, false, true, false },
    { 2, 8, 9, 33, 24, 2, STORED_F16, true, false, true, false },
    { 1, 4, 5, 24, 33, 1, STORED_F32, false, true, true, true },
    { 1, 10, 13, 72, 48, 1, STORED_F16, true, true, true, false },
    { 1, 3, 37, 40, 33, 1, STORED_F16, true, false, false, false },
    { 1, 4, 32, 320, 32, 1, STORED_F16, false, true, true, false },
};

static struct conv3 conv_new(struct arrays *a, enum precision precision, const struct conv_case *c)
{
    const int up = c->upsample ? 2 : 1;
    const int oh = (up * c->h - 1) / c->stride + 1, ow = (up * c->w - 1) / c->stride + 1;
    const size_t folded = c->norm ? (size_t)(c->n * c->c) : 0;
    const size_t count = (size_t)(c->n * oh * ow * c->out);
    const enum storage type = packers[precision].stored(c->type);

    return (struct conv3){
        .x = floats_new(a, (size_t)(c->n * c->h * c->w * c->c)),
        .n = c->n,
        .h = c->h,
        .w = c->w,
        .c = c->c,
        .upsample = c->upsample,
        .scale = floats_new(a, folded),
        .shift = floats_new(a, folded),
        .pad = 1,
        .stride = c->stride,
        .out_h = oh,
        .out_w = ow,
        .weight = weights_new(a, precision, c->type, c->c, panel_count(c->out), true),
        .type = type,
        .finish = { .bias = floats_new(a, (size_t)c->out),
                    .time = floats_new(a, c->time ? (size_t)(c->n * c->out) : 0),
                    .time_rows = oh * ow,
                    .residual = floats_new(a, c->residual ? count : 0),
                    .out = scratch_new(a, count),
                    .n = c->out },
    };
}

static void direct_run(const struct kernels *k, enum precision precision, struct arrays *a,
                       const struct conv3 *v)
{
    const struct arithmetic *const in = &k->in[precision];
    struct window w = { .rows = (v->out_h - 1) * v->stride + 3,
                        .cols = (v->out_w - 1) * v->stride + 3 };

    in->conv_window(v->c, &w);
    w.end = v->n * w.rows;
    w.slice = (ptrdiff_t)w.end * w.cols * w.pitch;
    w.data = scratch_new(a, (size_t)w.slice * (size_t)((v->c + w.width - 1) / w.width) *
                                in->operand / sizeof(float));
    in->conv_input(v, &w, 0, w.end);
    in->conv_direct(v, &w, 0, v->n * v->out_h * v->out_w, 0, v->finish.n,
                    scratch_new(a, in->conv_scratch(v->c) / sizeof(float)));
}

static void winograd_run(const struct kernels *k, struct arrays *a, const struct conv3 *v)
{
    const int across = (v->out_w + 3) / 4, down = (v->out_h + 3) / 4, all = v->n * across * down;
    struct window w = { .rows = 4 * down + 2, .cols = 4 * across + 2 };
    struct tiles t = { .capacity = all, .chunk = 32 };

    w.width = w.pitch = (v->c + 15) / 16 * 16;
    w.end = v->n * w.rows;
    w.data = scratch_new(a, (size_t)(w.end * w.cols * w.pitch));
    t.plane = (ptrdiff_t)t.capacity * t.chunk + 16;
    t.data = scratch_new(a, (size_t)((v->c + 31) / 32 * WINO_PLANES) * (size_t)t.plane);
    k->in[PRECISION_F32].conv_input(v, &w, 0, w.end);
    k->wino_input(v, &w, 0, all, &t, 0);
    k->wino_product(v, &t, 0, all, 0, v->finish.n, scratch_new(a, WINO_SCRATCH));
}

static size_t conv_run(const struct kernels *k, enum precision precision, const struct conv_case *c,
                       bool winograd, float *out)
{
    struct arrays a = { 0 };

    state = 9;
    const struct conv3 v = conv_new(&a, precision, c);
    const size_t count = (size_t)(v.n * v.out_h * v.out_w * v.finish.n);
    if (winograd)
        winograd_run(k, &a, &v);
    else
        direct_run(k, precision, &a, &v);
    memcpy(out, v.finish.out, count * sizeof(*out));
    arrays_free(&a);
    return count;
}

static void check_same(const float *want, const float *got, size_t count)
{
    CHECK(!memcmp(want, got, count * sizeof(*got)));
    for (size_t j = 0; j < count; j++)
        CHECK(isfinite(got[j]));
}

static void check_set(const struct kernels *c, const struct kernels *k, enum precision precision)
{
    static float want[1 << 16], got[1 << 16];

    for (size_t i = 0; i < sizeof(products) / sizeof(*products); i++) {
        product_run(c, precision, &products[i], want);
        product_run(k, precision, &products[i], got);
        check_same(want, got, (size_t)(products[i].m * products[i].n));
    }
    for (size_t i = 0; i < sizeof(convs) / sizeof(*convs); i++) {
        const int ways = convs[i].stride == 1 && precision == PRECISION_F32 ? 2 : 1;
        for (int winograd = 0; winograd < ways; winograd++) {
            const size_t count = conv_run(c, precision, &convs[i], winograd, want);
            CHECK(conv_run(k, precision, &convs[i], winograd, got) == count);
            check_same(want, got, count);
        }
    }
}

int main(void)
{
    struct kernels c, k;
    const char *name;

    CHECK(kernels_init(&c, "c"));
    const unsigned mode = flush_begin();
    for (int i = 0; (name = kernel_isa_name(i)); i++) {
        CHECK(kernels_init(&k, name));
        for (int p = 0; p < PRECISION_COUNT; p++)
            check_set(&c, &k, (enum precision)p);
    }
    flush_end(mode);
    return check_done();
}
