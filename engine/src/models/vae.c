/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "models/vae.h"

#include <math.h>

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

bool vae_config_check(const struct vae_config *cfg, ebru_error *err)
{
    if (cfg->levels < 1 || cfg->levels > VAE_MAX_LEVELS || cfg->layers < 1 ||
        cfg->layers > VAE_MAX_LAYERS || cfg->latent_channels < 1 || cfg->latent_channels > 16 ||
        cfg->groups < 1)
        return fail(err, EBRU_BAD_MODEL,
                    "the VAE has %d levels of %d layers and %d latent channels, expected 1 to %d, "
                    "1 to %d, 1 to 16",
                    cfg->levels, cfg->layers, cfg->latent_channels, VAE_MAX_LEVELS, VAE_MAX_LAYERS);
    for (int i = 0; i < cfg->levels; i++)
        if (cfg->channels[i] < 8 || cfg->channels[i] > 512 || cfg->channels[i] % cfg->groups)
            return fail(err, EBRU_BAD_MODEL,
                        "the VAE has %d channels in a level, expected a multiple of its %d groups, "
                        "8 to 512",
                        cfg->channels[i], cfg->groups);
    if (!(cfg->scaling_factor > 0))
        return fail(err, EBRU_BAD_MODEL, "the VAE's scaling factor is %g, expected more than 0",
                    (double)cfg->scaling_factor);
    return true;
}

/* --- binding ------------------------------------------------------------ */

/* Old files call the four products query, key, value and proj_attn. */
static void attention_bind(struct vae_attention *a, struct scope s, int c, int groups)
{
    static const char *const names[] = { "to_q", "to_k", "to_v" };
    static const char *const old[] = { "query", "key", "value" };
    const bool is_old = scope_has(s, "query.weight");

    group_norm_bind(&a->norm, at(s, "group_norm"), c, groups, EPS);
    linear_bind_stack(&a->qkv, s, is_old ? old : names, 3, c, c, true);
    linear_bind(&a->out, at(s, is_old ? "proj_attn" : "to_out.0"), c, c);
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

/* x += attention of x to itself */
static void attend(struct run *r, const struct vae_attention *a, struct tensor x)
{
    const size_t mark = arena_mark(&r->arena);
    struct tensor qkv = linear(r, &a->qkv, norm(r, &a->norm, x), ACT_NONE);

    qkv.w *= qkv.h;
    qkv.h = 1;
    linear_add(r, &a->out,
               attention(r, qkv, columns(qkv, x.c), columns(qkv, 2 * x.c), 1, x.c,
                         1 / sqrtf((float)x.c), false),
               x);
    arena_release(&r->arena, mark);
}

static struct tensor middle(struct run *r, const struct vae_middle *m, bool attention,
                            struct tensor x)
{
    const size_t mark = arena_mark(&r->arena);

    x = resnet(r, &m->resnet[0], x, NULL);
    if (attention) {
        attend(r, &m->attn, x);
        tap(r, x, "mid_block.attentions.0");
    }
    x = keep(r, mark, resnet(r, &m->resnet[1], x, NULL));
    tap(r, x, "mid_block");
    return x;
}

struct tensor vae_encode(struct run *r, const struct vae_encoder *e, struct tensor x)
{
    const struct vae_config *const cfg = &e->cfg;
    const size_t mark = arena_mark(&r->arena);

    x = conv(r, &e->conv_in, x, (struct conv_extra){ 0 });
    tap(r, x, "conv_in");
    for (int i = 0; i < cfg->levels; i++) {
        for (int j = 0; j < cfg->layers; j++)
            x = keep(r, mark, resnet(r, &e->down[i].resnet[j], x, NULL));
        if (i < cfg->levels - 1)
            x = keep(r, mark,
                     conv(r, &e->down[i].resample, x, (struct conv_extra){ .pad_end = true }));
        tap(r, x, "down_blocks.%d", i);
    }
    x = middle(r, &e->mid, cfg->mid_attention, x);
    x = conv(r, &e->conv_out, x, (struct conv_extra){ .norm = &e->norm_out });
    if (cfg->quant_conv)
        x = conv(r, &e->quant, x, (struct conv_extra){ 0 });
    tap(r, x, "quant_conv");
    return keep(r, mark, x);
}

struct tensor vae_decode(struct run *r, const struct vae_decoder *d, struct tensor x)
{
    const struct vae_config *const cfg = &d->cfg;
    const size_t mark = arena_mark(&r->arena);

    if (cfg->post_quant_conv)
        x = conv(r, &d->post_quant, x, (struct conv_extra){ 0 });
    tap(r, x, "post_quant_conv");
    x = keep(r, mark, conv(r, &d->conv_in, x, (struct conv_extra){ 0 }));
    tap(r, x, "conv_in");
    x = keep(r, mark, middle(r, &d->mid, cfg->mid_attention, x));
    for (int i = 0; i < cfg->levels; i++) {
        for (int j = 0; j <= cfg->layers; j++)
            x = keep(r, mark, resnet(r, &d->up[i].resnet[j], x, NULL));
        if (i < cfg->levels - 1)
            x = keep(r, mark,
                     conv(r, &d->up[i].resample, x, (struct conv_extra){ .upsample = true }));
        tap(r, x, "up_blocks.%d", i);
    }
    return keep(r, mark, conv(r, &d->conv_out, x, (struct conv_extra){ .norm = &d->norm_out }));
}
