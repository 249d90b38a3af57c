/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The names of diffusers against those of single files: samples of published names, and
 * every name of whole UNets.
 */
#include "../check.h"
#include "base/file.h"
#include "load/names.h"
#include "load/safetensors.h"
#include "temp.h"

#include <string.h>

/* ---- Published names --------------------------------------------------- */

/* Stable Diffusion 1.5, BK-SDM-Small (one resnet less per level, no middle) and SDXL, at a
 * tenth of their channels. */
static const struct unet_facts sd15 = { .levels = 4,
                                        .channels = { 32, 64, 128, 128 },
                                        .down_resnets = { 2, 2, 2, 2 },
                                        .down_depth = { 1, 1, 1, 0 },
                                        .up_resnets = { 3, 3, 3, 3 },
                                        .up_depth = { 0, 1, 1, 1 },
                                        .middle = true,
                                        .middle_depth = 1 };
static const struct unet_facts bk = { .levels = 4,
                                      .channels = { 32, 64, 128, 128 },
                                      .down_resnets = { 1, 1, 1, 1 },
                                      .down_depth = { 1, 1, 1, 0 },
                                      .up_resnets = { 2, 2, 2, 2 },
                                      .up_depth = { 0, 1, 1, 1 } };
static const struct unet_facts sdxl = { .levels = 3,
                                        .channels = { 32, 64, 128 },
                                        .down_resnets = { 2, 2, 2 },
                                        .down_depth = { 0, 2, 10 },
                                        .up_resnets = { 3, 3, 3 },
                                        .up_depth = { 10, 2, 0 },
                                        .middle = true,
                                        .middle_depth = 10,
                                        .vector_channels = 280 };

static const struct {
    const struct unet_facts *facts;
    const char *diffusers, *ldm;
} unet_names[] = {
    { &sd15, "conv_in.weight", "input_blocks.0.0.weight" },
    { &sd15, "time_embedding.linear_1.weight", "time_embed.0.weight" },
    { &sd15, "time_embedding.linear_2.bias", "time_embed.2.bias" },
    { &sd15, "down_blocks.0.resnets.0.norm1.weight", "input_blocks.1.0.in_layers.0.weight" },
    { &sd15, "down_blocks.0.resnets.1.conv1.weight", "input_blocks.2.0.in_layers.2.weight" },
    { &sd15, "down_blocks.0.attentions.1.proj_in.weight", "input_blocks.2.1.proj_in.weight" },
    { &sd15, "down_blocks.0.downsamplers.0.conv.weight", "input_blocks.3.0.op.weight" },
    { &sd15, "down_blocks.1.resnets.0.conv_shortcut.weight",
      "input_blocks.4.0.skip_connection.weight" },
    { &sd15, "down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_out.0.bias",
      "input_blocks.4.1.transformer_blocks.0.attn2.to_out.0.bias" },
    { &sd15, "down_blocks.1.downsamplers.0.conv.bias", "input_blocks.6.0.op.bias" },
    { &sd15, "down_blocks.2.resnets.1.time_emb_proj.weight",
      "input_blocks.8.0.emb_layers.1.weight" },
    { &sd15, "down_blocks.2.downsamplers.0.conv.bias", "input_blocks.9.0.op.bias" },
    { &sd15, "down_blocks.3.resnets.0.conv2.weight", "input_blocks.10.0.out_layers.3.weight" },
    { &sd15, "down_blocks.3.resnets.1.norm2.weight", "input_blocks.11.0.out_layers.0.weight" },
    { &sd15, "mid_block.resnets.0.norm1.bias", "middle_block.0.in_layers.0.bias" },
    { &sd15, "mid_block.attentions.0.norm.weight", "middle_block.1.norm.weight" },
    { &sd15, "mid_block.resnets.1.conv2.bias", "middle_block.2.out_layers.3.bias" },
    { &sd15, "up_blocks.0.resnets.0.conv1.weight", "output_blocks.0.0.in_layers.2.weight" },
    { &sd15, "up_blocks.0.resnets.2.conv_shortcut.bias", "output_blocks.2.0.skip_connection.bias" },
    { &sd15, "up_blocks.0.upsamplers.0.conv.weight", "output_blocks.2.1.conv.weight" },
    { &sd15, "up_blocks.1.resnets.0.norm1.weight", "output_blocks.3.0.in_layers.0.weight" },
    { &sd15, "up_blocks.1.attentions.2.proj_out.weight", "output_blocks.5.1.proj_out.weight" },
    { &sd15, "up_blocks.1.upsamplers.0.conv.weight", "output_blocks.5.2.conv.weight" },
    { &sd15, "up_blocks.2.upsamplers.0.conv.bias", "output_blocks.8.2.conv.bias" },
    { &sd15, "up_blocks.3.attentions.2.transformer_blocks.0.ff.net.0.proj.weight",
      "output_blocks.11.1.transformer_blocks.0.ff.net.0.proj.weight" },
    { &sd15, "conv_norm_out.weight", "out.0.weight" },
    { &sd15, "conv_out.bias", "out.2.bias" },
    { &bk, "down_blocks.0.downsamplers.0.conv.weight", "input_blocks.2.0.op.weight" },
    { &bk, "down_blocks.1.resnets.0.conv1.weight", "input_blocks.3.0.in_layers.2.weight" },
    { &bk, "down_blocks.3.resnets.0.conv1.weight", "input_blocks.7.0.in_layers.2.weight" },
    { &bk, "up_blocks.0.upsamplers.0.conv.weight", "output_blocks.1.1.conv.weight" },
    { &bk, "up_blocks.3.resnets.1.conv1.weight", "output_blocks.7.0.in_layers.2.weight" },
    { &sdxl, "add_embedding.linear_1.weight", "label_emb.0.0.weight" },
    { &sdxl, "down_blocks.1.attentions.1.transformer_blocks.1.norm3.weight",
      "input_blocks.5.1.transformer_blocks.1.norm3.weight" },
    { &sdxl, "down_blocks.2.resnets.1.conv2.weight", "input_blocks.8.0.out_layers.3.weight" },
    { &sdxl, "up_blocks.1.upsamplers.0.conv.weight", "output_blocks.5.2.conv.weight" },
    { &sdxl, "up_blocks.2.resnets.0.conv1.weight", "output_blocks.6.0.in_layers.2.weight" },
};

