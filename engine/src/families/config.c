/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "families/config.h"

#include <math.h>
#include <string.h>

/* --- what is asked for and not there ------------------------------------ */

/* A key of config.json and the one value we have code for; absent and null do as well. */
struct expected {
    const char *key, *string; /* string NULL: null, false or 0 */
};

static bool only_expected(struct json_node config, const struct expected *list, ebru_error *err)
{
    for (; list->key; list++) {
        const struct json_node n = json_get(config, list->key);
        const char *text = "";
        bool flag = false;
        int64_t number = 0;
        switch (json_kind(n)) {
        case JSON_ABSENT:
        case JSON_NULL:
            continue;
        case JSON_BOOL:
            if (!list->string && json_bool(n, &flag, err) && !flag)
                continue;
            break;
        case JSON_INT:
            if (!list->string && json_int(n, INT64_MIN, INT64_MAX, &number, err) && !number)
                continue;
            break;
        case JSON_STRING:
            if (json_string(n, &text, err) && list->string && !strcmp(text, list->string))
                continue;
            break;
        default:
            break;
        }
        return json_fail(n, err, "is not supported; expected %s",
                         list->string ? list->string : "null");
    }
    return true;
}

/* An integer for all of `count` places, or a list with one for each; absent: stays. */
static bool per_level(struct json_node config, const char *key, int min, int max, int *values,
                      int count, ebru_error *err)
{
    const struct json_node n = json_get(config, key);
    int found = 0;

    if (json_kind(n) == JSON_INT) {
        if (!json_get_int(config, key, min, max, &values[0], err))
            return false;
        for (int i = 1; i < count; i++)
            values[i] = values[0];
        return true;
    }
    if (json_kind(n) == JSON_ABSENT || json_kind(n) == JSON_NULL)
        return true;
    if (!json_get_ints(config, key, min, max, values, count, &found, err))
        return false;
    return found == count || json_fail(n, err, "has %d entries, expected %d", found, count);
}

/* The block types of a UNet: which levels have attention. types[i]: 1 with, 0 without. */
static bool block_types(struct json_node config, const char *key, const char *with,
                        const char *without, int *types, int count, ebru_error *err)
{
    const struct json_node n = json_get(config, key);
    int i = 0;

    for (struct json_iter it = json_iterate(n); json_next(&it); i++) {
        const char *name;
        if (!json_string(it.value, &name, err))
            return false;
        if (i < count)
            types[i] = !strcmp(name, with);
        if (strcmp(name, with) && strcmp(name, without))
            return json_fail(it.value, err, "is \"%.64s\", expected %s or %s", name, with, without);
    }
    return i == count || json_fail(n, err, "has %d entries, expected %d", i, count);
}

/* --- UNet --------------------------------------------------------------- */

static const struct expected unet_expected[] = { { "act_fn", "silu" },
                                                 { "addition_embed_type", NULL },
                                                 { "attention_type", "default" },
                                                 { "center_input_sample", NULL },
                                                 { "class_embed_type", NULL },
                                                 { "cross_attention_norm", NULL },
                                                 { "dual_cross_attention", NULL },
                                                 { "encoder_hid_dim", NULL },
                                                 { "num_class_embeds", NULL },
                                                 { "only_cross_attention", NULL },
                                                 { "mid_block_only_cross_attention", NULL },
                                                 { "resnet_skip_time_act", NULL },
                                                 { "resnet_time_scale_shift", "default" },
                                                 { "time_cond_proj_dim", NULL },
                                                 { "time_embedding_act_fn", NULL },
                                                 { "time_embedding_dim", NULL },
                                                 { "time_embedding_type", "positional" },
                                                 { "timestep_post_act", NULL },
                                                 { 0 } };

