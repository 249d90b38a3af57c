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
        linear_bind(&b->shortcut, at(s, "conv_shortcut"), in, out);
}

struct tensor resnet(struct run *r, const struct resnet *b, struct tensor x,
                     const struct tensor *time)
{
    const size_t mark = arena_mark(&r->arena);
    const struct tensor *const residual = b->shortcut.in ? NULL : &x;
    struct tensor t;

    if (time)
        t = linear(r, &b->time, *time, ACT_NONE);
    struct tensor h =
        conv(r, &b->conv1, x, (struct conv_extra){ .norm = &b->norm1, .time = time ? &t : NULL });
    h = conv(r, &b->conv2, h, (struct conv_extra){ .norm = &b->norm2, .residual = residual });
    if (b->shortcut.in)
        linear_add(r, &b->shortcut, x, h);
    h = keep(r, mark, h);
    tap(r, h, "resnet");
    return h;
}

/* The shortcut comes first here, and the convolution is added to it: the same sum. */
struct tensor resnet_over(struct run *r, const struct resnet *b, size_t mark, struct tensor x)
{
    if (b->conv2.out > x.c)
        return keep(r, mark, resnet(r, b, x, NULL));
    const struct tensor h = conv(r, &b->conv1, x, (struct conv_extra){ .norm = &b->norm1 });
    const struct tensor y = b->shortcut.in ? linear_over(r, &b->shortcut, x) : x;

    conv(r, &b->conv2, h, (struct conv_extra){ .norm = &b->norm2, .residual = &y, .into = &y });
    arena_release(&r->arena, mark);
    tensor_new(r, y.n, y.h, y.w, y.c);
    tap(r, y, "resnet");
    return y;
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

/* The rows of all lines as one line. */
static struct tensor as_line(struct tensor t)
{
    t.w *= t.h;
    t.h = 1;
    return t;
}

struct tensor self_attention(struct run *r, struct tensor qkv, int heads, bool causal)
{
    const int c = qkv.c / 3, d = c / heads;
    const struct tensor q = as_line(qkv);

    return attention(r, q, columns(q, c), columns(q, 2 * c), heads, d, 1 / sqrtf((float)d), causal);
}

static void attend_to_itself(struct run *r, const struct transformer_block *b, struct tensor x,
                             int heads)
{
    const size_t mark = arena_mark(&r->arena);
    const struct tensor qkv = linear(r, &b->qkv, norm(r, &b->norm1, x), ACT_NONE);

    linear_add(r, &b->self_out, self_attention(r, qkv, heads, false), x);
    arena_release(&r->arena, mark);
    tap(r, x, "attn1");
}

static void attend_to_text(struct run *r, const struct transformer_block *b, struct tensor x,
                           struct tensor kv, int heads)
{
    const size_t mark = arena_mark(&r->arena);
    const int d = x.c / heads;
    const struct tensor q = as_line(linear(r, &b->q, norm(r, &b->norm2, x), ACT_NONE));
    const struct tensor h =
        attention(r, q, kv, columns(kv, x.c), heads, d, 1 / sqrtf((float)d), false);

    linear_add(r, &b->text_out, h, x);
    arena_release(&r->arena, mark);
    tap(r, x, "attn2");
}

static void feed_forward(struct run *r, const struct transformer_block *b, struct tensor x)
{
    const size_t mark = arena_mark(&r->arena);

    linear_add(r, &b->ff_out, linear(r, &b->ff_in, norm(r, &b->norm3, x), ACT_GEGLU), x);
    arena_release(&r->arena, mark);
    tap(r, x, "ff");
}

void transformer(struct run *r, const struct transformer *b, struct tensor x,
                 const struct tensor *text_kv)
{
    const size_t mark = arena_mark(&r->arena);
    const struct tensor h = linear(r, &b->in, norm(r, &b->norm, x), ACT_NONE);

    tap(r, h, "proj_in");
    for (int i = 0; i < b->depth; i++) {
        attend_to_itself(r, &b->block[i], h, b->heads);
        attend_to_text(r, &b->block[i], h, text_kv[i], b->heads);
        feed_forward(r, &b->block[i], h);
    }
    linear_add(r, &b->out, h, x);
    arena_release(&r->arena, mark);
    tap(r, x, "transformer");
}

/* --- time --------------------------------------------------------------- */

/* The reference rounds exponent, frequency and angle to float each, and so must this: at
 * t = 999 an angle's last bit is 3e-5. The functions themselves are taken in double
 * and rounded once, which is the same on every C library. */
struct tensor timestep_embedding(struct run *r, float t, int n, int c, bool flip, float shift)
{
    const struct tensor y = tensor_new(r, n, 1, 1, c);
    const int half = c / 2, sines = flip ? half : 0, cosines = flip ? 0 : half;

    for (int i = 0; i < half && !r->skip; i++) {
        const float exponent = -9.210340371976184f * (float)i / ((float)half - shift);
        const float angle = t * (float)exp((double)exponent);
        for (int k = 0; k < n; k++) {
            y.data[k * c + sines + i] = (float)sin((double)angle);
            y.data[k * c + cosines + i] = (float)cos((double)angle);
        }
    }
    return y;
}