/* The other parts: `index` of `parts`. */
static const struct {
    enum part_kind part;
    const char *sign; /* one tensor of the file, which tells its layout */
    const char *diffusers, *file;
    int index, parts;
} other_names[] = {
    { PART_VAE, "first_stage_model.decoder.conv_in.weight",
      "encoder.down_blocks.1.resnets.0.conv_shortcut.weight",
      "first_stage_model.encoder.down.1.block.0.nin_shortcut.weight", 0, 1 },
    { PART_VAE, "first_stage_model.decoder.conv_in.weight",
      "encoder.down_blocks.2.downsamplers.0.conv.bias",
      "first_stage_model.encoder.down.2.downsample.conv.bias", 0, 1 },
    { PART_VAE, "first_stage_model.decoder.conv_in.weight", "quant_conv.weight",
      "first_stage_model.quant_conv.weight", 0, 1 },
    { PART_VAE, "first_stage_model.decoder.conv_in.weight",
      "decoder.up_blocks.0.resnets.2.conv1.weight",
      "first_stage_model.decoder.up.3.block.2.conv1.weight", 0, 1 },
    { PART_VAE, "first_stage_model.decoder.conv_in.weight",
      "decoder.up_blocks.2.upsamplers.0.conv.weight",
      "first_stage_model.decoder.up.1.upsample.conv.weight", 0, 1 },
    { PART_VAE, "first_stage_model.decoder.conv_in.weight",
      "decoder.mid_block.attentions.0.to_out.0.weight",
      "first_stage_model.decoder.mid.attn_1.proj_out.weight", 0, 1 },
    { PART_VAE, "first_stage_model.decoder.conv_in.weight", "decoder.conv_norm_out.weight",
      "first_stage_model.decoder.norm_out.weight", 0, 1 },
    { PART_VAE, "decoder.mid_block.attentions.0.query.weight",
      "decoder.mid_block.attentions.0.to_k.bias", "decoder.mid_block.attentions.0.key.bias", 0, 1 },
    { PART_TEXT, "cond_stage_model.transformer.embeddings.token_embedding.weight",
      "text_model.encoder.layers.11.mlp.fc2.bias",
      "cond_stage_model.transformer.encoder.layers.11.mlp.fc2.bias", 0, 1 },
    { PART_TEXT, "cond_stage_model.model.token_embedding.weight",
      "text_model.encoder.layers.22.self_attn.q_proj.weight",
      "cond_stage_model.model.transformer.resblocks.22.attn.in_proj_weight", 0, 3 },
    { PART_TEXT, "cond_stage_model.model.token_embedding.weight",
      "text_model.encoder.layers.0.self_attn.v_proj.bias",
      "cond_stage_model.model.transformer.resblocks.0.attn.in_proj_bias", 2, 3 },
    { PART_TEXT, "cond_stage_model.model.token_embedding.weight",
      "text_model.encoder.layers.0.self_attn.out_proj.bias",
      "cond_stage_model.model.transformer.resblocks.0.attn.out_proj.bias", 0, 1 },
    { PART_TEXT, "cond_stage_model.model.token_embedding.weight",
      "text_model.embeddings.position_embedding.weight",
      "cond_stage_model.model.positional_embedding", 0, 1 },
    { PART_TEXT, "cond_stage_model.model.token_embedding.weight",
      "text_model.encoder.layers.3.mlp.fc1.weight",
      "cond_stage_model.model.transformer.resblocks.3.mlp.c_fc.weight", 0, 1 },
    { PART_TEXT, "cond_stage_model.model.token_embedding.weight",
      "text_model.final_layer_norm.bias", "cond_stage_model.model.ln_final.bias", 0, 1 },
    { PART_TAESD, "1.weight", "decoder.layers.0.weight", "1.weight", 0, 1 },
    { PART_TAESD, "1.weight", "decoder.layers.2.conv.4.bias", "3.conv.4.bias", 0, 1 },
};

