/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "models/unet.h"

const struct unet_config unet_sd15 = {
    .in_channels = 4,
    .out_channels = 4,
    .levels = 4,
    .channels = { 320, 640, 1280, 1280 },
    .resnets = { 2, 2, 2, 2 },
    .down_depth = { 1, 1, 1, 0 },
    .up_depth = { 1, 1, 1, 0 },
    .mid_depth = 1,
    .mid = true,
    .heads = { 8, 8, 8, 8 },
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
    .mid_depth = 1,
    .mid = true,
    .heads = { 5, 10, 20, 20 },
    .context = 1024,
    .groups = 32,
    .eps = 1e-5f,
    .linear_projection = true,
    .flip_sin_to_cos = true,
};

/* --- configuration ------------------------------------------------------ */

static bool in_range(const char *what, int v, int min, int max, ebru_error *err)
{
    if (v >= min && v <= max)
        return true;
    return fail(err, EBRU_BAD_MODEL, "the UNet's %s is %d, expected %d to %d", what, v, min, max);
}

static bool level_check(const struct unet_config *cfg, int i, ebru_error *err)
{
    const int c = cfg->channels[i], heads = cfg->heads[i];

    if (!in_range("number of channels", c, 8, 8192, err) ||
        !in_range("number of resnets in a level", cfg->resnets[i], 1, UNET_MAX_RESNETS - 1, err) ||
        !in_range("transformer depth", cfg->down_depth[i], 0, TRANSFORMER_MAX_DEPTH, err) ||
        !in_range("transformer depth", cfg->up_depth[i], 0, TRANSFORMER_MAX_DEPTH, err) ||
        !in_range("number of heads", heads, 1, 256, err))
        return false;
    if (c % cfg->groups || c % heads)
        return fail(
            err, EBRU_BAD_MODEL,
            "the UNet has %d channels in a level, which its %d groups or %d heads do not divide", c,
            cfg->groups, heads);
    if (c / heads > 512)
        return fail(err, EBRU_BAD_MODEL, "the UNet's heads are %d wide, expected at most 512",
                    c / heads);
    return true;
}

bool unet_config_check(const struct unet_config *cfg, ebru_error *err)
{
    if (!in_range("number of input channels", cfg->in_channels, 1, 64, err) ||
        !in_range("number of output channels", cfg->out_channels, 1, 64, err) ||
        !in_range("number of levels", cfg->levels, 1, UNET_LEVELS, err) ||
        !in_range("number of groups", cfg->groups, 1, 1024, err) ||
        !in_range("width of the text", cfg->context, 1, 16384, err) ||
        !in_range("transformer depth", cfg->mid_depth, 0, TRANSFORMER_MAX_DEPTH, err))
        return false;
    for (int i = 0; i < cfg->levels; i++)
        if (!level_check(cfg, i, err))
            return false;
    return true;
}

/* --- binding ------------------------------------------------------------ */

static void attn_bind(struct transformer *b, struct scope s, const struct unet_config *cfg,
                      int level, int depth)
{
    transformer_bind(b, s, cfg->channels[level], cfg->heads[level], depth, cfg->context,
                     cfg->groups);
}

static void down_bind(struct unet *u, struct scope s, int i, int *skip, int *n_skips)
{
    const struct unet_config *const cfg = &u->cfg;
    struct unet_level *const level = &u->down[i];
    int c = skip[*n_skips - 1];

    for (int j = 0; j < cfg->resnets[i]; j++) {
        resnet_bind(&level->resnet[j], at(s, "resnets.%d", j), c, cfg->channels[i],
                    4 * cfg->channels[0], cfg->groups, cfg->eps);
        c = skip[(*n_skips)++] = cfg->channels[i];
        if (cfg->down_depth[i])
            attn_bind(&level->attn[j], at(s, "attentions.%d", j), cfg, i, cfg->down_depth[i]);
    }
    if (i < cfg->levels - 1) {
        conv_bind(&level->resample, at(s, "downsamplers.0.conv"), c, c, 3, 2);
        skip[(*n_skips)++] = c;
    }
}

/* -> channels of the result */
static int up_bind(struct unet *u, struct scope s, int i, int c, const int *skip, int *n_skips)
{
    const struct unet_config *const cfg = &u->cfg;
    struct unet_level *const level = &u->up[i];

    for (int j = 0; j <= cfg->resnets[i]; j++) {
        resnet_bind(&level->resnet[j], at(s, "resnets.%d", j), c + skip[--*n_skips],
                    cfg->channels[i], 4 * cfg->channels[0], cfg->groups, cfg->eps);
        c = cfg->channels[i];
        if (cfg->up_depth[i])
            attn_bind(&level->attn[j], at(s, "attentions.%d", j), cfg, i, cfg->up_depth[i]);
    }
    if (i > 0)
        conv_bind(&level->resample, at(s, "upsamplers.0.conv"), c, c, 3, 1);
    return c;
}

