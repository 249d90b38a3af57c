/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "models/unet.h"

#include "models/range.h"

const struct unet_config unet_sd15 = {
    .in_channels = 4,
    .out_channels = 4,
    .levels = 4,
    .channels = { 320, 640, 1280, 1280 },
    .resnets = { 2, 2, 2, 2 },
    .down_depth = { 1, 1, 1, 0 },
    .up_depth = { 1, 1, 1, 0 },
    .heads = { 8, 8, 8, 8 },
    .mid = true,
    .mid_depth = 1,
    .context = 768,
    .groups = 32,
    .eps = 1e-5f,
    .flip_sin_to_cos = true,
};

const struct unet_config unet_sd21 = {
    .in_channels = 4,
    .out_channels = 4,
    .levels = 4,
    .channels = { 320, 640, 1280, 1280 },
    .resnets = { 2, 2, 2, 2 },
    .down_depth = { 1, 1, 1, 0 },
    .up_depth = { 1, 1, 1, 0 },
    .heads = { 5, 10, 20, 20 },
    .mid = true,
    .mid_depth = 1,
    .context = 1024,
    .groups = 32,
    .eps = 1e-5f,
    .linear_projection = true,
    .flip_sin_to_cos = true,
};

/* --- configuration ------------------------------------------------------ */

#define FIELD(name) offsetof(struct unet_config, name)

static const struct range ranges[] = {
    { "in_channels", FIELD(in_channels), 1, 64 },
    { "out_channels", FIELD(out_channels), 1, 64 },
    { "the number of levels", FIELD(levels), 1, UNET_LEVELS },
    { "cross_attention_dim", FIELD(context), 1, 16384 },
    { "norm_num_groups", FIELD(groups), 1, 1024 },
    { "the depth of the middle block", FIELD(mid_depth), 0, TRANSFORMER_MAX_DEPTH },
    { 0 },
};

static const struct range level_ranges[] = {
    { "block_out_channels", FIELD(channels), 8, 8192 },
    { "layers_per_block", FIELD(resnets), 1, UNET_MAX_RESNETS - 1 },
    { "transformer_layers_per_block", FIELD(down_depth), 0, TRANSFORMER_MAX_DEPTH },
    { "transformer_layers_per_block", FIELD(up_depth), 0, TRANSFORMER_MAX_DEPTH },
    { "attention_head_dim", FIELD(heads), 1, 256 },
    { 0 },
};

static bool level_check(const struct unet_config *cfg, int i, ebru_error *err)
{
    const bool attends = cfg->down_depth[i] || cfg->up_depth[i] || i == cfg->levels - 1;
    const int c = cfg->channels[i], heads = cfg->heads[i];

    if (c % cfg->groups)
        return fail(err, EBRU_BAD_MODEL,
                    "UNet: block_out_channels[%d] is %d, expected a multiple of norm_num_groups %d",
                    i, c, cfg->groups);
    if (attends && (c % heads || c / heads > 512))
        return fail(err, EBRU_BAD_MODEL,
                    "UNet: block_out_channels[%d] is %d for %d heads, expected a multiple of them, "
                    "at most 512 times",
                    i, c, heads);
    return true;
}

bool unet_config_check(const struct unet_config *cfg, ebru_error *err)
{
    if (!ranges_check("UNet", cfg, ranges, -1, err))
        return false;
    for (int i = 0; i < cfg->levels; i++)
        if (!ranges_check("UNet", cfg, level_ranges, i, err) || !level_check(cfg, i, err))
            return false;
    const float half = (float)(cfg->channels[0] / 2);
    if (cfg->channels[0] % 2)
        return fail(err, EBRU_BAD_MODEL,
                    "UNet: block_out_channels[0] is %d, expected an even number", cfg->channels[0]);
    if (!(cfg->eps > 0 && cfg->eps < 1) || !(cfg->freq_shift < half))
        return fail(err, EBRU_BAD_MODEL,
                    "UNet: norm_eps is %g and freq_shift %g, expected 0 to 1 and less than %g",
                    (double)cfg->eps, (double)cfg->freq_shift, (double)half);
    return true;
}

/* --- binding ------------------------------------------------------------ */

/* What the way down leaves for the way up: its features' channels. */
struct skips {
    int channels[UNET_MAX_SKIPS];
    int n;
};

static void attention_bind(struct unet *u, struct transformer *b, struct scope s, int level,
                           int depth)
{
    const struct unet_config *const cfg = &u->cfg;

    transformer_bind(b, s, cfg->channels[level], cfg->heads[level], depth, cfg->context,
                     cfg->groups);
    for (int i = 0; i < depth; i++)
        u->reader[u->n_readers++] = &b->block[i].kv;
}

static void time_resnet_bind(const struct unet *u, struct resnet *b, struct scope s, int in,
                             int out)
{
    resnet_bind(b, s, in, out, 4 * u->cfg.channels[0], u->cfg.groups, u->cfg.eps);
}