/* ---- Whole networks ---------------------------------------------------- */

enum { PAIRS_MAX = 2000 };

/* Both names of every tensor, written down in the order in which LDM builds its UNet. */
static struct pair {
    char diffusers[NAMES_MAX], ldm[NAMES_MAX];
    int rows, columns, rank;
} pairs[PAIRS_MAX];
static int n_pairs;

static void add(const char *diffusers, const char *ldm, const char *leaf_d, const char *leaf_l,
                int rows, int columns)
{
    static const char *const ends[] = { "weight", "bias" };

    for (int i = 0; i < 2; i++) {
        struct pair *p = &pairs[n_pairs++];

        snprintf(p->diffusers, NAMES_MAX, "%s%s%s", diffusers, leaf_d, ends[i]);
        snprintf(p->ldm, NAMES_MAX, "model.diffusion_model.%s%s%s", ldm, leaf_l, ends[i]);
        p->rows = rows;
        p->columns = columns;
        p->rank = i || !columns ? 1 : 2;
    }
}

static void add_weight(const char *diffusers, const char *ldm, const char *leaf, int rows,
                       int columns)
{
    add(diffusers, ldm, leaf, leaf, rows, columns);
    n_pairs--;
}

static void add_resnet(const char *diffusers, const char *ldm, int in, int out)
{
    add(diffusers, ldm, "norm1.", "in_layers.0.", in, 0);
    add(diffusers, ldm, "conv1.", "in_layers.2.", out, in);
    add(diffusers, ldm, "time_emb_proj.", "emb_layers.1.", out, 128);
    add(diffusers, ldm, "norm2.", "out_layers.0.", out, 0);
    add(diffusers, ldm, "conv2.", "out_layers.3.", out, out);
    if (in != out)
        add(diffusers, ldm, "conv_shortcut.", "skip_connection.", out, in);
}

static void add_attention(const char *diffusers, const char *ldm, int c, int depth)
{
    static const char *const both[] = { "norm1.",          "norm2.",          "norm3.",
                                        "attn1.to_out.0.", "attn2.to_out.0.", "ff.net.0.proj.",
                                        "ff.net.2." };
    static const char *const weights[] = { "attn1.to_q.", "attn1.to_k.", "attn1.to_v.",
                                           "attn2.to_q.", "attn2.to_k.", "attn2.to_v." };
    char d[NAMES_MAX], l[NAMES_MAX];

    add(diffusers, ldm, "norm.", "norm.", c, 0);
    add(diffusers, ldm, "proj_in.", "proj_in.", c, c);
    for (int i = 0; i < depth; i++) {
        snprintf(d, NAMES_MAX, "%stransformer_blocks.%d.", diffusers, i);
        snprintf(l, NAMES_MAX, "%stransformer_blocks.%d.", ldm, i);
        for (size_t k = 0; k < sizeof(both) / sizeof(*both); k++)
            add(d, l, both[k], both[k], c, c);
        for (size_t k = 0; k < sizeof(weights) / sizeof(*weights); k++)
            add_weight(d, l, weights[k], c, 768);
    }
    add(diffusers, ldm, "proj_out.", "proj_out.", c, c);
}

