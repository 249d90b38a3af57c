/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "models/vae.h"

#include "models/range.h"
#include "models/vae_bands.h"

#include <math.h>
#include <string.h>

static const float EPS = 1e-6f;

const struct vae_config vae_sd = {
    .levels = 4,
    .channels = { 128, 256, 512, 512 },
    .layers = 2,
    .latent_channels = 4,
    .groups = 32,
    .scaling_factor = 0.18215f,
    .quant_conv = true,
    .post_quant_conv = true,
    .mid_attention = true,
};

#define FIELD(name) offsetof(struct vae_config, name)

static const struct range ranges[] = {
    { "the number of levels", FIELD(levels), 1, VAE_MAX_LEVELS },
    { "layers_per_block", FIELD(layers), 1, VAE_MAX_LAYERS },
    { "latent_channels", FIELD(latent_channels), 1, 16 },
    { "norm_num_groups", FIELD(groups), 1, 1024 },
    { 0 },
};

static const struct range level_ranges[] = {
    { "block_out_channels", FIELD(channels), 8, 2048 },
    { 0 },
};

bool vae_config_check(const struct vae_config *cfg, ebru_error *err)
{
    if (!ranges_check("VAE", cfg, ranges, -1, err))
        return false;
    for (int i = 0; i < cfg->levels; i++) {
        if (!ranges_check("VAE", cfg, level_ranges, i, err))
            return false;
        if (cfg->channels[i] % cfg->groups)
            return fail(err, EBRU_BAD_MODEL,
                        "VAE: block_out_channels[%d] is %d, expected a multiple of "
                        "norm_num_groups %d",
                        i, cfg->channels[i], cfg->groups);
    }
    const int widest = cfg->channels[cfg->levels - 1];
    if (cfg->mid_attention && widest > 512)
        return fail(err, EBRU_BAD_MODEL,
                    "VAE: block_out_channels[%d] is %d, expected at most 512 where there is "
                    "attention",
                    cfg->levels - 1, widest);
    if (!(cfg->scaling_factor > 0) || !isfinite(cfg->scaling_factor) ||
        !isfinite(cfg->shift_factor))
        return fail(err, EBRU_BAD_MODEL,
                    "VAE: scaling_factor is %g and shift_factor %g, expected finite numbers, the "
                    "first above 0",
                    (double)cfg->scaling_factor, (double)cfg->shift_factor);
    return true;
}

/* --- binding ------------------------------------------------------------ */

static void attention_bind(struct vae_attention *a, struct scope s, int c, int groups)
{
    static const char *const qkv[] = { "to_q", "to_k", "to_v" };

    group_norm_bind(&a->norm, at(s, "group_norm"), c, groups, EPS);
    linear_bind_stack(&a->qkv, s, qkv, 3, c, c, true);
    linear_bind(&a->out, at(s, "to_out.0"), c, c);
}

static void middle_bind(struct vae_middle *m, struct scope s, const struct vae_config *cfg)
{
    const int c = cfg->channels[cfg->levels - 1];

    resnet_bind(&m->resnet[0], at(s, "resnets.0"), c, c, 0, cfg->groups, EPS);
    if (cfg->mid_attention)
        attention_bind(&m->attn, at(s, "attentions.0"), c, cfg->groups);
    resnet_bind(&m->resnet[1], at(s, "resnets.1"), c, c, 0, cfg->groups, EPS);
}

void vae_encoder_bind(struct vae_encoder *e, struct scope s, const struct vae_config *cfg)
{
    const struct scope se = at(s, "encoder");
    const int last = cfg->levels - 1, moments = 2 * cfg->latent_channels;
    int c = cfg->channels[0];

    e->cfg = *cfg;
    conv_bind(&e->conv_in, at(se, "conv_in"), 3, c, 3, 1);
    for (int i = 0; i <= last; i++) {
        const struct scope sl = at(se, "down_blocks.%d", i);
        for (int j = 0; j < cfg->layers; j++) {
            resnet_bind(&e->down[i].resnet[j], at(sl, "resnets.%d", j), c, cfg->channels[i], 0,
                        cfg->groups, EPS);
            c = cfg->channels[i];
        }
        if (i < last)
            conv_bind(&e->down[i].resample, at(sl, "downsamplers.0.conv"), c, c, 3, 2);
    }
    middle_bind(&e->mid, at(se, "mid_block"), cfg);
    group_norm_bind(&e->norm_out, at(se, "conv_norm_out"), c, cfg->groups, EPS);
    conv_bind(&e->conv_out, at(se, "conv_out"), c, moments, 3, 1);
    if (cfg->quant_conv)
        conv_bind(&e->quant, at(s, "quant_conv"), moments, moments, 1, 1);
}

void vae_decoder_bind(struct vae_decoder *d, struct scope s, const struct vae_config *cfg)
{
    const struct scope sd = at(s, "decoder");
    const int last = cfg->levels - 1;
    int c = cfg->channels[last];

    d->cfg = *cfg;
    if (cfg->post_quant_conv)
        conv_bind(&d->post_quant, at(s, "post_quant_conv"), cfg->latent_channels,
                  cfg->latent_channels, 1, 1);
    conv_bind(&d->conv_in, at(sd, "conv_in"), cfg->latent_channels, c, 3, 1);
    middle_bind(&d->mid, at(sd, "mid_block"), cfg);
    for (int i = 0; i <= last; i++) {
        const struct scope sl = at(sd, "up_blocks.%d", i);
        for (int j = 0; j <= cfg->layers; j++) {
            resnet_bind(&d->up[i].resnet[j], at(sl, "resnets.%d", j), c, cfg->channels[last - i], 0,
                        cfg->groups, EPS);
            c = cfg->channels[last - i];
        }
        if (i < last)
            conv_bind(&d->up[i].resample, at(sl, "upsamplers.0.conv"), c, c, 3, 1);
    }
    group_norm_bind(&d->norm_out, at(sd, "conv_norm_out"), c, cfg->groups, EPS);
    conv_bind(&d->conv_out, at(sd, "conv_out"), c, 3, 3, 1);
}

