/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "families/random_model.h"

#include "base/file.h"
#include "base/random.h"
#include "families/config.h"
#include "load/safetensors.h"
#include "models/clip_text.h"
#include "models/unet.h"
#include "models/vae.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the files that are not weights ------------------------------------- */

static const char model_index[] = "{\n  \"_class_name\": \"StableDiffusionPipeline\",\n"
                                  "  \"scheduler\": [\"diffusers\", \"PNDMScheduler\"],\n"
                                  "  \"text_encoder\": [\"transformers\", \"CLIPTextModel\"],\n"
                                  "  \"tokenizer\": [\"transformers\", \"CLIPTokenizer\"],\n"
                                  "  \"unet\": [\"diffusers\", \"UNet2DConditionModel\"],\n"
                                  "  \"vae\": [\"diffusers\", \"AutoencoderKL\"]\n}\n";

static const char scheduler_config[] =
    "{\n  \"_class_name\": \"PNDMScheduler\",\n  \"beta_end\": 0.012,\n"
    "  \"beta_schedule\": \"scaled_linear\",\n  \"beta_start\": 0.00085,\n"
    "  \"num_train_timesteps\": 1000,\n  \"set_alpha_to_one\": false,\n"
    "  \"skip_prk_steps\": true,\n  \"steps_offset\": 1\n}\n";

static const char unet_json[] =
    "{\n  \"_class_name\": \"UNet2DConditionModel\",\n  \"attention_head_dim\": 4,\n"
    "  \"block_out_channels\": [32, 64, 64],\n  \"cross_attention_dim\": 64,\n"
    "  \"down_block_types\": [\"CrossAttnDownBlock2D\", \"CrossAttnDownBlock2D\", "
    "\"DownBlock2D\"],\n"
    "  \"in_channels\": 4,\n  \"layers_per_block\": 1,\n  \"out_channels\": 4,\n"
    "  \"sample_size\": 32,\n"
    "  \"up_block_types\": [\"UpBlock2D\", \"CrossAttnUpBlock2D\", \"CrossAttnUpBlock2D\"]\n}\n";

static const char vae_json[] =
    "{\n  \"_class_name\": \"AutoencoderKL\",\n  \"block_out_channels\": [32, 32, 32, 64],\n"
    "  \"down_block_types\": [\"DownEncoderBlock2D\", \"DownEncoderBlock2D\", "
    "\"DownEncoderBlock2D\", \"DownEncoderBlock2D\"],\n"
    "  \"in_channels\": 3,\n  \"latent_channels\": 4,\n  \"layers_per_block\": 1,\n"
    "  \"out_channels\": 3,\n  \"sample_size\": 256,\n  \"scaling_factor\": 0.18215,\n"
    "  \"up_block_types\": [\"UpDecoderBlock2D\", \"UpDecoderBlock2D\", \"UpDecoderBlock2D\", "
    "\"UpDecoderBlock2D\"]\n}\n";

static const char text_json[] =
    "{\n  \"architectures\": [\"CLIPTextModel\"],\n  \"hidden_act\": \"quick_gelu\",\n"
    "  \"hidden_size\": 64,\n  \"intermediate_size\": 256,\n  \"layer_norm_eps\": 1e-05,\n"
    "  \"max_position_embeddings\": 77,\n  \"num_attention_heads\": 4,\n"
    "  \"num_hidden_layers\": 2,\n  \"vocab_size\": 514\n}\n";

static bool put(const char *folder, const char *part, const char *name, const char *text,
                ebru_error *err)
{
    char inner[FILE_PATH_MAX], path[FILE_PATH_MAX];

    return file_join(inner, folder, part, err) && file_join(path, inner, name, err) &&
           file_write(path, text, strlen(text), err);
}

/* --- a vocabulary: single bytes ----------------------------------------- */

/* The character that stands for a byte in CLIP's files: itself where it is visible,
 * else the next from U+0100 on (Radford et al., GPT-2's encoder). */
static int byte_character(int byte)
{
    int hidden = 0;

    for (int b = 0; b <= byte; b++) {
        const bool visible = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
        if (b == byte)
            return visible ? b : 256 + hidden;
        hidden += !visible;
    }
    return 0;
}

/* Entries "c": id and "c</w>": id, then the two special tokens. */
static bool put_vocabulary(const char *folder, ebru_error *err)
{
    char text[16384] = "{";
    size_t at = 1;

    for (int end = 0; end < 2; end++)
        for (int b = 0; b < 256; b++)
            at += (size_t)snprintf(text + at, sizeof(text) - at, "\"\\u%04x%s\": %d, ",
                                   byte_character(b), end ? "</w>" : "", end * 256 + b);
    snprintf(text + at, sizeof(text) - at, "\"<|startoftext|>\": 512, \"<|endoftext|>\": 513}\n");
    return put(folder, "tokenizer", "vocab.json", text, err) &&
           put(folder, "tokenizer", "merges.txt", "#version: 0.2\n", err);
}

/* --- weights ------------------------------------------------------------ */

/* Matrices by their fan-in, so that activations keep their size; norms near 1, biases near 0. */
static void fill(struct random *random, float *x, const char *name, int rank, const int64_t *shape,
                 size_t n)
{
    const char *const dot = strrchr(name, '.');
    const bool norm = rank == 1 && dot && !strcmp(dot, ".weight");
    const float scale = strstr(name, "embedding") ? 0.5f
                        : rank >= 2               ? 1 / sqrtf((float)(n / (size_t)shape[0]))
                                                  : 0.1f;

    random_normal(random, x, n);
    for (size_t i = 0; i < n; i++)
        x[i] = x[i] * scale + (norm ? 1 : 0);
}

