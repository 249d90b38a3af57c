/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "kernels/attention.h"
#include "nn/op.h"
#include "nn/share.h"

#include <assert.h>
#include <omp.h>

/* Floats of packed keys and values that are worked on together: as many heads as fit,
 * one at least. */
enum { PACKED_TOGETHER = 1 << 20 };

/* All heads of one call. */
struct heads {
    struct attention first; /* of the first picture; the others lie behind it */
    int count, per_picture;
    ptrdiff_t q, k, v, out; /* from one picture to the next */
    float *packed;
    size_t packed_floats; /* of one head */
};

static struct attention head_at(const struct heads *h, int index, int slot)
{
    const int picture = index / h->per_picture, column = index % h->per_picture * h->first.d;
    struct attention a = h->first;

    a.q += picture * h->q + column;
    a.k += picture * h->k + column;
    a.v += picture * h->v + column;
    a.out += picture * h->out + column;
    a.packed = h->packed + (size_t)slot * h->packed_floats;
    return a;
}

/* Heads [first, first + count), for every thread of a team. */
static void attend_heads(struct run *r, const struct arithmetic *in, const struct heads *h,
                         int first, int count, float *scratch, double flops)
{
    const int blocks = attention_blocks(in, h->first.keys, h->first.d);
    const int tiles = (h->first.queries + ATTENTION_QUERIES - 1) / ATTENTION_QUERIES;
    const double all = (double)h->count * tiles;

#pragma omp for collapse(2) schedule(static)
    for (int i = 0; i < count; i++)
        for (int j = 0; j < blocks; j++) {
            const struct attention a = head_at(h, first + i, i);
            in->attention_pack(&a, j);
        }
#pragma omp for collapse(2) schedule(dynamic)
    for (int i = 0; i < count; i++)
        for (int j = 0; j < tiles; j++) {
            const struct attention a = head_at(h, first + i, i);
            const double done = (double)(first + i) * tiles + j;
            if (run_poll(r, omp_get_thread_num(), flops, done / all))
                in->attend(&a, j * ATTENTION_QUERIES, scratch);
        }
}

static void attend_all(struct run *r, const struct heads *h, int together, float *scratch,
                       size_t scratch_floats, double flops)
{
#pragma omp parallel num_threads(worth_threads(flops, r->n_threads))
    {
        const unsigned mode = flush_begin();
        float *const own = scratch + (size_t)omp_get_thread_num() * scratch_floats;
        for (int i = 0; i < h->count; i += together)
            attend_heads(r, &r->k->in[r->k->precision], h, i,
                         h->count - i < together ? h->count - i : together, own, flops);
        flush_end(mode);
    }
}

struct tensor attention(struct run *r, struct tensor q, struct tensor k, struct tensor v, int heads,
                        int d, float scale, bool causal)
{
    const int queries = q.h * q.w, keys = k.h * k.w;
    const struct tensor out = tensor_new(r, q.n, q.h, q.w, heads * d);
    const struct arithmetic *const in = &r->k->in[r->k->precision];
    const size_t mark = arena_mark(&r->arena), packed = attention_packed(in, keys, d);
    const size_t own = (in->attention_scratch(d) + 15) & ~(size_t)15;
    const int all = q.n * heads, most = (int)(PACKED_TOGETHER / packed);
    const int together = most < 1 ? 1 : most < all ? most : all;
    const double flops = 4.0 * all * queries * (double)keys * d;

    op_note(r, &(struct op){ .kind = OP_ATTENTION,
                             .x = q,
                             .y = k,
                             .z = v,
                             .heads = heads,
                             .d = d,
                             .scale = scale,
                             .causal = causal });
    assert(k.n == q.n && v.n == q.n && v.h * v.w == keys);
    const struct heads h = {
        .first = { q.data, k.data, v.data, out.data, q.c, k.c, v.c, out.c, queries, keys, d, scale,
                   causal, NULL },
        .count = all,
        .per_picture = heads,
        .q = (ptrdiff_t)queries * q.c,
        .k = (ptrdiff_t)keys * k.c,
        .v = (ptrdiff_t)keys * v.c,
        .out = (ptrdiff_t)queries * out.c,
        .packed = arena_alloc(&r->arena, (size_t)together * packed * sizeof(float)),
        .packed_floats = packed,
    };
    float *const scratch = arena_alloc(&r->arena, (size_t)r->n_threads * own * sizeof(float));
    arena_release(&r->arena, mark);
    if (run_begin(r, flops))
        attend_all(r, &h, together, scratch, own, flops);
    return out;
}

struct tensor columns(struct tensor x, int first)
{
    if (x.data)
        x.data += first;
    return x;
}