/* Down: `channels` gets the outputs, which the way up reads; -> their number. */
static int add_down(const struct unet_facts *u, int *channels)
{
    char d[NAMES_MAX], l[NAMES_MAX];
    int block = 0, c = u->channels[0];

    channels[block++] = c;
    for (int i = 0; i < u->levels; i++) {
        for (int j = 0; j < u->down_resnets[i]; j++) {
            snprintf(d, NAMES_MAX, "down_blocks.%d.resnets.%d.", i, j);
            snprintf(l, NAMES_MAX, "input_blocks.%d.0.", block);
            add_resnet(d, l, c, u->channels[i]);
            c = u->channels[i];
            snprintf(d, NAMES_MAX, "down_blocks.%d.attentions.%d.", i, j);
            snprintf(l, NAMES_MAX, "input_blocks.%d.1.", block);
            if (u->down_depth[i])
                add_attention(d, l, c, u->down_depth[i]);
            channels[block++] = c;
        }
        if (i == u->levels - 1)
            break;
        snprintf(d, NAMES_MAX, "down_blocks.%d.downsamplers.0.conv.", i);
        snprintf(l, NAMES_MAX, "input_blocks.%d.0.op.", block);
        add(d, l, "", "", c, c);
        channels[block++] = c;
    }
    return block;
}

static void add_up(const struct unet_facts *u, const int *channels, int left)
{
    char d[NAMES_MAX], l[NAMES_MAX];
    int block = 0, c = u->channels[u->levels - 1];

    for (int i = 0; i < u->levels; i++) {
        const int out = u->channels[u->levels - 1 - i];

        for (int j = 0; j < u->up_resnets[i]; j++, block++) {
            snprintf(d, NAMES_MAX, "up_blocks.%d.resnets.%d.", i, j);
            snprintf(l, NAMES_MAX, "output_blocks.%d.0.", block);
            add_resnet(d, l, c + channels[--left], out);
            c = out;
            snprintf(d, NAMES_MAX, "up_blocks.%d.attentions.%d.", i, j);
            snprintf(l, NAMES_MAX, "output_blocks.%d.1.", block);
            if (u->up_depth[i])
                add_attention(d, l, c, u->up_depth[i]);
        }
        snprintf(d, NAMES_MAX, "up_blocks.%d.upsamplers.0.conv.", i);
        snprintf(l, NAMES_MAX, "output_blocks.%d.%d.conv.", block - 1, u->up_depth[i] ? 2 : 1);
        if (i < u->levels - 1)
            add(d, l, "", "", c, c);
    }
    CHECK(left == 0);
}

static void add_unet(const struct unet_facts *u)
{
    int channels[64], n, c = u->channels[0], last = u->channels[u->levels - 1];

    n_pairs = 0;
    add("conv_in.", "input_blocks.0.0.", "", "", c, 4);
    add("time_embedding.", "time_embed.", "linear_1.", "0.", 4 * c, c);
    add("time_embedding.", "time_embed.", "linear_2.", "2.", 4 * c, 4 * c);
    if (u->vector_channels) {
        add("add_embedding.", "label_emb.0.", "linear_1.", "0.", 4 * c, u->vector_channels);
        add("add_embedding.", "label_emb.0.", "linear_2.", "2.", 4 * c, 4 * c);
    }
    n = add_down(u, channels);
    if (u->middle) {
        add_resnet("mid_block.resnets.0.", "middle_block.0.", last, last);
        add_attention("mid_block.attentions.0.", "middle_block.1.", last, u->middle_depth);
        add_resnet("mid_block.resnets.1.", "middle_block.2.", last, last);
    }
    add_up(u, channels, n);
    add("conv_norm_out.", "out.0.", "", "", c, 0);
    add("conv_out.", "out.2.", "", "", 4, c);
}

/* Write the pairs as an LDM file of zeros and open it. */
static struct checkpoint *open_pairs(void)
{
    static struct safetensors_item items[PAIRS_MAX];
    void *zeros = calloc(1, 1 << 20);
    ebru_error err = { 0 };
    struct checkpoint *c;

    for (int i = 0; i < n_pairs; i++)
        items[i] = (struct safetensors_item){ .name = pairs[i].ldm,
                                              .type = TYPE_F16,
                                              .rank = pairs[i].rank,
                                              .shape = { pairs[i].rows, pairs[i].columns },
                                              .data = zeros };
    CHECK(safetensors_write(temp_path("unet.safetensors"), items, n_pairs, NULL, &err));
    free(zeros);
    c = checkpoint_open(temp_path("unet.safetensors"), &err);
    if (!c)
        printf("%s\n", err.message);
    CHECK(c);
    return c;
}

