/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "nn/blocks.h"

#include <math.h>

/* --- residual block ----------------------------------------------------- */

void resnet_bind(struct resnet *b, struct scope s, int in, int out, int time, int groups, float eps)
{
    *b = (struct resnet){ 0 };
    group_norm_bind(&b->norm1, at(s, "norm1"), in, groups, eps);
    conv_bind(&b->conv1, at(s, "conv1"), in, out, 3, 1);
    if (time)
        linear_bind(&b->time, at(s, "time_emb_proj"), time, out);
    group_norm_bind(&b->norm2, at(s, "norm2"), out, groups, eps);
    conv_bind(&b->conv2, at(s, "conv2"), out, out, 3, 1);
    if (in != out)
        conv_bind(&b->shortcut, at(s, "conv_shortcut"), in, out, 1, 1);
}

struct tensor resnet(struct run *r, const struct resnet *b, struct tensor x,
                     const struct tensor *time)
{
    const size_t mark = arena_mark(&r->arena);
    struct tensor t, residual = x;

    if (time)
        t = linear(r, &b->time, *time, ACT_NONE);
    if (b->shortcut.out)
        residual = conv(r, &b->shortcut, x, (struct conv_extra){ 0 });
    struct tensor h =
        conv(r, &b->conv1, x, (struct conv_extra){ .norm = &b->norm1, .time = time ? &t : NULL });
    h = conv(r, &b->conv2, h, (struct conv_extra){ .norm = &b->norm2, .residual = &residual });
    return keep(r, mark, h);
}

/* --- transformer -------------------------------------------------------- */

static void transformer_block_bind(struct transformer_block *b, struct scope s, int c, int context)
{
    static const char *const qkv[] = { "attn1.to_q", "attn1.to_k", "attn1.to_v" };
    static const char *const kv[] = { "attn2.to_k", "attn2.to_v" };

    layer_norm_bind(&b->norm1, at(s, "norm1"), c);
    linear_bind_stack(&b->qkv, s, qkv, 3, c, c, false);
    linear_bind(&b->self_out, at(s, "attn1.to_out.0"), c, c);
    layer_norm_bind(&b->norm2, at(s, "norm2"), c);
    linear_bind_no_bias(&b->q, at(s, "attn2.to_q"), c, c);
    linear_bind_stack(&b->kv, s, kv, 2, context, c, false);
    linear_bind(&b->text_out, at(s, "attn2.to_out.0"), c, c);
    layer_norm_bind(&b->norm3, at(s, "norm3"), c);
    geglu_bind(&b->ff_in, at(s, "ff.net.0.proj"), c, 4 * c);
    linear_bind(&b->ff_out, at(s, "ff.net.2"), 4 * c, c);
}

void transformer_bind(struct transformer *b, struct scope s, int c, int heads, int depth,
                      int context, int groups)
{
    b->heads = heads;
    b->depth = depth;
    group_norm_bind(&b->norm, at(s, "norm"), c, groups, 1e-6f);
    linear_bind(&b->in, at(s, "proj_in"), c, c);
    for (int i = 0; i < depth; i++)
        transformer_block_bind(&b->block[i], at(s, "transformer_blocks.%d", i), c, context);
    linear_bind(&b->out, at(s, "proj_out"), c, c);
}

static void attend_to_itself(struct run *r, const struct transformer_block *b, struct tensor x,
                             int heads)
{
    const size_t mark = arena_mark(&r->arena);
    const int d = x.c / heads;
    struct tensor qkv = linear(r, &b->qkv, norm(r, &b->norm1, x), ACT_NONE);

    qkv.w *= qkv.h;
    qkv.h = 1;
    linear_add(r, &b->self_out,
               attention(r, qkv, columns(qkv, x.c), columns(qkv, 2 * x.c), heads, d,
                         1 / sqrtf((float)d), false),
               x);
    arena_release(&r->arena, mark);
}

static void attend_to_text(struct run *r, const struct transformer_block *b, struct tensor x,
                           struct tensor kv, int heads)
{
    const size_t mark = arena_mark(&r->arena);
    const int d = x.c / heads;
    struct tensor q = linear(r, &b->q, norm(r, &b->norm2, x), ACT_NONE);

    q.w *= q.h;
    q.h = 1;
    linear_add(r, &b->text_out,
               attention(r, q, kv, columns(kv, x.c), heads, d, 1 / sqrtf((float)d), false), x);
    arena_release(&r->arena, mark);
}

static void feed_forward(struct run *r, const struct transformer_block *b, struct tensor x)
{
    const size_t mark = arena_mark(&r->arena);

    linear_add(r, &b->ff_out, linear(r, &b->ff_in, norm(r, &b->norm3, x), ACT_GEGLU), x);
    arena_release(&r->arena, mark);
}

void transformer(struct run *r, const struct transformer *b, struct tensor x,
                 const struct tensor *text_kv)
{
    const size_t mark = arena_mark(&r->arena);
    struct tensor h = linear(r, &b->in, norm(r, &b->norm, x), ACT_NONE);

    for (int i = 0; i < b->depth; i++) {
        attend_to_itself(r, &b->block[i], h, b->heads);
        attend_to_text(r, &b->block[i], h, text_kv[i], b->heads);
        feed_forward(r, &b->block[i], h);
    }
    linear_add(r, &b->out, h, x);
    arena_release(&r->arena, mark);
}

/* --- time --------------------------------------------------------------- */

/* The reference computes in float: the frequencies as exp of a float exponent. */
struct tensor timestep_embedding(struct run *r, float t, int n, int c, bool flip, float shift)
{
    struct tensor y = tensor_new(r, n, 1, 1, c);
    const int half = c / 2;

    if (r->skip)
        return y;
    for (int i = 0; i < half; i++) {
        const float exponent = -logf(10000.0f) * (float)i / ((float)half - shift);
        const float angle = t * expf(exponent);
        for (int k = 0; k < n; k++) {
            y.data[k * c + (flip ? half : 0) + i] = sinf(angle);
            y.data[k * c + (flip ? 0 : half) + i] = cosf(angle);
        }
    }
    return y;
}
