/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "load/names.h"

#include "load/eight_bit.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* ---- Rules ------------------------------------------------------------- */

/*
 * A rule rewrites the beginning of a name. In `from`, I and J stand for a number each.
 * In `to` a capital letter stands for a number made of these (see number_of). What
 * follows is rewritten by the first rule of `rest` that fits, or stays as it is.
 */
struct rule {
    const char *from, *to;
    const struct rule *rest;
    int index, parts; /* of the tensor; parts = 0: all of it */
};

static const struct rule unet_resnet[] = {
    { .from = "norm1.", .to = "in_layers.0." },
    { .from = "conv1.", .to = "in_layers.2." },
    { .from = "time_emb_proj.", .to = "emb_layers.1." },
    { .from = "norm2.", .to = "out_layers.0." },
    { .from = "conv2.", .to = "out_layers.3." },
    { .from = "conv_shortcut.", .to = "skip_connection." },
    { 0 },
};

static const struct rule ldm_unet[] = {
    { .from = "conv_in.", .to = "input_blocks.0.0." },
    { .from = "time_embedding.linear_1.", .to = "time_embed.0." },
    { .from = "time_embedding.linear_2.", .to = "time_embed.2." },
    { .from = "add_embedding.linear_1.", .to = "label_emb.0.0." },
    { .from = "add_embedding.linear_2.", .to = "label_emb.0.2." },
    { .from = "down_blocks.I.resnets.J.", .to = "input_blocks.D.0.", .rest = unet_resnet },
    { .from = "down_blocks.I.attentions.J.", .to = "input_blocks.D.1." },
    { .from = "down_blocks.I.downsamplers.0.conv.", .to = "input_blocks.E.0.op." },
    { .from = "mid_block.resnets.0.", .to = "middle_block.0.", .rest = unet_resnet },
    { .from = "mid_block.attentions.0.", .to = "middle_block.1." },
    { .from = "mid_block.resnets.1.", .to = "middle_block.M.", .rest = unet_resnet },
    { .from = "up_blocks.I.resnets.J.", .to = "output_blocks.U.0.", .rest = unet_resnet },
    { .from = "up_blocks.I.attentions.J.", .to = "output_blocks.U.1." },
    { .from = "up_blocks.I.upsamplers.0.conv.", .to = "output_blocks.V.W.conv." },
    { .from = "conv_norm_out.", .to = "out.0." },
    { .from = "conv_out.", .to = "out.2." },
    { 0 },
};

static const struct rule vae_resnet[] = {
    { .from = "conv_shortcut.", .to = "nin_shortcut." },
    { 0 },
};

static const struct rule vae_attention[] = {
    { .from = "group_norm.", .to = "norm." },
    { .from = "to_q.", .to = "q." },
    { .from = "to_k.", .to = "k." },
    { .from = "to_v.", .to = "v." },
    { .from = "to_out.0.", .to = "proj_out." },
    { 0 },
};

static const struct rule ldm_vae_half[] = {
    { .from = "down_blocks.I.resnets.J.", .to = "down.I.block.J.", .rest = vae_resnet },
    { .from = "down_blocks.I.downsamplers.0.conv.", .to = "down.I.downsample.conv." },
    { .from = "mid_block.resnets.0.", .to = "mid.block_1.", .rest = vae_resnet },
    { .from = "mid_block.attentions.0.", .to = "mid.attn_1.", .rest = vae_attention },
    { .from = "mid_block.resnets.1.", .to = "mid.block_2.", .rest = vae_resnet },
    { .from = "up_blocks.I.resnets.J.", .to = "up.L.block.J.", .rest = vae_resnet },
    { .from = "up_blocks.I.upsamplers.0.conv.", .to = "up.L.upsample.conv." },
    { .from = "conv_norm_out.", .to = "norm_out." },
    { 0 },
};

static const struct rule ldm_vae[] = {
    { .from = "encoder.", .to = "encoder.", .rest = ldm_vae_half },
    { .from = "decoder.", .to = "decoder.", .rest = ldm_vae_half },
    { 0 },
};

/* diffusers before 0.15 */
static const struct rule old_attention[] = {
    { .from = "to_q.", .to = "query." },
    { .from = "to_k.", .to = "key." },
    { .from = "to_v.", .to = "value." },
    { .from = "to_out.0.", .to = "proj_attn." },
    { 0 },
};

static const struct rule old_vae[] = {
    { .from = "encoder.mid_block.attentions.0.",
      .to = "encoder.mid_block.attentions.0.",
      .rest = old_attention },
    { .from = "decoder.mid_block.attentions.0.",
      .to = "decoder.mid_block.attentions.0.",
      .rest = old_attention },
    { 0 },
};

