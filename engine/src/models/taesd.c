/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "models/taesd.h"

#include "models/range.h"

#include <math.h>

const struct taesd_config taesd_sd = { .channels = 64,
                                       .latent_channels = 4,
                                       .encoder_blocks = { 1, 3, 3, 3 },
                                       .decoder_blocks = { 3, 3, 3, 1 } };

#define FIELD(name) offsetof(struct taesd_config, name)

static const struct range ranges[] = {
    { "encoder_block_out_channels", FIELD(channels), 4, 512 },
    { "latent_channels", FIELD(latent_channels), 1, 16 },
    { 0 },
};

static const struct range level_ranges[] = {
    { "num_encoder_blocks", FIELD(encoder_blocks), 0, TAESD_MAX_BLOCKS },
    { "num_decoder_blocks", FIELD(decoder_blocks), 0, TAESD_MAX_BLOCKS },
    { 0 },
};

bool taesd_config_check(const struct taesd_config *cfg, ebru_error *err)
{
    if (!ranges_check("TAESD", cfg, ranges, -1, err))
        return false;
    for (int i = 0; i < TAESD_LEVELS; i++)
        if (!ranges_check("TAESD", cfg, level_ranges, i, err))
            return false;
    return true;
}

/* --- binding ------------------------------------------------------------ */

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

/* --- forward ------------------------------------------------------------ */

static const struct conv_extra plain = { 0 }, relu = { .act = ACT_RELU };

static struct tensor block(struct run *r, const struct taesd_block *b, struct tensor x)
{
    const size_t mark = arena_mark(&r->arena);
    struct tensor h = conv(r, &b->conv[1], conv(r, &b->conv[0], x, relu), relu);

    h = conv(r, &b->conv[2], h, (struct conv_extra){ .residual = &x });
    activate(r, h, ACT_RELU);
    return keep(r, mark, h);
}

/* a*x + b, a tensor of its own or, with `y` = x, in place. */
static void scale(const struct run *r, struct tensor y, struct tensor x, float a, float b)
{
    for (size_t i = 0; i < tensor_count(x) && !r->skip; i++)
        y.data[i] = x.data[i] * a + b;
}

/* What is far out comes back to within 3. The function is taken in double and rounded, which
 * is the same on every C library. */
static void squash(const struct run *r, struct tensor y, struct tensor x)
{
    for (size_t i = 0; i < tensor_count(x) && !r->skip; i++)
        y.data[i] = (float)tanh((double)(x.data[i] / 3)) * 3;
}

struct tensor taesd_encode(struct run *r, const struct taesd_half *e, struct tensor x)
{
    const size_t mark = arena_mark(&r->arena);
    struct tensor h = tensor_new(r, x.n, x.h, x.w, x.c);

    scale(r, h, x, 0.5f, 0.5f);
    for (int i = 0; i < TAESD_LEVELS; i++) {
        h = keep(r, mark, conv(r, &e->level[i].conv, h, plain));
        for (int j = 0; j < e->cfg.encoder_blocks[i]; j++)
            h = keep(r, mark, block(r, &e->level[i].block[j], h));
        tap(r, h, "encoder.levels.%d", i);
    }
    return keep(r, mark, conv(r, &e->conv, h, plain));
}

struct tensor taesd_decode(struct run *r, const struct taesd_half *d, struct tensor x)
{
    const size_t mark = arena_mark(&r->arena);
    struct tensor h = tensor_new(r, x.n, x.h, x.w, x.c);

    squash(r, h, x);
    h = keep(r, mark, conv(r, &d->conv, h, relu));
    for (int i = 0; i < TAESD_LEVELS; i++) {
        const bool upsample = i < TAESD_LEVELS - 1;
        for (int j = 0; j < d->cfg.decoder_blocks[i]; j++)
            h = keep(r, mark, block(r, &d->level[i].block[j], h));
        h = keep(r, mark,
                 conv(r, &d->level[i].conv, h, (struct conv_extra){ .upsample = upsample }));
        tap(r, h, "decoder.levels.%d", i);
    }
    scale(r, h, h, 2, -1);
    return h;
}
