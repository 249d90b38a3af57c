/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "nn/op.h"
#include "nn/product.h"
#include "nn/share.h"

#include <assert.h>
#include <omp.h>
#include <stdio.h>

enum { OVER = 1 << 20 }; /* numbers computed at once by linear_over() */

void linear_bind_no_bias(struct linear *l, struct scope s, int in, int out)
{
    *l = (struct linear){ .in = in, .out = out };
    bind_weight(s, "weight", &l->weight, PACK_MATRIX, 2, out, in);
}

void linear_bind(struct linear *l, struct scope s, int in, int out)
{
    linear_bind_no_bias(l, s, in, out);
    bind_weight(s, "bias", &l->bias, PACK_VECTOR, 1, out);
}

void geglu_bind(struct linear *l, struct scope s, int in, int out)
{
    *l = (struct linear){ .in = in, .out = out };
    bind_weight(s, "weight", &l->weight, PACK_GEGLU, 2, 2 * out, in);
    bind_weight(s, "bias", &l->bias, PACK_VECTOR, 1, 2 * out);
}

void linear_bind_stack(struct linear *l, struct scope s, const char *const *names, int parts,
                       int in, int each, bool bias)
{
    char weights[LEAF_MAX_PARTS][SCOPE_MAX], biases[LEAF_MAX_PARTS][SCOPE_MAX];
    const char *weight[LEAF_MAX_PARTS], *vector[LEAF_MAX_PARTS];
    int rows[LEAF_MAX_PARTS];

    assert(parts <= LEAF_MAX_PARTS);
    for (int i = 0; i < parts; i++) {
        snprintf(weights[i], SCOPE_MAX, "%s.weight", names[i]);
        snprintf(biases[i], SCOPE_MAX, "%s.bias", names[i]);
        weight[i] = weights[i];
        vector[i] = biases[i];
        rows[i] = each;
    }
    *l = (struct linear){ .in = in, .out = parts * each };
    bind_stack(s, weight, rows, parts, in, &l->weight);
    if (bias)
        bind_stack(s, vector, rows, parts, 0, &l->bias);
}

/* What one thread does of a product of m rows and n columns. */
static void product_share(struct run *r, const struct arithmetic *in, const struct product *p,
                          int m, int n, double flops, void *scratch)
{
    const int t = omp_get_thread_num(), threads = omp_get_num_threads();
    const bool by_rows = m >= 128 * threads;
    const struct share rows =
        by_rows ? share_of(m, in->product_unit, t, threads) : (struct share){ 0, m };
    const struct share columns =
        by_rows ? (struct share){ 0, n } : share_of(n, PRODUCT_UNIT, t, threads);
    const double all = (double)(rows.end - rows.first) * (columns.end - columns.first);
    const int high = in->product_rows(p->k), wide = in->product_columns;
    double done = 0;

    for (int i = rows.first; i < rows.end; i += high)
        for (int j = columns.first; j < columns.end; j += wide) {
            const int i1 = rows.end - i < high ? rows.end : i + high;
            const int j1 = columns.end - j < wide ? columns.end : j + wide;
            in->product(p, i, i1, j, j1, scratch);
            done += (double)(i1 - i) * (j1 - j);
            if (!run_poll(r, t, flops, done / all))
                return;
        }
}

void product(struct run *r, struct tensor x, const struct weight *weight, struct finish f)
{
    const int m = (int)tensor_rows(x), k = x.c;
    const int n = f.act == ACT_GEGLU ? (f.n + 15) / 16 * 32 : f.n;
    const double flops = 2.0 * m * k * (f.act == ACT_GEGLU ? 2 * f.n : f.n);
    const int threads = worth_threads(flops, r->n_threads);
    const size_t mark = arena_mark(&r->arena);
    const struct arithmetic *const in = &r->k->in[weight->precision];
    const size_t own = (in->product_scratch(k) + 63) / 64 * 64;
    char *const scratch = arena_alloc(&r->arena, (size_t)threads * own);
    const struct product p = {
        .a = x.data,
        .lda = k,
        .k = k,
        .weight = weight->data,
        .type = (enum storage)weight->type,
        .finish = f,
    };

    if (run_begin(r, flops)) {
#pragma omp parallel num_threads(threads)
        {
            const unsigned mode = flush_begin();
            product_share(r, in, &p, m, n, flops, scratch + (size_t)omp_get_thread_num() * own);
            flush_end(mode);
        }
    }
    arena_release(&r->arena, mark);
}

struct tensor linear(struct run *r, const struct linear *l, struct tensor x, enum activation act)
{
    const struct tensor y = tensor_new(r, x.n, x.h, x.w, l->out);

    op_note(r, &(struct op){ .kind = OP_LINEAR, .linear = l, .x = x, .act = act });
    assert(x.c == l->in && (act == ACT_GEGLU) == (l->weight.packing == PACK_GEGLU));
    product(
        r, x, &l->weight,
        (struct finish){ .bias = weight_vector(&l->bias), .act = act, .out = y.data, .n = l->out });
    return y;
}

/* Some rows at a time by way of scratch: what they overwrite has been read. */
struct tensor linear_over(struct run *r, const struct linear *l, struct tensor x)
{
    const size_t mark = arena_mark(&r->arena), all = tensor_rows(x);
    const size_t most = OVER / (size_t)l->out, in = (size_t)x.c, out = (size_t)l->out;
    struct tensor y = x, some = { x.data, 1, 1, 0, x.c };

    assert(l->out <= x.c);
    y.c = l->out;
    for (size_t i = 0; i < all; i += most) {
        some.w = (int)(all - i < most ? all - i : most);
        const struct tensor part = linear(r, l, some, ACT_NONE);
        if (!r->skip) {
            run_copy(r, y.data + i * out, part.data, tensor_count(part) * sizeof(float));
            some.data += (size_t)some.w * in;
        }
        arena_release(&r->arena, mark);
    }
    return y;
}

void linear_add(struct run *r, const struct linear *l, struct tensor x, struct tensor y)
{
    op_note(r, &(struct op){ .kind = OP_LINEAR_ADD, .linear = l, .x = x, .y = y });
    assert(x.c == l->in && y.c == l->out && tensor_rows(x) == tensor_rows(y));
    product(r, x, &l->weight,
            (struct finish){
                .bias = weight_vector(&l->bias), .residual = y.data, .out = y.data, .n = l->out });
}