static const struct rule open_clip_layer[] = {
    { .from = "layer_norm1.", .to = "ln_1." },
    { .from = "layer_norm2.", .to = "ln_2." },
    { .from = "mlp.fc1.", .to = "mlp.c_fc." },
    { .from = "mlp.fc2.", .to = "mlp.c_proj." },
    { .from = "self_attn.out_proj.", .to = "attn.out_proj." },
    { .from = "self_attn.q_proj.", .to = "attn.in_proj_", .index = 0, .parts = 3 },
    { .from = "self_attn.k_proj.", .to = "attn.in_proj_", .index = 1, .parts = 3 },
    { .from = "self_attn.v_proj.", .to = "attn.in_proj_", .index = 2, .parts = 3 },
    { 0 },
};

static const struct rule open_clip[] = {
    { .from = "text_model.embeddings.token_embedding.", .to = "token_embedding." },
    { .from = "text_model.embeddings.position_embedding.weight", .to = "positional_embedding" },
    { .from = "text_model.encoder.layers.I.",
      .to = "transformer.resblocks.I.",
      .rest = open_clip_layer },
    { .from = "text_model.final_layer_norm.", .to = "ln_final." },
    { 0 },
};

/* transformers without the outer module */
static const struct rule bare_clip[] = {
    { .from = "text_model.", .to = "" },
    { 0 },
};

/* as the author publishes it: a list of layers, the decoder's first of which clamps */
static const struct rule bare_taesd_encoder[] = { { .from = "encoder.layers.I.", .to = "I." },
                                                  { 0 } };
static const struct rule bare_taesd_decoder[] = { { .from = "decoder.layers.I.", .to = "N." },
                                                  { 0 } };

/* A part is in the first layout whose `sign`, after the prefix, is in the checkpoint. */
struct layout {
    enum part_kind part;
    const char *name, *prefix, *sign;
    const struct rule *rules; /* NULL: names are the same */
};

static const struct layout layouts[] = {
    { PART_UNET, "diffusers", "", "conv_in.weight", NULL },
    { PART_UNET, "LDM", "model.diffusion_model.", "input_blocks.0.0.weight", ldm_unet },
    { PART_UNET, "LDM", "", "input_blocks.0.0.weight", ldm_unet },
    { PART_VAE, "diffusers, old", "", "decoder.mid_block.attentions.0.query.weight", old_vae },
    { PART_VAE, "diffusers", "", "decoder.mid_block.resnets.0.conv1.weight", NULL },
    { PART_VAE, "LDM", "first_stage_model.", "decoder.conv_in.weight", ldm_vae },
    { PART_VAE, "LDM", "", "decoder.mid.block_1.conv1.weight", ldm_vae },
    { PART_TEXT, "transformers", "", "text_model.embeddings.token_embedding.weight", NULL },
    { PART_TEXT, "transformers, bare", "", "embeddings.token_embedding.weight", bare_clip },
    { PART_TEXT, "LDM", "cond_stage_model.transformer.",
      "text_model.embeddings.token_embedding.weight", NULL },
    { PART_TEXT, "LDM, bare", "cond_stage_model.transformer.", "embeddings.token_embedding.weight",
      bare_clip },
    { PART_TEXT, "OpenCLIP", "cond_stage_model.model.", "token_embedding.weight", open_clip },
    { PART_TAESD, "diffusers", "", "decoder.layers.0.weight", NULL },
    { PART_TAESD, "bare encoder", "", "0.weight", bare_taesd_encoder },
    { PART_TAESD, "bare decoder", "", "1.weight", bare_taesd_decoder },
};

/* ---- Rewriting --------------------------------------------------------- */

/* The numbers a name holds. */
struct numbers {
    int i, j;
};

static int sum(const int *values, int count)
{
    int s = 0;

    for (int i = 0; i < count && i < UNET_MAX_LEVELS; i++)
        s += values[i];
    return s;
}

/* LDM numbers the blocks of the UNet through: conv_in, then of each level its resnets and,
 * but for the last, its downsampler; on the way up an upsampler shares the block of the
 * last resnet, behind its attention if there is one. Level I of the up blocks is the
 * resolution levels - 1 - I. */
static int number_of(char letter, struct numbers n, const struct part_source *s)
{
    const struct unet_facts *u = &s->unet;
    const int level = n.i < UNET_MAX_LEVELS ? n.i : UNET_MAX_LEVELS - 1;

    switch (letter) {
    case 'I':
        return n.i;
    case 'J':
        return n.j;
    case 'N':
        return n.i + 1;
    case 'D':
        return 1 + sum(u->down_resnets, n.i) + n.i + n.j;
    case 'E':
        return 1 + sum(u->down_resnets, n.i + 1) + n.i;
    case 'M':
        return u->middle_depth ? 2 : 1;
    case 'U':
        return sum(u->up_resnets, n.i) + n.j;
    case 'V':
        return sum(u->up_resnets, n.i + 1) - 1;
    case 'W':
        return u->up_depth[level] ? 2 : 1;
    default: /* L */
        return s->vae.levels - 1 - n.i;
    }
}