static bool middle_read(struct unet_config *c, struct json_node config, ebru_error *err)
{
    const struct json_node n = json_get(config, "mid_block_type");
    const char *type = "UNetMidBlock2DCrossAttn";

    c->mid = json_kind(n) != JSON_NULL;
    if (!json_get_string(config, "mid_block_type", &type, err))
        return false;
    if (strcmp(type, "UNetMidBlock2DCrossAttn") && strcmp(type, "UNetMidBlock2D"))
        return json_fail(
            n, err, "is \"%.64s\", expected UNetMidBlock2DCrossAttn, UNetMidBlock2D or null", type);
    if (!c->mid || !strcmp(type, "UNetMidBlock2D"))
        c->mid_depth = 0;
    return true;
}

/* Depth of the transformers of every level, from block types and transformer_layers_per_block. */
static bool depth_read(struct unet_config *c, struct json_node config, ebru_error *err)
{
    int down[UNET_LEVELS] = { 0 }, up[UNET_LEVELS] = { 0 }, depth[UNET_LEVELS];

    for (int i = 0; i < UNET_LEVELS; i++)
        depth[i] = 1;
    if (!per_level(config, "transformer_layers_per_block", 0, TRANSFORMER_MAX_DEPTH, depth,
                   c->levels, err) ||
        !block_types(config, "down_block_types", "CrossAttnDownBlock2D", "DownBlock2D", down,
                     c->levels, err) ||
        !block_types(config, "up_block_types", "CrossAttnUpBlock2D", "UpBlock2D", up, c->levels,
                     err))
        return false;
    for (int i = 0; i < c->levels; i++) {
        c->down_depth[i] = down[i] ? depth[i] : 0;
        c->up_depth[i] = up[c->levels - 1 - i] ? depth[i] : 0;
    }
    c->mid_depth = depth[c->levels - 1];
    return middle_read(c, config, err);
}

bool unet_config_read(struct unet_config *c, struct json_node config, ebru_error *err)
{
    double eps = 1e-5, shift = 0;

    *c = (struct unet_config){
        .in_channels = 4, .out_channels = 4, .context = 1280, .groups = 32, .flip_sin_to_cos = true
    };
    for (int i = 0; i < UNET_LEVELS; i++) {
        c->resnets[i] = 2;
        c->heads[i] = 8;
    }
    if (!only_expected(config, unet_expected, err) ||
        !json_get_ints(config, "block_out_channels", 8, 8192, c->channels, UNET_LEVELS, &c->levels,
                       err) ||
        !json_get_int(config, "in_channels", 1, 64, &c->in_channels, err) ||
        !json_get_int(config, "out_channels", 1, 64, &c->out_channels, err) ||
        !json_get_int(config, "cross_attention_dim", 1, 16384, &c->context, err) ||
        !json_get_int(config, "norm_num_groups", 1, 1024, &c->groups, err) ||
        !json_get_real(config, "norm_eps", 1e-12, 1, &eps, err) ||
        !json_get_real(config, "freq_shift", -16, 16, &shift, err) ||
        !json_get_bool(config, "flip_sin_to_cos", &c->flip_sin_to_cos, err) ||
        !json_get_bool(config, "use_linear_projection", &c->linear_projection, err) ||
        !per_level(config, "layers_per_block", 1, UNET_MAX_RESNETS - 1, c->resnets, c->levels, err))
        return false;
    /* The number of heads has stood under the name of their width since the first release. */
    if (!per_level(config, "attention_head_dim", 1, 256, c->heads, c->levels, err) ||
        !per_level(config, "num_attention_heads", 1, 256, c->heads, c->levels, err))
        return false;
    c->eps = (float)eps;
    c->freq_shift = (float)shift;
    return depth_read(c, config, err) && unet_config_check(c, err);
}