/* --- forward ------------------------------------------------------------ */

static const struct conv_extra plain = { 0 };

/* x: changed in place */
static void attend(struct run *r, const struct vae_attention *a, struct tensor x)
{
    const size_t mark = arena_mark(&r->arena);
    const struct tensor qkv = linear(r, &a->qkv, norm(r, &a->norm, x), ACT_NONE);

    linear_add(r, &a->out, self_attention(r, qkv, 1, false), x);
    arena_release(&r->arena, mark);
    tap(r, x, "mid_block.attentions.0");
}

/* x: the newest tensor, at `mark`, and so the result */
static struct tensor middle(struct run *r, const struct vae_middle *m, bool attention, size_t mark,
                            struct tensor x)
{
    x = resnet_over(r, &m->resnet[0], mark, x);
    if (attention)
        attend(r, &m->attn, x);
    x = resnet_over(r, &m->resnet[1], mark, x);
    tap(r, x, "mid_block");
    return x;
}

/* The first c channels of x: the mean, before the logarithm of the variance. */
static struct tensor first_channels(struct run *r, struct tensor x, int c)
{
    const struct tensor y = tensor_new(r, x.n, x.h, x.w, c);
    const size_t bytes = (size_t)c * sizeof(float);

    for (size_t i = 0; i < tensor_rows(x) && !r->skip; i++)
        memcpy(y.data + i * (size_t)y.c, x.data + i * (size_t)x.c, bytes);
    return y;
}

struct tensor vae_encode(struct run *r, const struct vae_encoder *e, struct tensor x)
{
    const struct vae_config *const cfg = &e->cfg;
    const size_t mark = arena_mark(&r->arena);

    x = conv(r, &e->conv_in, x, plain);
    tap(r, x, "conv_in");
    for (int i = 0; i < cfg->levels; i++) {
        for (int j = 0; j < cfg->layers; j++)
            x = resnet_over(r, &e->down[i].resnet[j], mark, x);
        if (i < cfg->levels - 1)
            x = keep(r, mark,
                     conv(r, &e->down[i].resample, x, (struct conv_extra){ .pad_end = true }));
        tap(r, x, "down_blocks.%d", i);
    }
    x = middle(r, &e->mid, cfg->mid_attention, mark, x);
    x = conv(r, &e->conv_out, x, (struct conv_extra){ .norm = &e->norm_out });
    if (cfg->quant_conv)
        x = conv(r, &e->quant, x, plain);
    tap(r, x, "quant_conv");
    return keep(r, mark, first_channels(r, x, cfg->latent_channels));
}

/* What comes before the levels. */
static struct tensor decode_middle(struct run *r, const struct vae_decoder *d, struct tensor x)
{
    const size_t mark = arena_mark(&r->arena);

    if (d->cfg.post_quant_conv)
        x = conv(r, &d->post_quant, x, plain);
    tap(r, x, "post_quant_conv");
    x = keep(r, mark, conv(r, &d->conv_in, x, plain));
    tap(r, x, "conv_in");
    return middle(r, &d->mid, d->cfg.mid_attention, mark, x);
}

/* The resnets of level i. x: the newest tensor, at mark, and so the result */
static struct tensor decode_level(struct run *r, const struct vae_decoder *d, int i, size_t mark,
                                  struct tensor x)
{
    for (int j = 0; j <= d->cfg.layers; j++)
        x = resnet_over(r, &d->up[i].resnet[j], mark, x);
    return x;
}

static struct tensor upsample(struct run *r, const struct vae_level *level, size_t mark,
                              struct tensor x)
{
    return keep(r, mark, conv(r, &level->resample, x, (struct conv_extra){ .upsample = true }));
}

struct tensor vae_decode(struct run *r, const struct vae_decoder *d, struct tensor x)
{
    const int last = d->cfg.levels - 1;
    const size_t mark = arena_mark(&r->arena);

    x = decode_middle(r, d, x);
    for (int i = 0; i <= last; i++) {
        x = decode_level(r, d, i, mark, x);
        if (i < last)
            x = upsample(r, &d->up[i], mark, x);
        tap(r, x, "up_blocks.%d", i);
    }
    return keep(r, mark, conv(r, &d->conv_out, x, (struct conv_extra){ .norm = &d->norm_out }));
}

struct tensor vae_decode_banded(struct run *r, const struct vae_decoder *d, struct tensor x,
                                int rows)
{
    const int last = d->cfg.levels - 1;
    const size_t mark = arena_mark(&r->arena);

    if (last == 0)
        return vae_decode(r, d, x);
    x = decode_middle(r, d, x);
    for (int i = 0; i < last; i++) {
        x = decode_level(r, d, i, mark, x);
        if (i < last - 1)
            x = upsample(r, &d->up[i], mark, x);
    }
    x = keep(r, mark, vae_finest_level(r, d, x, rows << last));
    return keep(r, mark, conv(r, &d->conv_out, x, (struct conv_extra){ .norm = &d->norm_out }));
}