/* Read digits at *text. */
static bool read_number(const char **text, int *number)
{
    int n = 0;

    if (**text < '0' || **text > '9')
        return false;
    for (; **text >= '0' && **text <= '9' && n < 100000; (*text)++)
        n = 10 * n + (**text - '0');
    *number = n;
    return true;
}

/* What follows `from` in `name`; NULL: it does not begin so. */
static const char *match(const char *from, const char *name, struct numbers *n)
{
    for (; *from; from++) {
        if (*from == 'I' || *from == 'J') {
            if (!read_number(&name, *from == 'I' ? &n->i : &n->j))
                return NULL;
        } else if (*from != *name++) {
            return NULL;
        }
    }
    return name;
}

static bool add_text(struct place_name *p, const char *text)
{
    const size_t a = strlen(p->name), b = strlen(text);

    if (a + b >= sizeof(p->name))
        return false;
    memcpy(p->name + a, text, b + 1);
    return true;
}

static bool add_rewritten(struct place_name *p, const char *to, struct numbers n,
                          const struct part_source *s)
{
    char text[16];

    for (; *to; to++) {
        if (*to >= 'A' && *to <= 'Z')
            snprintf(text, sizeof(text), "%d", number_of(*to, n, s));
        else
            snprintf(text, sizeof(text), "%c", *to);
        if (!add_text(p, text))
            return false;
    }
    return true;
}

bool names_translate(const struct part_source *s, const char *name, struct place_name *p)
{
    const struct rule *rule = s->layout->rules;
    const char *rest;
    struct numbers n;

    *p = (struct place_name){ .parts = 1 };
    if (!add_text(p, s->layout->prefix))
        return false;
    while (rule && rule->from) {
        n = (struct numbers){ 0 };
        rest = match(rule->from, name, &n);
        if (!rest) {
            rule++;
            continue;
        }
        if (!add_rewritten(p, rule->to, n, s))
            return false;
        if (rule->parts) {
            p->index = rule->index;
            p->parts = rule->parts;
        }
        name = rest;
        rule = rule->rest;
    }
    return add_text(p, name);
}

/* ---- The source -------------------------------------------------------- */

bool names_open(struct part_source *s, const struct checkpoint *c, enum part_kind part)
{
    *s = (struct part_source){ .checkpoint = c };
    for (size_t i = 0; i < sizeof(layouts) / sizeof(*layouts); i++) {
        char sign[NAMES_MAX];

        if (layouts[i].part != part)
            continue;
        snprintf(sign, sizeof(sign), "%s%s", layouts[i].prefix, layouts[i].sign);
        if (!checkpoint_find(c, sign))
            continue;
        s->layout = &layouts[i];
        if (layouts[i].rules == ldm_unet)
            return detect_unet(c, layouts[i].prefix, &s->unet);
        if (layouts[i].rules == ldm_vae)
            return detect_vae(c, layouts[i].prefix, &s->vae);
        return true;
    }
    return false;
}

const char *names_layout(const struct part_source *s)
{
    return s->layout->name;
}

static const struct checkpoint_tensor *find(const struct part_source *s, const char *name,
                                            struct place_name *p)
{
    const struct checkpoint_tensor *t;

    if (!names_translate(s, name, p))
        return NULL;
    t = checkpoint_find(s->checkpoint, p->name);
    return t && (p->parts == 1 || (t->rank && t->shape[0] % p->parts == 0)) ? t : NULL;
}

bool names_find(void *self, const char *name, enum dtype *type, int *rank, int shape[4])
{
    struct part_source *s = self;
    struct place_name p;
    const struct checkpoint_tensor *t = find(s, name, &p);
    ebru_error *problem = s->problem.status == EBRU_OK ? &s->problem : NULL;

    if (!t || !checkpoint_weight(s->checkpoint, t, type, rank, shape, problem))
        return false;
    if (p.parts > 1)
        shape[0] /= p.parts;
    return true;
}

bool names_read(void *self, const char *name, int first, int count, void *rows, ebru_error *err)
{
    const struct part_source *s = self;
    struct place_name p;
    const struct checkpoint_tensor *t = find(s, name, &p);
    int64_t each;

    if (!t)
        return fail(err, EBRU_BAD_MODEL, "%s: %s: is missing", checkpoint_label(s->checkpoint),
                    name);
    each = t->rank ? t->shape[0] / p.parts : 1;
    if (first < 0 || count < 0 || first > each - count)
        return fail(err, EBRU_BAD_MODEL, "%s: %s: has %lld rows, not %d from %d",
                    checkpoint_label(s->checkpoint), name, (long long)each, count, first);
    if (t->type == TYPE_I8)
        return eight_bit_read_rows(s->checkpoint, t, p.index * each + first, count, rows, err);
    return checkpoint_read_rows(s->checkpoint, t, p.index * each + first, count, rows, err);
}