void unet_bind(struct unet *u, struct scope s, const struct unet_config *cfg)
{
    const int last = cfg->levels - 1, c0 = cfg->channels[0], time = 4 * c0;
    int skip[UNET_MAX_SKIPS + 1], n_skips = 0, c = cfg->channels[last];

    u->cfg = *cfg;
    linear_bind(&u->time1, at(s, "time_embedding.linear_1"), c0, time);
    linear_bind(&u->time2, at(s, "time_embedding.linear_2"), time, time);
    conv_bind(&u->conv_in, at(s, "conv_in"), cfg->in_channels, c0, 3, 1);
    skip[n_skips++] = c0;
    for (int i = 0; i <= last; i++)
        down_bind(u, at(s, "down_blocks.%d", i), i, skip, &n_skips);
    if (cfg->mid) {
        resnet_bind(&u->mid[0], at(s, "mid_block.resnets.0"), c, c, time, cfg->groups, cfg->eps);
        if (cfg->mid_depth)
            attn_bind(&u->mid_attn, at(s, "mid_block.attentions.0"), cfg, last, cfg->mid_depth);
        resnet_bind(&u->mid[1], at(s, "mid_block.resnets.1"), c, c, time, cfg->groups, cfg->eps);
    }
    for (int i = last; i >= 0; i--)
        c = up_bind(u, at(s, "up_blocks.%d", last - i), i, c, skip, &n_skips);
    group_norm_bind(&u->norm_out, at(s, "conv_norm_out"), c0, cfg->groups, cfg->eps);
    conv_bind(&u->conv_out, at(s, "conv_out"), c0, cfg->out_channels, 3, 1);
}

/* --- the text ----------------------------------------------------------- */

static void read_text(struct run *r, const struct transformer *b, struct tensor text,
                      struct unet_text *out)
{
    for (int i = 0; i < b->depth; i++)
        out->kv[out->count++] = linear(r, &b->block[i].kv, text, ACT_NONE);
}

void unet_read(struct run *r, const struct unet *u, struct tensor text, struct unet_text *out)
{
    const struct unet_config *const cfg = &u->cfg;

    out->count = 0;
    for (int i = 0; i < cfg->levels; i++)
        for (int j = 0; cfg->down_depth[i] && j < cfg->resnets[i]; j++)
            read_text(r, &u->down[i].attn[j], text, out);
    if (cfg->mid && cfg->mid_depth)
        read_text(r, &u->mid_attn, text, out);
    for (int i = cfg->levels - 1; i >= 0; i--)
        for (int j = 0; cfg->up_depth[i] && j <= cfg->resnets[i]; j++)
            read_text(r, &u->up[i].attn[j], text, out);
}

/* --- forward ------------------------------------------------------------ */

/* The text of one pass, handed out in the order unet_read() made it. */
struct reader {
    struct tensor kv[2 * UNET_MAX_SKIPS * TRANSFORMER_MAX_DEPTH];
    int next;
};

static void reader_init(struct reader *reader, const struct unet_text *text, int first, int n)
{
    for (int i = 0; i < text->count; i++) {
        struct tensor t = text->kv[i];
        if (t.data)
            t.data += (size_t)first * t.w * t.c;
        t.n = n;
        reader->kv[i] = t;
    }
    reader->next = 0;
}

static void attend(struct run *r, const struct transformer *b, struct tensor x, struct reader *text)
{
    transformer(r, b, x, text->kv + text->next);
    text->next += b->depth;
}

static struct tensor time_features(struct run *r, const struct unet *u, float timestep, int n)
{
    const struct unet_config *const cfg = &u->cfg;
    struct tensor t =
        timestep_embedding(r, timestep, n, cfg->channels[0], cfg->flip_sin_to_cos, cfg->freq_shift);

    t = linear(r, &u->time1, t, ACT_SILU);
    t = linear(r, &u->time2, t, ACT_NONE);
    tap(r, t, "time_embedding");
    activate(r, t, ACT_SILU);
    return t;
}

/* The features of the way down lie on the arena in the order they were made
 * and are taken off again, last first, on the way up. */
struct tensor unet_forward(struct run *r, const struct unet *u, struct tensor x, float timestep,
                           const struct unet_text *text, int first)
{
    const struct unet_config *const cfg = &u->cfg;
    struct tensor skip[UNET_MAX_SKIPS + 1];
    size_t mark[UNET_MAX_SKIPS + 1];
    struct reader reader;
    const size_t start = arena_mark(&r->arena);
    int n = 0;

    reader_init(&reader, text, first, x.n);
    const struct tensor time = time_features(r, u, timestep, x.n);
    mark[n] = arena_mark(&r->arena);
    x = skip[n++] = conv(r, &u->conv_in, x, (struct conv_extra){ 0 });
    tap(r, x, "conv_in");
    for (int i = 0; i < cfg->levels; i++) {
        for (int j = 0; j < cfg->resnets[i]; j++) {
            mark[n] = arena_mark(&r->arena);
            x = skip[n++] = resnet(r, &u->down[i].resnet[j], x, &time);
            if (cfg->down_depth[i])
                attend(r, &u->down[i].attn[j], x, &reader);
        }
        if (i < cfg->levels - 1) {
            mark[n] = arena_mark(&r->arena);
            x = skip[n++] = conv(r, &u->down[i].resample, x, (struct conv_extra){ 0 });
        }
        tap(r, x, "down_blocks.%d", i);
    }

    if (cfg->mid) {
        x = resnet(r, &u->mid[0], x, &time);
        if (cfg->mid_depth)
            attend(r, &u->mid_attn, x, &reader);
        x = resnet(r, &u->mid[1], x, &time);
        tap(r, x, "mid_block");
    }

    for (int i = cfg->levels - 1; i >= 0; i--) {
        for (int j = 0; j <= cfg->resnets[i]; j++) {
            n--;
            x = resnet(r, &u->up[i].resnet[j], concat(r, x, skip[n]), &time);
            x = keep(r, mark[n], x);
            if (cfg->up_depth[i])
                attend(r, &u->up[i].attn[j], x, &reader);
        }
        if (i > 0)
            x = conv(r, &u->up[i].resample, x, (struct conv_extra){ .upsample = true });
        tap(r, x, "up_blocks.%d", cfg->levels - 1 - i);
    }
    return keep(r, start, conv(r, &u->conv_out, x, (struct conv_extra){ .norm = &u->norm_out }));
}