static void down_bind(struct unet *u, struct scope s, int i, struct skips *skips)
{
    const struct unet_config *const cfg = &u->cfg;
    struct unet_level *const level = &u->down[i];
    int c = skips->channels[skips->n - 1];

    for (int j = 0; j < cfg->resnets[i]; j++) {
        time_resnet_bind(u, &level->resnet[j], at(s, "resnets.%d", j), c, cfg->channels[i]);
        if (cfg->down_depth[i])
            attention_bind(u, &level->attn[j], at(s, "attentions.%d", j), i, cfg->down_depth[i]);
        c = skips->channels[skips->n++] = cfg->channels[i];
    }
    if (i < cfg->levels - 1) {
        conv_bind(&level->resample, at(s, "downsamplers.0.conv"), c, c, 3, 2);
        skips->channels[skips->n++] = c;
    }
}

static void middle_bind(struct unet *u, struct scope s)
{
    const int last = u->cfg.levels - 1, c = u->cfg.channels[last];

    time_resnet_bind(u, &u->mid[0], at(s, "resnets.0"), c, c);
    if (!u->cfg.mid_depth)
        return;
    attention_bind(u, &u->mid_attn, at(s, "attentions.0"), last, u->cfg.mid_depth);
    time_resnet_bind(u, &u->mid[1], at(s, "resnets.1"), c, c);
}

/* c: channels of what comes from below */
static void up_bind(struct unet *u, struct scope s, int i, int c, struct skips *skips)
{
    const struct unet_config *const cfg = &u->cfg;
    struct unet_level *const level = &u->up[i];

    for (int j = 0; j <= cfg->resnets[i]; j++) {
        const int in = c + skips->channels[--skips->n];
        c = cfg->channels[i];
        time_resnet_bind(u, &level->resnet[j], at(s, "resnets.%d", j), in, c);
        if (cfg->up_depth[i])
            attention_bind(u, &level->attn[j], at(s, "attentions.%d", j), i, cfg->up_depth[i]);
    }
    if (i > 0)
        conv_bind(&level->resample, at(s, "upsamplers.0.conv"), c, c, 3, 1);
}

void unet_bind(struct unet *u, struct scope s, const struct unet_config *cfg)
{
    const int last = cfg->levels - 1, c0 = cfg->channels[0];
    struct skips skips = { { c0 }, 1 };

    u->cfg = *cfg;
    u->n_readers = 0;
    linear_bind(&u->time1, at(s, "time_embedding.linear_1"), c0, 4 * c0);
    linear_bind(&u->time2, at(s, "time_embedding.linear_2"), 4 * c0, 4 * c0);
    conv_bind(&u->conv_in, at(s, "conv_in"), cfg->in_channels, c0, 3, 1);
    for (int i = 0; i <= last; i++)
        down_bind(u, at(s, "down_blocks.%d", i), i, &skips);
    if (cfg->mid)
        middle_bind(u, at(s, "mid_block"));
    for (int i = last; i >= 0; i--)
        up_bind(u, at(s, "up_blocks.%d", last - i), i, cfg->channels[i < last ? i + 1 : last],
                &skips);
    group_norm_bind(&u->norm_out, at(s, "conv_norm_out"), c0, cfg->groups, cfg->eps);
    conv_bind(&u->conv_out, at(s, "conv_out"), c0, cfg->out_channels, 3, 1);
}

/* --- forward ------------------------------------------------------------ */

void unet_read(struct run *r, const struct unet *u, struct tensor text, struct unet_text *out)
{
    for (int i = 0; i < u->n_readers; i++)
        out->kv[i] = linear(r, u->reader[i], text, ACT_NONE);
}

/* One prediction under way. The features of the way down lie on the arena in the order
 * they were made and are taken off again, last first, on the way up. */
struct pass {
    struct run *run;
    const struct unet *unet;
    struct tensor time; /* [n,1,1,4*channels[0]], through silu */
    const struct unet_text *text;
    int first_text;  /* picture of the text that belongs to the first of x */
    int next_reader; /* the keys and values to be used next */
    const struct unet_inner *inner;
    struct tensor skip[UNET_MAX_SKIPS];
    size_t mark[UNET_MAX_SKIPS]; /* where each begins */
    int n_skips;
};

/* Pictures [first, first + n) of t. */
static struct tensor pictures(struct tensor t, int first, int n)
{
    if (t.data)
        t.data += (size_t)first * (size_t)(t.h * t.w) * (size_t)t.c;
    t.n = n;
    return t;
}

/* x: changed in place */
static void attend(struct pass *p, const struct transformer *b, struct tensor x)
{
    struct tensor kv[TRANSFORMER_MAX_DEPTH];

    for (int i = 0; i < b->depth; i++)
        kv[i] = pictures(p->text->kv[p->next_reader++], p->first_text, x.n);
    transformer(p->run, b, x, kv);
}

