/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "models/taesd.h"

#include <math.h>

const struct taesd_config taesd_sd = { .channels = 64,
                                       .latent_channels = 4,
                                       .encoder_blocks = { 1, 3, 3, 3 },
                                       .decoder_blocks = { 3, 3, 3, 1 } };

static void block_bind(struct taesd_block *b, struct scope s, int c)
{
    for (int i = 0; i < 3; i++)
        conv_bind(&b->conv[i], at(s, "conv.%d", 2 * i), c, c, 3, 1);
}

/* Layers are numbered through, activations and upsamplings included. */
void taesd_encoder_bind(struct taesd_half *e, struct scope s, const struct taesd_config *cfg)
{
    const struct scope se = at(s, "encoder");
    const int c = cfg->channels;
    int n = 0;

    e->cfg = *cfg;
    for (int i = 0; i < TAESD_LEVELS; i++) {
        if (i == 0)
            conv_bind(&e->level[i].conv, at(se, "layers.%d", n++), 3, c, 3, 1);
        else
            conv_bind_no_bias(&e->level[i].conv, at(se, "layers.%d", n++), c, c, 3, 2);
        for (int j = 0; j < cfg->encoder_blocks[i]; j++)
            block_bind(&e->level[i].block[j], at(se, "layers.%d", n++), c);
    }
    conv_bind(&e->conv, at(se, "layers.%d", n), c, cfg->latent_channels, 3, 1);
}

void taesd_decoder_bind(struct taesd_half *d, struct scope s, const struct taesd_config *cfg)
{
    const struct scope sd = at(s, "decoder");
    const int c = cfg->channels, last = TAESD_LEVELS - 1;
    int n = 0;

    d->cfg = *cfg;
    conv_bind(&d->conv, at(sd, "layers.%d", n), cfg->latent_channels, c, 3, 1);
    n += 2; /* the activation */
    for (int i = 0; i < TAESD_LEVELS; i++) {
        for (int j = 0; j < cfg->decoder_blocks[i]; j++)
            block_bind(&d->level[i].block[j], at(sd, "layers.%d", n++), c);
        if (i < last)
            n++; /* the upsampling */
        if (i < last)
            conv_bind_no_bias(&d->level[i].conv, at(sd, "layers.%d", n++), c, c, 3, 1);
        else
            conv_bind(&d->level[i].conv, at(sd, "layers.%d", n++), c, 3, 3, 1);
    }
}

static struct tensor block(struct run *r, const struct taesd_block *b, struct tensor x)
{
    const size_t mark = arena_mark(&r->arena);
    const struct conv_extra relu = { .act = ACT_RELU };
    struct tensor h = conv(r, &b->conv[1], conv(r, &b->conv[0], x, relu), relu);

    h = conv(r, &b->conv[2], h, (struct conv_extra){ .residual = &x });
    activate(r, h, ACT_RELU);
    return keep(r, mark, h);
}

struct tensor taesd_encode(struct run *r, const struct taesd_half *e, struct tensor x)
{
    const size_t mark = arena_mark(&r->arena);
    struct tensor h = tensor_new(r, x.n, x.h, x.w, x.c);

    if (!r->skip)
        for (size_t i = 0; i < tensor_count(x); i++)
            h.data[i] = x.data[i] * 0.5f + 0.5f;
    for (int i = 0; i < TAESD_LEVELS; i++) {
        h = keep(r, mark, conv(r, &e->level[i].conv, h, (struct conv_extra){ 0 }));
        for (int j = 0; j < e->cfg.encoder_blocks[i]; j++)
            h = keep(r, mark, block(r, &e->level[i].block[j], h));
    }
    return keep(r, mark, conv(r, &e->conv, h, (struct conv_extra){ 0 }));
}

struct tensor taesd_decode(struct run *r, const struct taesd_half *d, struct tensor x)
{
    const size_t mark = arena_mark(&r->arena);
    struct tensor h = tensor_new(r, x.n, x.h, x.w, x.c);

    if (!r->skip)
        for (size_t i = 0; i < tensor_count(x); i++)
            h.data[i] = 3 * tanhf(x.data[i] / 3);
    h = keep(r, mark, conv(r, &d->conv, h, (struct conv_extra){ .act = ACT_RELU }));
    for (int i = 0; i < TAESD_LEVELS; i++) {
        for (int j = 0; j < d->cfg.decoder_blocks[i]; j++)
            h = keep(r, mark, block(r, &d->level[i].block[j], h));
        h = keep(
            r, mark,
            conv(r, &d->level[i].conv, h, (struct conv_extra){ .upsample = i < TAESD_LEVELS - 1 }));
    }
    if (!r->skip)
        for (size_t i = 0; i < tensor_count(h); i++)
            h.data[i] = 2 * h.data[i] - 1;
    return h;
}