bool unet_config_detect(struct unet_config *c, const struct detected *d, ebru_error *err)
{
    const struct unet_facts *const u = &d->unet;

    if (u->levels > UNET_LEVELS)
        return fail(err, EBRU_BAD_MODEL, "the UNet has %d levels, expected at most %d", u->levels,
                    UNET_LEVELS);
    *c = d->kind == KIND_SD2 ? unet_sd21 : unet_sd15;
    c->in_channels = u->in_channels;
    c->out_channels = u->out_channels;
    c->levels = u->levels;
    c->context = u->context;
    c->mid = u->middle;
    c->mid_depth = u->middle_depth;
    c->linear_projection = u->linear_projection;
    for (int i = 0; i < u->levels; i++) {
        c->channels[i] = u->channels[i];
        c->resnets[i] = u->down_resnets[i];
        c->down_depth[i] = u->down_depth[i];
        c->up_depth[i] = u->up_depth[u->levels - 1 - i];
        c->heads[i] = d->kind == KIND_SD2 ? u->channels[i] / 64 : 8;
        if (c->heads[i] < 1)
            c->heads[i] = 1;
        if (u->up_resnets[u->levels - 1 - i] != u->down_resnets[i] + 1)
            return fail(err, EBRU_BAD_MODEL, "the UNet has %d resnets on the way up beside %d down",
                        u->up_resnets[u->levels - 1 - i], u->down_resnets[i]);
    }
    return unet_config_check(c, err);
}

/* --- VAE ---------------------------------------------------------------- */

static const struct expected vae_expected[] = {
    { "act_fn", "silu" }, { "latents_mean", NULL }, { "latents_std", NULL }, { 0 }
};

bool vae_config_read(struct vae_config *c, struct json_node config, ebru_error *err)
{
    double scaling = 0.18215, shift = 0;
    int down[VAE_MAX_LEVELS] = { 0 };

    *c = vae_sd;
    c->layers = 1;
    if (!only_expected(config, vae_expected, err) ||
        !json_get_ints(config, "block_out_channels", 8, 512, c->channels, VAE_MAX_LEVELS,
                       &c->levels, err) ||
        !json_get_int(config, "layers_per_block", 1, VAE_MAX_LAYERS, &c->layers, err) ||
        !json_get_int(config, "latent_channels", 1, 16, &c->latent_channels, err) ||
        !json_get_int(config, "norm_num_groups", 1, 512, &c->groups, err) ||
        !json_get_real(config, "scaling_factor", 1e-6, 1e6, &scaling, err) ||
        !json_get_real(config, "shift_factor", -1e6, 1e6, &shift, err) ||
        !json_get_bool(config, "use_quant_conv", &c->quant_conv, err) ||
        !json_get_bool(config, "use_post_quant_conv", &c->post_quant_conv, err) ||
        !json_get_bool(config, "mid_block_add_attention", &c->mid_attention, err))
        return false;
    if (!block_types(config, "down_block_types", "DownEncoderBlock2D", "DownEncoderBlock2D", down,
                     c->levels, err))
        return false;
    c->scaling_factor = (float)scaling;
    c->shift_factor = (float)shift;
    return vae_config_check(c, err);
}

bool vae_config_detect(struct vae_config *c, const struct vae_facts *v, ebru_error *err)
{
    *c = vae_sd;
    if (v->levels > VAE_MAX_LEVELS)
        return fail(err, EBRU_BAD_MODEL, "the VAE has %d levels, expected at most %d", v->levels,
                    VAE_MAX_LEVELS);
    c->levels = v->levels;
    for (int i = 0; i < v->levels; i++)
        c->channels[i] = v->channels[i];
    c->latent_channels = v->latent_channels;
    c->layers = v->resnets;
    return vae_config_check(c, err);
}

/* --- text --------------------------------------------------------------- */