static void push(struct pass *p, size_t mark, struct tensor x)
{
    p->mark[p->n_skips] = mark;
    p->skip[p->n_skips++] = x;
}

static struct tensor down(struct pass *p, int i, struct tensor x)
{
    const struct unet_config *const cfg = &p->unet->cfg;
    const struct unet_level *const level = &p->unet->down[i];
    struct arena *const arena = &p->run->arena;

    for (int j = 0; j < cfg->resnets[i]; j++) {
        const size_t mark = arena_mark(arena);
        x = resnet(p->run, &level->resnet[j], x, &p->time);
        if (cfg->down_depth[i])
            attend(p, &level->attn[j], x);
        push(p, mark, x);
    }
    if (i < cfg->levels - 1) {
        const size_t mark = arena_mark(arena);
        x = conv(p->run, &level->resample, x, (struct conv_extra){ 0 });
        push(p, mark, x);
    }
    tap(p->run, x, "down_blocks.%d", i);
    return x;
}

static struct tensor middle(struct pass *p, struct tensor x)
{
    const struct unet *const u = p->unet;

    x = resnet(p->run, &u->mid[0], x, &p->time);
    if (u->cfg.mid_depth) {
        attend(p, &u->mid_attn, x);
        x = resnet(p->run, &u->mid[1], x, &p->time);
    }
    tap(p->run, x, "mid_block");
    return x;
}

/* Residual block j of level i, and the attention behind it. */
static struct tensor up_block(struct pass *p, int i, int j, struct tensor x)
{
    const struct unet_level *const level = &p->unet->up[i];
    const int top = --p->n_skips;

    x = resnet(p->run, &level->resnet[j], concat(p->run, x, p->skip[top]), &p->time);
    x = keep(p->run, p->mark[top], x);
    if (p->unet->cfg.up_depth[i])
        attend(p, &level->attn[j], x);
    return x;
}

static struct tensor up(struct pass *p, int i, struct tensor x)
{
    const struct unet_config *const cfg = &p->unet->cfg;
    const struct unet_level *const level = &p->unet->up[i];

    for (int j = 0; j <= cfg->resnets[i]; j++) {
        if (p->inner && i == 0 && j == cfg->resnets[i] && !p->run->skip)
            run_copy(p->run, p->inner->x.data, x.data, tensor_count(x) * sizeof(float));
        x = up_block(p, i, j, x);
    }
    if (i > 0)
        x = conv(p->run, &level->resample, x, (struct conv_extra){ .upsample = true });
    tap(p->run, x, "up_blocks.%d", cfg->levels - 1 - i);
    return x;
}

static struct tensor embed_time(struct run *r, const struct unet *u, float timestep, int n)
{
    struct tensor t = timestep_embedding(r, timestep, n, u->cfg.channels[0], u->cfg.flip_sin_to_cos,
                                         u->cfg.freq_shift);

    t = linear(r, &u->time1, t, ACT_SILU);
    t = linear(r, &u->time2, t, ACT_NONE);
    tap(r, t, "time_embedding");
    activate(r, t, ACT_SILU);
    return t;
}

/* All between the first and the last convolution. */
static struct tensor all_levels(struct pass *p, struct tensor x)
{
    const int levels = p->unet->cfg.levels;

    for (int i = 0; i < levels; i++)
        x = down(p, i, x);
    if (p->unet->cfg.mid)
        x = middle(p, x);
    for (int i = levels - 1; i >= 0; i--)
        x = up(p, i, x);
    return x;
}

/* The last of it, which alone looks at the first convolution's result. */
static struct tensor last_block(struct pass *p)
{
    const struct unet_config *const cfg = &p->unet->cfg;

    p->next_reader = p->unet->n_readers - cfg->up_depth[0];
    return up_block(p, 0, cfg->resnets[0], p->inner->x);
}

struct tensor unet_forward(struct run *r, const struct unet *u, struct tensor x, float timestep,
                           const struct unet_text *text, int first)
{
    return unet_forward_inner(r, u, x, timestep, text, first, NULL);
}

struct tensor unet_forward_inner(struct run *r, const struct unet *u, struct tensor x,
                                 float timestep, const struct unet_text *text, int first,
                                 const struct unet_inner *inner)
{
    const size_t start = arena_mark(&r->arena);
    struct pass p = { .run = r, .unet = u, .text = text, .first_text = first, .inner = inner };

    p.time = embed_time(r, u, timestep, x.n);
    const size_t mark = arena_mark(&r->arena);
    x = conv(r, &u->conv_in, x, (struct conv_extra){ 0 });
    tap(r, x, "conv_in");
    push(&p, mark, x);
    x = inner && inner->known ? last_block(&p) : all_levels(&p, x);
    x = conv(r, &u->conv_out, x, (struct conv_extra){ .norm = &u->norm_out });
    return keep(r, start, x);
}
