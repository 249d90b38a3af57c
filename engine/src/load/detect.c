/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "load/detect.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { NAME_MAX_BYTES = 256, BLOCKS_MAX = 64 };

const char *detect_kind_name(enum checkpoint_kind kind)
{
    static const char *const names[] = {
        [KIND_UNKNOWN] = "a file of an unknown kind",
        [KIND_SD1] = "a Stable Diffusion 1 checkpoint",
        [KIND_SD2] = "a Stable Diffusion 2 checkpoint",
        [KIND_SDXL] = "a Stable Diffusion XL checkpoint",
        [KIND_SDXL_REFINER] = "a refiner for Stable Diffusion XL",
        [KIND_UNET] = "a UNet without text encoder and VAE",
        [KIND_TEXT] = "a text encoder",
        [KIND_VAE] = "a VAE",
        [KIND_TAESD] = "a TAESD (small VAE)",
        [KIND_LORA] = "a LoRA",
        [KIND_CONTROLNET] = "a ControlNet",
        [KIND_EMBEDDING] = "an embedding (textual inversion)",
        [KIND_OTHER_MODEL] = "a model of another family",
    };

    return names[kind];
}

/* ---- Asking ------------------------------------------------------------ */

static const struct checkpoint_tensor *find(const struct checkpoint *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static const struct checkpoint_tensor *find(const struct checkpoint *c, const char *fmt, ...)
{
    char name[NAME_MAX_BYTES];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(name, sizeof(name), fmt, ap);
    va_end(ap);
    return checkpoint_find(c, name);
}

/* A dimension; 0 when there is no such tensor or it is not of a sane size. */
static int dimension(const struct checkpoint_tensor *t, int i)
{
    return t && i < t->rank && t->shape[i] <= INT_MAX ? (int)t->shape[i] : 0;
}

/* ---- UNet -------------------------------------------------------------- */

/* Transformer blocks of the attention at `place`; 0: there is none. Notes what only
 * attention knows. */
static int attention_depth(const struct checkpoint *c, const char *prefix, const char *place,
                           struct unet_facts *u)
{
    const struct checkpoint_tensor *context =
        find(c, "%s%s.transformer_blocks.0.attn2.to_k.weight", prefix, place);
    int depth = 0;

    if (context) {
        const struct checkpoint_tensor *in = find(c, "%s%s.proj_in.weight", prefix, place);

        u->context = dimension(context, 1);
        u->linear_projection = in && in->rank == 2;
    }
    while (depth < BLOCKS_MAX &&
           find(c, "%s%s.transformer_blocks.%d.attn1.to_q.weight", prefix, place, depth))
        depth++;
    return depth;
}

/* A resnet's output channels; 0: there is none at `place`. */
static int resnet_channels(const struct checkpoint *c, const char *prefix, const char *place)
{
    return dimension(find(c, "%s%s.0.in_layers.2.weight", prefix, place), 0);
}

/* input_blocks, from 1 on: resnets, and a downsampler at the end of each level but the last. */
static bool detect_down(const struct checkpoint *c, const char *prefix, struct unet_facts *u)
{
    int level = 0;

    for (int k = 1; k < BLOCKS_MAX; k++) {
        char place[32], attention[64];
        int channels;

        snprintf(place, sizeof(place), "input_blocks.%d", k);
        if (find(c, "%s%s.0.op.weight", prefix, place)) {
            if (!u->down_resnets[level] || ++level == UNET_MAX_LEVELS)
                return false;
            continue;
        }
        channels = resnet_channels(c, prefix, place);
        if (!channels)
            break;
        snprintf(attention, sizeof(attention), "%s.1", place);
        u->channels[level] = channels;
        u->down_depth[level] = attention_depth(c, prefix, attention, u);
        u->down_resnets[level]++;
    }
    u->levels = level + 1;
    return u->down_resnets[level] > 0;
}

/* output_blocks: resnets, the last of each level but the last with an upsampler. */
static bool detect_up(const struct checkpoint *c, const char *prefix, struct unet_facts *u)
{
    int level = 0;

    for (int k = 0; k < BLOCKS_MAX; k++) {
        char place[32], attention[64];

        snprintf(place, sizeof(place), "output_blocks.%d", k);
        if (!resnet_channels(c, prefix, place))
            break;
        snprintf(attention, sizeof(attention), "%s.1", place);
        u->up_depth[level] = attention_depth(c, prefix, attention, u);
        u->up_resnets[level]++;
        if ((find(c, "%s%s.1.conv.weight", prefix, place) ||
             find(c, "%s%s.2.conv.weight", prefix, place)) &&
            ++level == UNET_MAX_LEVELS)
            return false;
    }
    return level + 1 == u->levels;
}

bool detect_unet(const struct checkpoint *c, const char *prefix, struct unet_facts *u)
{
    const struct checkpoint_tensor *first = find(c, "%sinput_blocks.0.0.weight", prefix);

    *u = (struct unet_facts){ 0 };
    u->in_channels = dimension(first, 1);
    u->out_channels = dimension(find(c, "%sout.2.weight", prefix), 0);
    u->middle = resnet_channels(c, prefix, "middle_block") > 0;
    u->middle_depth = attention_depth(c, prefix, "middle_block.1", u);
    u->vector_channels = dimension(find(c, "%slabel_emb.0.0.weight", prefix), 1);
    return u->in_channels && u->out_channels && detect_down(c, prefix, u) &&
           detect_up(c, prefix, u);
}

/* ---- VAE --------------------------------------------------------------- */

bool detect_vae(const struct checkpoint *c, const char *prefix, struct vae_facts *v)
{
    *v = (struct vae_facts){ 0 };
    v->latent_channels = dimension(find(c, "%sdecoder.conv_in.weight", prefix), 1);
    while (v->levels < UNET_MAX_LEVELS) {
        const struct checkpoint_tensor *t =
            find(c, "%sdecoder.up.%d.block.0.conv1.weight", prefix, v->levels);

        if (!t)
            break;
        v->channels[v->levels++] = dimension(t, 0);
    }
    while (find(c, "%sdecoder.up.0.block.%d.conv1.weight", prefix, v->resnets + 1))
        v->resnets++;
    return v->latent_channels && v->levels && v->resnets;
}

/* ---- Everything -------------------------------------------------------- */

static void detect_text(const struct checkpoint *c, struct detected *d)
{
    static const struct {
        const char *tokens, *layer;
    } places[] = {
        { "cond_stage_model.transformer.text_model.embeddings.token_embedding.weight",
          "cond_stage_model.transformer.text_model.encoder.layers.%d.layer_norm1.weight" },
        { "cond_stage_model.transformer.embeddings.token_embedding.weight",
          "cond_stage_model.transformer.encoder.layers.%d.layer_norm1.weight" },
        { "cond_stage_model.model.token_embedding.weight",
          "cond_stage_model.model.transformer.resblocks.%d.ln_1.weight" },
        { "conditioner.embedders.0.transformer.text_model.embeddings.token_embedding.weight",
          "conditioner.embedders.0.transformer.text_model.encoder.layers.%d.layer_norm1.weight" },
        { "conditioner.embedders.0.model.token_embedding.weight",
          "conditioner.embedders.0.model.transformer.resblocks.%d.ln_1.weight" },
    };

    for (size_t i = 0; i < sizeof(places) / sizeof(*places) && !d->has_text; i++) {
        const struct checkpoint_tensor *t = checkpoint_find(c, places[i].tokens);
        char layer[NAME_MAX_BYTES];

        if (!t)
            continue;
        d->has_text = true;
        d->text_tokens = dimension(t, 0);
        d->text_channels = dimension(t, 1);
        do {
            const size_t n = strlen(places[i].layer) - strlen(strchr(places[i].layer, '%'));

            snprintf(layer, sizeof(layer), "%.*s%d%s", (int)n, places[i].layer, d->text_layers,
                     places[i].layer + n + 2);
        } while (checkpoint_find(c, layer) && ++d->text_layers < BLOCKS_MAX);
    }
}

/* A tensor that tells the kind. The first row that is there decides. */
static const struct {
    const char *name;
    enum checkpoint_kind kind;
} signs[] = {
    { "conditioner.embedders.1.model.token_embedding.weight", KIND_SDXL },
    { "conditioner.embedders.0.model.token_embedding.weight", KIND_SDXL_REFINER },
    { "model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight", KIND_OTHER_MODEL },
    { "model.diffusion_model.double_blocks.0.img_attn.qkv.weight", KIND_OTHER_MODEL },
    { "double_blocks.0.img_attn.qkv.weight", KIND_OTHER_MODEL },
    { "cond_stage_model.transformer.text_model.embeddings.token_embedding.weight", KIND_SD1 },
    { "cond_stage_model.transformer.embeddings.token_embedding.weight", KIND_SD1 },
    { "cond_stage_model.model.token_embedding.weight", KIND_SD2 },
    { "control_model.input_hint_block.0.weight", KIND_CONTROLNET },
    { "input_hint_block.0.weight", KIND_CONTROLNET },
    { "controlnet_cond_embedding.conv_in.weight", KIND_CONTROLNET },
    { "model.diffusion_model.input_blocks.0.0.weight", KIND_UNET },
    { "input_blocks.0.0.weight", KIND_UNET },
    { "down_blocks.0.resnets.0.conv1.weight", KIND_UNET },
    { "decoder.conv_in.weight", KIND_VAE },
    { "first_stage_model.decoder.conv_in.weight", KIND_VAE },
    { "decoder.layers.0.weight", KIND_TAESD },
    { "encoder.layers.0.weight", KIND_TAESD },
    { "taesd_decoder.1.weight", KIND_TAESD },
    { "3.conv.0.weight", KIND_TAESD },
    { "text_model.embeddings.token_embedding.weight", KIND_TEXT },
    { "embeddings.token_embedding.weight", KIND_TEXT },
    { "emb_params", KIND_EMBEDDING },
    { "clip_l", KIND_EMBEDDING },
    { "clip_g", KIND_EMBEDDING },
};

static bool is_lora(const char *name)
{
    static const char *const marks[] = { ".lora_down.", ".lora_up.",  ".lora_A.",    ".lora_B.",
                                         ".lora.down.", ".lora.up.",  "_lora.down.", ".hada_w1",
                                         ".lokr_w1",    ".oft_blocks" };

    for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
        if (strstr(name, marks[i]))
            return true;
    return false;
}

static enum checkpoint_kind kind_of(const struct checkpoint *c)
{
    const struct checkpoint_tensor *only = checkpoint_count(c) == 1 ? checkpoint_at(c, 0) : NULL;

    for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
        if (checkpoint_find(c, signs[i].name))
            return signs[i].kind;
    for (int i = 0; i < checkpoint_count(c); i++)
        if (is_lora(checkpoint_at(c, i)->name))
            return KIND_LORA;
    /* diffusers names the one tensor of a textual inversion after its token */
    if (only && only->rank <= 2 && dimension(only, only->rank - 1) <= 4096)
        return KIND_EMBEDDING;
    return KIND_UNKNOWN;
}

struct detected detect(const struct checkpoint *c)
{
    struct detected d = { .kind = kind_of(c) };
    uint64_t bytes[TYPE_F64 + 1] = { 0 };

    d.has_unet = detect_unet(c, "model.diffusion_model.", &d.unet) || detect_unet(c, "", &d.unet);
    d.has_vae = detect_vae(c, "first_stage_model.", &d.vae) || detect_vae(c, "", &d.vae);
    detect_text(c, &d);
    /* without text encoder the width of the text tells the version */
    if (d.kind == KIND_UNET && d.has_unet && d.unet.context == 768)
        d.kind = KIND_SD1;
    else if (d.kind == KIND_UNET && d.has_unet && d.unet.context == 1024)
        d.kind = KIND_SD2;
    else if (d.kind == KIND_UNET && d.has_unet && d.unet.context == 2048)
        d.kind = KIND_SDXL;
    for (int i = 0; i < checkpoint_count(c); i++) {
        const struct checkpoint_tensor *t = checkpoint_at(c, i);

        if (t->type > TYPE_F64)
            continue;
        bytes[t->type] += t->bytes;
        d.parameters += checkpoint_elements(t);
    }
    for (int type = 0; type <= TYPE_F64; type++)
        if (bytes[type] > bytes[d.precision])
            d.precision = (enum checkpoint_type)type;
    return d;
}