static void check_facts(const struct unet_facts *got, const struct unet_facts *want)
{
    CHECK(got->in_channels == 4 && got->out_channels == 4 && got->context == 768);
    CHECK(got->levels == want->levels && got->linear_projection);
    CHECK(!memcmp(got->channels, want->channels, sizeof(got->channels)));
    CHECK(!memcmp(got->down_resnets, want->down_resnets, sizeof(got->down_resnets)));
    CHECK(!memcmp(got->up_resnets, want->up_resnets, sizeof(got->up_resnets)));
    CHECK(!memcmp(got->down_depth, want->down_depth, sizeof(got->down_depth)));
    CHECK(!memcmp(got->up_depth, want->up_depth, sizeof(got->up_depth)));
    CHECK(got->middle == want->middle && got->middle_depth == want->middle_depth);
    CHECK(got->vector_channels == want->vector_channels);
}

static void test_unet(const struct unet_facts *u, int tensors)
{
    struct checkpoint *c;
    struct part_source s;
    struct place_name p;

    add_unet(u);
    CHECK(n_pairs == tensors);
    c = open_pairs();
    CHECK(c && names_open(&s, c, PART_UNET));
    if (!c)
        return;
    check_facts(&s.unet, u);
    for (int i = 0; i < n_pairs; i++) {
        CHECK(names_translate(&s, pairs[i].diffusers, &p) && p.parts == 1);
        if (strcmp(p.name, pairs[i].ldm))
            printf("%s: %s, not %s\n", pairs[i].diffusers, p.name, pairs[i].ldm);
        CHECK(!strcmp(p.name, pairs[i].ldm));
    }
    for (size_t i = 0; i < sizeof(unet_names) / sizeof(*unet_names); i++) {
        if (unet_names[i].facts != u)
            continue;
        CHECK(names_translate(&s, unet_names[i].diffusers, &p));
        CHECK(!strcmp(p.name + strlen("model.diffusion_model."), unet_names[i].ldm));
    }
    checkpoint_close(c);
}

/* ---- The other parts --------------------------------------------------- */

/* A file with the signs of a VAE of four levels, and `sign`. */
static struct checkpoint *open_signs(const char *sign)
{
    static const char *const vae[] = { "first_stage_model.decoder.conv_in.weight",
                                       "first_stage_model.decoder.up.0.block.0.conv1.weight",
                                       "first_stage_model.decoder.up.0.block.1.conv1.weight",
                                       "first_stage_model.decoder.up.1.block.0.conv1.weight",
                                       "first_stage_model.decoder.up.2.block.0.conv1.weight",
                                       "first_stage_model.decoder.up.3.block.0.conv1.weight",
                                       NULL };
    struct safetensors_item items[8];
    const uint16_t data[6] = { 0 };
    int count = 0;

    for (int i = -1; i < 0 || vae[i]; i++) {
        const char *name = i < 0 ? sign : vae[i];

        if (i < 0 || strcmp(name, sign))
            items[count++] = (struct safetensors_item){
                .name = name, .type = TYPE_F16, .rank = 2, .shape = { 6, 1 }, .data = data
            };
    }
    CHECK(safetensors_write(temp_path("signs.safetensors"), items, count, NULL, NULL));
    return checkpoint_open(temp_path("signs.safetensors"), NULL);
}

static void test_others(void)
{
    for (size_t i = 0; i < sizeof(other_names) / sizeof(*other_names); i++) {
        struct checkpoint *c = open_signs(other_names[i].sign);
        struct part_source s;
        struct place_name p;

        CHECK(c && names_open(&s, c, other_names[i].part));
        CHECK(c && names_translate(&s, other_names[i].diffusers, &p));
        if (c && strcmp(p.name, other_names[i].file))
            printf("%s: %s, not %s\n", other_names[i].diffusers, p.name, other_names[i].file);
        CHECK(c && !strcmp(p.name, other_names[i].file) && p.index == other_names[i].index &&
              p.parts == other_names[i].parts);
        checkpoint_close(c);
    }
}

int main(void)
{
    temp_open();
    test_unet(&sd15, 686);
    test_unet(&bk, 396);
    test_unet(&sdxl, 1680);
    test_others();
    temp_close();
    return check_done();
}