/* The tensors of the file behind one leaf. */
static bool add_items(struct safetensors_item *items, int *count, const struct leaf *l,
                      struct random *random, ebru_error *err)
{
    for (int j = 0; j < l->parts; j++) {
        struct safetensors_item *const item = &items[(*count)++];
        size_t n = 1;

        *item = (struct safetensors_item){ l->name[j], TYPE_F32, l->weight->rank, { 0 }, NULL };
        for (int i = 0; i < item->rank; i++) {
            item->shape[i] = i ? l->weight->shape[i] : l->rows[j];
            n *= (size_t)item->shape[i];
        }
        float *const values = malloc(n * sizeof(float));
        item->data = values;
        if (!values)
            return fail(err, EBRU_NO_MEMORY, "no memory for %s", item->name);
        fill(random, values, item->name, item->rank, item->shape, n);
    }
    return true;
}

static bool put_weights(const char *folder, const char *part, const char *name,
                        const struct binder *b, struct random *random, ebru_error *err)
{
    struct safetensors_item *const items = calloc((size_t)b->n_weights + 1, sizeof(*items));
    char inner[FILE_PATH_MAX], path[FILE_PATH_MAX];
    int count = 0;
    bool ok = items || fail(err, EBRU_NO_MEMORY, "no memory for %d weights", b->n_weights);

    for (int i = 0; ok && i < b->n_leaves; i++)
        ok = add_items(items, &count, &b->leaves[i], random, err);
    ok = ok && file_join(inner, folder, part, err) && file_join(path, inner, name, err) &&
         safetensors_write(path, items, count, NULL, err);
    for (int i = 0; i < count; i++)
        free((void *)items[i].data);
    free(items);
    return ok;
}

/* The networks of a model folder. */
struct networks {
    struct unet unet;
    struct vae_encoder encoder;
    struct vae_decoder decoder;
    struct clip_text text;
};

static struct json_node parse(struct json **doc, const char *text, ebru_error *err)
{
    const size_t n = strlen(text);
    char *const copy = calloc(1, n + JSON_PADDING);

    *doc = copy ? json_parse(memcpy(copy, text, n), n, "the random model", err) : NULL;
    return *doc ? json_root(*doc) : (struct json_node){ 0 };
}

static bool write_part(const char *folder, const char *part, const char *json, const char *weights,
                       bool (*bind)(struct networks *w, struct scope s, struct json_node config,
                                    ebru_error *err),
                       struct networks *w, struct random *random, ebru_error *err)
{
    struct json *doc = NULL;
    struct binder b;

    binder_init(&b, NULL);
    const bool ok = put(folder, part, "config.json", json, err) &&
                    bind(w, scope_root(&b, ""), parse(&doc, json, err), err) &&
                    put_weights(folder, part, weights, &b, random, err);
    binder_clear(&b);
    json_close(doc);
    return ok;
}

static bool bind_unet(struct networks *w, struct scope s, struct json_node config, ebru_error *err)
{
    struct unet_config c;

    if (!unet_config_read(&c, config, err))
        return false;
    unet_bind(&w->unet, s, &c);
    return true;
}

static bool bind_vae(struct networks *w, struct scope s, struct json_node config, ebru_error *err)
{
    struct vae_config c;

    if (!vae_config_read(&c, config, err))
        return false;
    vae_encoder_bind(&w->encoder, s, &c);
    vae_decoder_bind(&w->decoder, s, &c);
    return true;
}

static bool bind_text(struct networks *w, struct scope s, struct json_node config, ebru_error *err)
{
    struct clip_text_config c;

    if (!clip_text_config_read(&c, config, err))
        return false;
    clip_text_bind(&w->text, s, &c);
    return true;
}

static bool make_folders(const char *path, ebru_error *err)
{
    static const char *const parts[] = { "scheduler", "text_encoder", "tokenizer", "unet", "vae" };
    char inner[FILE_PATH_MAX];

    if (!file_make_folder(path, err))
        return false;
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
        if (!file_join(inner, path, parts[i], err) || !file_make_folder(inner, err))
            return false;
    return true;
}

bool random_model_write(const char *path, int64_t seed, ebru_error *err)
{
    struct networks *const w = calloc(1, sizeof(*w));
    struct random random;

    if (!w)
        return fail(err, EBRU_NO_MEMORY, "no memory for a model");
    random_seed(&random, (uint64_t)seed);
    const bool ok = make_folders(path, err) &&
                    put(path, "scheduler", "scheduler_config.json", scheduler_config, err) &&
                    put_vocabulary(path, err) &&
                    write_part(path, "text_encoder", text_json, "model.safetensors", bind_text, w,
                               &random, err) &&
                    write_part(path, "unet", unet_json, "diffusion_pytorch_model.safetensors",
                               bind_unet, w, &random, err) &&
                    write_part(path, "vae", vae_json, "diffusion_pytorch_model.safetensors",
                               bind_vae, w, &random, err) &&
                    put(path, ".", "model_index.json", model_index, err);
    free(w);
    return ok;
}
