/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "nn/op.h"

#include <assert.h>
#include <string.h>

/* Values one thread works on at once; fewer are not worth a second thread. */
enum { CHUNK = 1 << 15 };

struct tensor concat(struct run *r, struct tensor a, struct tensor b)
{
    const struct tensor y = tensor_new(r, a.n, a.h, a.w, a.c + b.c);
    const size_t rows = tensor_rows(a), left = (size_t)a.c, right = (size_t)b.c;

    op_note(r, &(struct op){ .kind = OP_CONCAT, .x = a, .y = b });
    assert(tensor_rows(b) == rows);
    if (!run_begin(r, (double)tensor_count(y)))
        return y;
#pragma omp parallel for num_threads(r->n_threads) schedule(static) if (tensor_count(y) > CHUNK)
    for (size_t i = 0; i < rows; i++) {
        float *const row = y.data + i * (left + right);
        memcpy(row, a.data + i * left, left * sizeof(float));
        memcpy(row + left, b.data + i * right, right * sizeof(float));
    }
    return y;
}

/* Row `id` of a table as float32. */
static void read_row(const struct kernels *k, const struct weight *table, int id, float *row)
{
    const size_t c = (size_t)table->shape[1], at = (size_t)id * c;

    if (table->type == DTYPE_F32)
        memcpy(row, (const float *)table->data + at, c * sizeof(float));
    else if (table->type == DTYPE_F16)
        k->widen_f16(row, (const uint16_t *)table->data + at, c);
    else
        k->widen_bf16(row, (const uint16_t *)table->data + at, c);
}

struct tensor embed(struct run *r, const struct weight *table, const struct weight *position,
                    const int *ids, int n, int tokens)
{
    const int c = table->shape[1];
    const struct tensor y = tensor_new(r, n, 1, tokens, c);
    const size_t mark = arena_mark(&r->arena), width = (size_t)c;
    float *const place = arena_alloc(&r->arena, width * sizeof(*place));

    op_note(r, &(struct op){ .kind = OP_EMBED, .table = table, .position = position, .x = y });
    assert(position->shape[0] >= tokens && position->shape[1] == c);
    arena_release(&r->arena, mark);
    if (!run_begin(r, (double)tensor_count(y)))
        return y;
    const unsigned mode = flush_begin();
    for (int i = 0; i < n * tokens; i++) {
        float *const row = y.data + (size_t)i * width;
        read_row(r->k, table, ids[i], row);
        read_row(r->k, position, i % tokens, place);
        r->k->add(row, place, width);
    }
    flush_end(mode);
    return y;
}

void add(struct run *r, struct tensor x, struct tensor y)
{
    const size_t count = tensor_count(x);

    op_note(r, &(struct op){ .kind = OP_ADD, .x = x, .y = y });
    assert(tensor_count(y) == count);
    if (!run_begin(r, (double)count))
        return;
#pragma omp parallel num_threads(r->n_threads) if (count > CHUNK)
    {
        const unsigned mode = flush_begin();
#pragma omp for schedule(static)
        for (size_t i = 0; i < count; i += CHUNK)
            r->k->add(x.data + i, y.data + i, count - i < CHUNK ? count - i : CHUNK);
        flush_end(mode);
    }
}

void activate(struct run *r, struct tensor x, enum activation act)
{
    const size_t count = tensor_count(x);

    op_note(r, &(struct op){ .kind = OP_ACTIVATE, .x = x, .act = act });
    assert(act != ACT_GEGLU);
    if (!run_begin(r, 16.0 * (double)count))
        return;
#pragma omp parallel num_threads(r->n_threads) if (count > CHUNK)
    {
        const unsigned mode = flush_begin();
#pragma omp for schedule(static)
        for (size_t i = 0; i < count; i += CHUNK)
            r->k->activate(x.data + i, count - i < CHUNK ? count - i : CHUNK, act);
        flush_end(mode);
    }
}
