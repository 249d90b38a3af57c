/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "models/clip_text.h"

#include "models/range.h"

const struct clip_text_config clip_l = { .vocabulary = 49408,
                                         .width = 768,
                                         .inner = 3072,
                                         .layers = 12,
                                         .heads = 12,
                                         .eps = 1e-5f,
                                         .act = ACT_QUICK_GELU };

const struct clip_text_config openclip_h = { .vocabulary = 49408,
                                             .width = 1024,
                                             .inner = 4096,
                                             .layers = 23,
                                             .heads = 16,
                                             .eps = 1e-5f,
                                             .act = ACT_GELU };

/* --- configuration ------------------------------------------------------ */

#define FIELD(name) offsetof(struct clip_text_config, name)

static const struct range ranges[] = {
    { "vocab_size", FIELD(vocabulary), 3, 1 << 20 },
    { "hidden_size", FIELD(width), 8, 8192 },
    { "intermediate_size", FIELD(inner), 8, 32768 },
    { "num_hidden_layers", FIELD(layers), 1, CLIP_MAX_LAYERS },
    { "num_attention_heads", FIELD(heads), 1, 256 },
    { 0 },
};

bool clip_text_config_check(const struct clip_text_config *cfg, ebru_error *err)
{
    if (!ranges_check("text encoder", cfg, ranges, -1, err))
        return false;
    if (cfg->width % cfg->heads || cfg->width / cfg->heads > 512)
        return fail(err, EBRU_BAD_MODEL,
                    "text encoder: hidden_size is %d for %d heads, expected a multiple of them, at "
                    "most 512 times",
                    cfg->width, cfg->heads);
    if (!(cfg->eps > 0 && cfg->eps < 1))
        return fail(err, EBRU_BAD_MODEL, "text encoder: layer_norm_eps is %g, expected 0 to 1",
                    (double)cfg->eps);
    return true;
}

/* --- binding ------------------------------------------------------------ */

static void layer_bind(struct clip_layer *l, struct scope s, const struct clip_text_config *cfg)
{
    static const char *const qkv[] = { "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj" };

    layer_norm_bind(&l->norm1, at(s, "layer_norm1"), cfg->width);
    l->norm1.eps = cfg->eps;
    linear_bind_stack(&l->qkv, s, qkv, 3, cfg->width, cfg->width, true);
    linear_bind(&l->out, at(s, "self_attn.out_proj"), cfg->width, cfg->width);
    layer_norm_bind(&l->norm2, at(s, "layer_norm2"), cfg->width);
    l->norm2.eps = cfg->eps;
    linear_bind(&l->fc1, at(s, "mlp.fc1"), cfg->width, cfg->inner);
    linear_bind(&l->fc2, at(s, "mlp.fc2"), cfg->inner, cfg->width);
}

void clip_text_bind(struct clip_text *t, struct scope s, const struct clip_text_config *cfg)
{
    const struct scope st = at(s, "text_model");

    t->cfg = *cfg;
    bind_weight(at(st, "embeddings.token_embedding"), "weight", &t->tokens, PACK_TABLE, 2,
                cfg->vocabulary, cfg->width);
    bind_weight(at(st, "embeddings.position_embedding"), "weight", &t->positions, PACK_TABLE, 2,
                CLIP_TOKENS, cfg->width);
    for (int i = 0; i < cfg->layers; i++)
        layer_bind(&t->layer[i], at(st, "encoder.layers.%d", i), cfg);
    layer_norm_bind(&t->norm, at(st, "final_layer_norm"), cfg->width);
    t->norm.eps = cfg->eps;
}

/* --- forward ------------------------------------------------------------ */

/* x: changed in place, like in feed_forward() */
static void attend(struct run *r, const struct clip_layer *l, struct tensor x, int heads)
{
    const size_t mark = arena_mark(&r->arena);
    const struct tensor qkv = linear(r, &l->qkv, norm(r, &l->norm1, x), ACT_NONE);

    linear_add(r, &l->out, self_attention(r, qkv, heads, true), x);
    arena_release(&r->arena, mark);
}

static void feed_forward(struct run *r, const struct clip_layer *l, struct tensor x,
                         enum activation act)
{
    const size_t mark = arena_mark(&r->arena);

    linear_add(r, &l->fc2, linear(r, &l->fc1, norm(r, &l->norm2, x), act), x);
    arena_release(&r->arena, mark);
}

struct tensor clip_text_forward(struct run *r, const struct clip_text *t, const int *ids, int n,
                                int skip)
{
    const size_t mark = arena_mark(&r->arena);
    const struct tensor x = embed(r, &t->tokens, &t->positions, ids, n, CLIP_TOKENS);

    tap(r, x, "embeddings");
    for (int i = 0; i < t->cfg.layers - skip; i++) {
        attend(r, &t->layer[i], x, t->cfg.heads);
        feed_forward(r, &t->layer[i], x, t->cfg.act);
        tap(r, x, "layers.%d", i);
    }
    return keep(r, mark, norm(r, &t->norm, x));
}
