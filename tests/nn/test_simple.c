/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * test_simple - concat, embed, add and activate; neither instruction set nor number of
 * threads changes a byte.
 */
#include "nn/layers.h"
#include "passes.h"
#include "weights.h"

struct problem {
    struct tensor a, b;
    enum activation act;
    struct weight table, position;
    const int *ids;
};

static struct tensor copy(struct run *r, struct tensor x)
{
    const struct tensor y = tensor_new(r, x.n, x.h, x.w, x.c);

    if (!r->skip)
        memcpy(y.data, x.data, tensor_count(x) * sizeof(float));
    return y;
}

static struct tensor concat_pass(struct run *r, void *arg)
{
    const struct problem *const p = arg;

    return concat(r, p->a, p->b);
}

static void check_concat(int n, int h, int w, int left, int right)
{
    struct problem p = { .a = random_tensor(n, h, w, left, 0),
                         .b = random_tensor(n, h, w, right, 0) };
    const size_t count = tensor_count(p.a) + tensor_count(p.b);
    float *const out = passes_new("concat", concat_pass, &p, count);
    const int c = left + right;

    for (size_t i = 0; i < count; i++) {
        const size_t row = i / (size_t)c, j = i % (size_t)c;
        CHECK(out[i] == (j < (size_t)left ? p.a.data[row * (size_t)left + j]
                                          : p.b.data[row * (size_t)right + j - (size_t)left]));
    }
    free(out);
    free(p.a.data);
    free(p.b.data);
}

static struct tensor add_pass(struct run *r, void *arg)
{
    const struct problem *const p = arg;
    const struct tensor x = copy(r, p->a);

    add(r, x, p->b);
    return x;
}

static struct tensor activate_pass(struct run *r, void *arg)
{
    const struct problem *const p = arg;
    const struct tensor x = copy(r, p->a);

    activate(r, x, p->act);
    return x;
}

static void check_add(int n, int w, int c)
{
    struct problem p = { .a = random_tensor(n, 1, w, c, 0), .b = random_tensor(n, 1, w, c, 2) };
    const size_t count = tensor_count(p.a);
    float *out = passes_new("add", add_pass, &p, count);

    for (size_t i = 0; i < count; i++)
        CHECK(out[i] == p.a.data[i] + p.b.data[i]);
    free(out);
    p.act = ACT_SILU; /* check of the functions: kernels/checkkern */
    out = passes_new("activate", activate_pass, &p, count);
    for (size_t i = 0; i < count; i++)
        CHECK_NEAR(out[i], p.a.data[i] / (1 + exp(-(double)p.a.data[i])), 1e-6);
    free(out);
    free(p.a.data);
    free(p.b.data);
}

static struct tensor embed_pass(struct run *r, void *arg)
{
    const struct problem *const p = arg;

    return embed(r, &p->table, &p->position, p->ids, 2, 5);
}

/* Small integers are exact in every type: i / 4 in float16 and bfloat16. */
static void *table_of(enum dtype type, int count)
{
    float *const f = malloc((size_t)count * sizeof(*f));
    uint16_t *const h = malloc((size_t)count * sizeof(*h));

    for (int i = 0; i < count; i++) {
        uint32_t bits;
        f[i] = (float)(i % 61 - 30) / 4;
        memcpy(&bits, &f[i], sizeof(bits));
        const uint32_t sign = bits >> 16 & 0x8000, rest = bits & 0x7fffffff;
        h[i] = (uint16_t)(type == DTYPE_BF16 ? bits >> 16
                          : rest             ? sign | ((rest - (112u << 23)) >> 13)
                                             : sign);
    }
    if (type == DTYPE_F32)
        return free(h), f;
    return free(f), h;
}

static void check_embed(enum dtype type, enum dtype position_type, int c)
{
    static const int ids[] = { 0, 3, 9, 2, 2, 1, 8, 7, 4, 0 };
    void *const table = table_of(type, 10 * c), *const position = table_of(position_type, 5 * c);
    struct problem p = {
        .table = { .data = table, .type = type, .rank = 2, .shape = { 10, c } },
        .position = { .data = position, .type = position_type, .rank = 2, .shape = { 5, c } },
        .ids = ids
    };
    float *const out = passes_new("embed", embed_pass, &p, (size_t)(10 * c));

    for (int i = 0; i < 10 * c; i++) {
        const int token = ids[i / c] * c + i % c, place = i / c % 5 * c + i % c;
        CHECK(out[i] == (float)(token % 61 - 30) / 4 + (float)(place % 61 - 30) / 4);
    }
    free(out);
    free(table);
    free(position);
}

int main(void)
{
    check_concat(2, 5, 7, 3, 8);
    check_concat(1, 64, 64, 17, 16);
    check_add(1, 1, 1);
    check_add(3, 41, 7);
    check_add(2, 300, 65);
    for (int type = 0; type < DTYPE_COUNT; type++)
        for (int other = 0; other < DTYPE_COUNT; other++)
            check_embed((enum dtype)type, (enum dtype)other, 37);
    return check_done();
}
