/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Configurations that make no network are refused before anything is bound, with a message
 * that names the number and what was expected. */
#include "models/clip_text.h"
#include "models/taesd.h"
#include "models/unet.h"
#include "models/vae.h"

#include "check.h"

#include <limits.h>
#include <string.h>

static void refused(const char *what, bool ok, const ebru_error *err, const char *named)
{
    CHECK(!ok && err->status == EBRU_BAD_MODEL);
    CHECK(strstr(err->message, named) && strstr(err->message, "expected"));
    if (ok || !strstr(err->message, named))
        printf("%s: %s\n", what, ok ? "accepted" : err->message);
}

/* An int of a configuration, by its place; `names` must be in the message. */
struct change {
    size_t offset;
    int value;
    const char *names;
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define UNET(field) offsetof(struct unet_config, field)
#define VAE(field) offsetof(struct vae_config, field)
#define TEXT(field) offsetof(struct clip_text_config, field)
#define TINY(field) offsetof(struct taesd_config, field)

static const struct change unet_changes[] = {
    { UNET(in_channels), 0, "in_channels" },
    { UNET(in_channels), INT_MAX, "in_channels" },
    { UNET(out_channels), -1, "out_channels" },
    { UNET(levels), 0, "levels" },
    { UNET(levels), UNET_LEVELS + 1, "levels" },
    { UNET(levels), INT_MIN, "levels" },
    { UNET(channels[0]), 0, "block_out_channels[0]" },
    { UNET(channels[1]), -640, "block_out_channels[1]" },
    { UNET(channels[2]), 1 << 30, "block_out_channels[2]" },
    { UNET(channels[3]), 1281, "block_out_channels[3]" }, /* groups */
    { UNET(resnets[0]), 0, "layers_per_block[0]" },
    { UNET(resnets[3]), UNET_MAX_RESNETS, "layers_per_block[3]" },
    { UNET(resnets[1]), 1000000000, "layers_per_block[1]" },
    { UNET(down_depth[0]), -1, "transformer_layers_per_block[0]" },
    { UNET(up_depth[2]), TRANSFORMER_MAX_DEPTH + 1, "transformer_layers_per_block[2]" },
    { UNET(mid_depth), 11, "middle block" },
    { UNET(heads[0]), 0, "attention_head_dim[0]" },
    { UNET(heads[1]), 7, "block_out_channels[1]" },
    { UNET(heads[2]), 1, "block_out_channels[2]" }, /* heads too wide */
    { UNET(context), 0, "cross_attention_dim" },
    { UNET(groups), 0, "norm_num_groups" },
    { UNET(groups), 96, "block_out_channels[0]" },
};

static const struct change vae_changes[] = {
    { VAE(levels), 0, "levels" },
    { VAE(levels), VAE_MAX_LEVELS + 1, "levels" },
    { VAE(channels[0]), -1, "block_out_channels[0]" },
    { VAE(channels[2]), 100, "block_out_channels[2]" }, /* groups */
    { VAE(channels[3]), 1024, "block_out_channels[3]" },
    { VAE(layers), 0, "layers_per_block" },
    { VAE(layers), INT_MAX, "layers_per_block" },
    { VAE(latent_channels), 0, "latent_channels" },
    { VAE(groups), 0, "norm_num_groups" },
};

static const struct change text_changes[] = {
    { TEXT(vocabulary), 0, "vocab_size" },     { TEXT(width), 0, "hidden_size" },
    { TEXT(width), 1 << 20, "hidden_size" },   { TEXT(inner), -1, "intermediate_size" },
    { TEXT(layers), 0, "num_hidden_layers" },  { TEXT(layers), 1000000000, "num_hidden_layers" },
    { TEXT(heads), 0, "num_attention_heads" }, { TEXT(heads), 7, "hidden_size" },
    { TEXT(heads), 1, "hidden_size" }, /* heads too wide */
};

static const struct change taesd_changes[] = {
    { TINY(channels), 0, "encoder_block_out_channels" },
    { TINY(latent_channels), 17, "latent_channels" },
    { TINY(encoder_blocks[1]), -1, "num_encoder_blocks[1]" },
    { TINY(decoder_blocks[3]), TAESD_MAX_BLOCKS + 1, "num_decoder_blocks[3]" },
};

/* ---- The checks, for any configuration ---------------------------------- */

typedef bool (*check_fn)(const void *config, ebru_error *err);

static bool unet_ok(const void *config, ebru_error *err)
{
    return unet_config_check(config, err);
}

static bool vae_ok(const void *config, ebru_error *err)
{
    return vae_config_check(config, err);
}

static bool text_ok(const void *config, ebru_error *err)
{
    return clip_text_config_check(config, err);
}

static bool taesd_ok(const void *config, ebru_error *err)
{
    return taesd_config_check(config, err);
}

/* `good`, of `size` bytes, passes; with any one of the changes it does not. */
static void check_changes(const char *what, check_fn ok, const void *good, size_t size,
                          const struct change *changes, size_t count)
{
    char *const bad = malloc(size);
    ebru_error err = { 0 };

    CHECK(bad && ok(good, &err));
    for (size_t i = 0; i < count; i++) {
        memcpy(bad, good, size);
        memcpy(bad + changes[i].offset, &changes[i].value, sizeof(int));
        refused(what, ok(bad, &err), &err, changes[i].names);
    }
    free(bad);
}

/* Numbers that are no ints. */
static void check_reals(void)
{
    static const float bad[] = { 0, -1, NAN, INFINITY };
    ebru_error err = { 0 };

    for (int i = 0; i < 4; i++) {
        struct unet_config unet = unet_sd15;
        struct vae_config vae = vae_sd;
        struct clip_text_config text = clip_l;
        unet.eps = vae.scaling_factor = text.eps = bad[i];
        refused("UNet", unet_config_check(&unet, &err), &err, "norm_eps");
        refused("VAE", vae_config_check(&vae, &err), &err, "scaling_factor");
        refused("text", clip_text_config_check(&text, &err), &err, "layer_norm_eps");
    }
    struct unet_config unet = unet_sd15;
    unet.freq_shift = 160; /* half the channels: a division by zero */
    refused("UNet", unet_config_check(&unet, &err), &err, "freq_shift");
    struct vae_config vae = vae_sd;
    vae.shift_factor = NAN;
    refused("VAE", vae_config_check(&vae, &err), &err, "shift_factor");
}

int main(void)
{
    check_changes("SD 1.5", unet_ok, &unet_sd15, sizeof(unet_sd15), unet_changes,
                  COUNT(unet_changes));
    check_changes("SD 2.1", unet_ok, &unet_sd21, sizeof(unet_sd21), unet_changes,
                  COUNT(unet_changes));
    check_changes("VAE", vae_ok, &vae_sd, sizeof(vae_sd), vae_changes, COUNT(vae_changes));
    check_changes("CLIP-L", text_ok, &clip_l, sizeof(clip_l), text_changes, COUNT(text_changes));
    check_changes("TAESD", taesd_ok, &taesd_sd, sizeof(taesd_sd), taesd_changes,
                  COUNT(taesd_changes));
    check_reals();
    return check_done();
}