bool clip_text_config_read(struct clip_text_config *c, struct json_node config, ebru_error *err)
{
    const char *act = "quick_gelu";
    double eps = 1e-5;
    int positions = CLIP_TOKENS;

    *c = clip_l;
    if (!json_get_int(config, "vocab_size", 3, 1 << 20, &c->vocabulary, err) ||
        !json_get_int(config, "hidden_size", 8, 8192, &c->width, err) ||
        !json_get_int(config, "intermediate_size", 8, 32768, &c->inner, err) ||
        !json_get_int(config, "num_hidden_layers", 1, CLIP_MAX_LAYERS, &c->layers, err) ||
        !json_get_int(config, "num_attention_heads", 1, 256, &c->heads, err) ||
        !json_get_int(config, "max_position_embeddings", CLIP_TOKENS, CLIP_TOKENS, &positions,
                      err) ||
        !json_get_real(config, "layer_norm_eps", 1e-12, 1, &eps, err) ||
        !json_get_string(config, "hidden_act", &act, err))
        return false;
    if (strcmp(act, "quick_gelu") && strcmp(act, "gelu"))
        return json_fail(json_get(config, "hidden_act"), err,
                         "is \"%.32s\", expected quick_gelu or gelu", act);
    c->act = strcmp(act, "gelu") ? ACT_QUICK_GELU : ACT_GELU;
    c->eps = (float)eps;
    return clip_text_config_check(c, err);
}

bool clip_text_config_detect(struct clip_text_config *c, const struct detected *d, ebru_error *err)
{
    *c = d->kind == KIND_SD2 ? openclip_h : clip_l;
    c->vocabulary = d->text_tokens;
    c->width = d->text_channels;
    c->inner = 4 * d->text_channels;
    c->heads = d->text_channels / 64 ? d->text_channels / 64 : 1;
    /* Of OpenCLIP's layers the last is not used. */
    c->layers = d->kind == KIND_SD2 ? d->text_layers - 1 : d->text_layers;
    return clip_text_config_check(c, err);
}

/* --- the tiny autoencoder ----------------------------------------------- */

bool taesd_config_read(struct taesd_config *c, struct json_node config, ebru_error *err)
{
    int channels[TAESD_LEVELS] = { 64, 64, 64, 64 };

    *c = taesd_sd;
    if (!json_get_int(config, "latent_channels", 1, 16, &c->latent_channels, err) ||
        !per_level(config, "encoder_block_out_channels", 8, 512, channels, TAESD_LEVELS, err) ||
        !per_level(config, "num_encoder_blocks", 1, TAESD_MAX_BLOCKS, c->encoder_blocks,
                   TAESD_LEVELS, err) ||
        !per_level(config, "num_decoder_blocks", 1, TAESD_MAX_BLOCKS, c->decoder_blocks,
                   TAESD_LEVELS, err))
        return false;
    c->channels = channels[0];
    for (int i = 1; i < TAESD_LEVELS; i++)
        if (channels[i] != channels[0])
            return json_fail(json_get(config, "encoder_block_out_channels"), err,
                             "has different numbers of channels, expected equal ones");
    return true;
}

/* --- noise schedule ----------------------------------------------------- */

bool schedule_config_read(struct schedule_config *c, struct json_node config, ebru_error *err)
{
    const char *name = "";

    if (!json_get_string(config, "_class_name", &name, err))
        return false;
    schedule_config_init(c, name);
    for (struct json_iter it = json_iterate(config); json_next(&it);) {
        struct config_value v = { CONFIG_OTHER, 0, NULL };
        bool flag = false;
        double number = 0;
        switch (json_kind(it.value)) {
        case JSON_NULL:
            v.kind = CONFIG_NULL;
            break;
        case JSON_BOOL:
            json_bool(it.value, &flag, NULL);
            v = (struct config_value){ CONFIG_BOOL, flag, NULL };
            break;
        case JSON_INT:
        case JSON_REAL:
            json_real(it.value, -INFINITY, INFINITY, &number, NULL);
            v = (struct config_value){ CONFIG_NUMBER, number, NULL };
            break;
        case JSON_STRING:
            v.kind = CONFIG_STRING;
            if (!json_string(it.value, &v.string, err))
                return false;
            break;
        default:
            break;
        }
        if (!schedule_config_set(c, it.key, v, err))
            return false;
    }
    return true;
}
