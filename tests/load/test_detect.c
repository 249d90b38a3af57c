/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* What a file is, from its header: the goldens' models, and lists of published names. */
#include "../check.h"
#include "base/machine.h"
#include "load/detect.h"
#include "load/safetensors.h"
#include "temp.h"

static char shared[FILE_PATH_MAX];

/* ---- Published names --------------------------------------------------- */

static const struct {
    enum checkpoint_kind kind;
    const char *name;
    int64_t shape[2];
} names[] = {
    { KIND_LORA, "lora_unet_mid_block_attentions_0_proj_in.lora_down.weight", { 4, 4 } },
    { KIND_LORA, "unet.mid_block.attentions.0.proj_in.lora_A.weight", { 4, 4 } },
    { KIND_LORA, "unet.up_blocks.0.attn_processors.0.to_q_lora.down.weight", { 4, 4 } },
    { KIND_LORA, "lora_unet_mid_block_attentions_0_proj_in.hada_w1_a", { 4, 4 } },
    { KIND_CONTROLNET, "control_model.input_hint_block.0.weight", { 4, 4 } },
    { KIND_CONTROLNET, "controlnet_cond_embedding.conv_in.weight", { 4, 4 } },
    { KIND_VAE, "first_stage_model.decoder.conv_in.weight", { 4, 4 } },
    { KIND_VAE, "decoder.conv_in.weight", { 4, 4 } },
    { KIND_TAESD, "decoder.layers.0.weight", { 4, 4 } },
    { KIND_TAESD, "3.conv.0.weight", { 4, 4 } },
    { KIND_EMBEDDING, "emb_params", { 3, 768 } },
    { KIND_EMBEDDING, "<gimp-style>", { 3, 768 } },
    { KIND_EMBEDDING, "clip_g", { 3, 1280 } },
    { KIND_TEXT, "text_model.embeddings.token_embedding.weight", { 4, 4 } },
    { KIND_OTHER_MODEL, "model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight", { 4, 4 } },
    { KIND_OTHER_MODEL, "double_blocks.0.img_attn.qkv.weight", { 4, 4 } },
    { KIND_UNET, "down_blocks.0.resnets.0.conv1.weight", { 4, 4 } },
    { KIND_UNKNOWN, "weight", { 5000, 5000 } },
    { KIND_SD2, "cond_stage_model.model.token_embedding.weight", { 4, 4 } },
    { KIND_SD1, "cond_stage_model.transformer.embeddings.token_embedding.weight", { 4, 4 } },
    { KIND_SDXL, "conditioner.embedders.1.model.token_embedding.weight", { 4, 4 } },
    { KIND_SDXL_REFINER, "conditioner.embedders.0.model.token_embedding.weight", { 4, 4 } },
};

static void test_names(void)
{
    void *zeros = calloc(5000, 5000);

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const struct safetensors_item item = { .name = names[i].name,
                                               .type = TYPE_U8,
                                               .rank = 2,
                                               .shape = { names[i].shape[0], names[i].shape[1] },
                                               .data = zeros };
        struct checkpoint *c;
        struct detected d;

        CHECK(safetensors_write(temp_path("one.safetensors"), &item, 1, NULL, NULL));
        c = checkpoint_open(temp_path("one.safetensors"), NULL);
        d = detect(c);
        if (d.kind != names[i].kind)
            printf("%s: %s\n", names[i].name, detect_kind_name(d.kind));
        CHECK(d.kind == names[i].kind && strlen(detect_kind_name(d.kind)) > 4);
        CHECK(!d.has_unet && !d.has_vae && d.parameters == 0);
        checkpoint_close(c);
    }
    free(zeros);
}

/* ---- The goldens ------------------------------------------------------- */

static struct detected detect_shared(const char *name)
{
    char path[FILE_PATH_MAX];
    ebru_error err = { 0 };
    struct checkpoint *c;
    struct detected d = { 0 };

    file_join(path, shared, name, NULL);
    c = checkpoint_open(path, &err);
    if (!c)
        printf("%s\n", err.message);
    CHECK(c);
    if (c)
        d = detect(c);
    checkpoint_close(c);
    return d;
}

static void test_sd1(void)
{
    const struct detected d = detect_shared("goldens/a/models/sd1.safetensors");

    CHECK(d.kind == KIND_SD1 && d.has_unet && d.has_vae && d.has_text);
    CHECK(d.unet.in_channels == 4 && d.unet.out_channels == 4 && d.unet.levels == 4);
    CHECK(d.unet.context == 64 && !d.unet.linear_projection && !d.unet.vector_channels);
    CHECK(d.unet.middle && d.unet.middle_depth == 1);
    for (int i = 0; i < 4; i++) {
        CHECK(d.unet.channels[i] == 32 && d.vae.channels[i] == 32);
        CHECK(d.unet.down_resnets[i] == 2 && d.unet.up_resnets[i] == 3);
        CHECK(d.unet.down_depth[i] == (i < 3) && d.unet.up_depth[i] == (i > 0));
    }
    CHECK(d.vae.levels == 4 && d.vae.latent_channels == 4 && d.vae.resnets == 2);
    CHECK(d.text_tokens == 1000 && d.text_channels == 64 && d.text_layers == 3);
    CHECK(d.precision == TYPE_F16 && d.parameters > 1000000);
}

static void test_goldens(void)
{
    static const struct {
        const char *path;
        enum checkpoint_kind kind;
    } models[] = {
        { "goldens/a/models/sdxl.safetensors", KIND_SDXL },
        { "goldens/a/models/lora_kohya.safetensors", KIND_LORA },
        { "goldens/a/models/lora_peft.safetensors", KIND_LORA },
        { "goldens/a/models/lora_sdxl_kohya.safetensors", KIND_LORA },
        { "goldens/a/models/ti_a1111.safetensors", KIND_EMBEDDING },
        { "goldens/a/models/ti_diffusers.safetensors", KIND_EMBEDDING },
        { "goldens/a/models/controlnet", KIND_CONTROLNET },
        { "goldens/a/models/taesd", KIND_TAESD },
        { "goldens/a/models/sd1/unet", KIND_UNET },
        { "goldens/a/models/sd1/vae", KIND_VAE },
        { "goldens/a/models/sd2/vae", KIND_VAE },
        { "goldens/a/models/sd2/text_encoder", KIND_TEXT },
        { "goldens/a/models/inpaint9/unet", KIND_UNET },
    };
    struct detected d;
    double start;

    for (size_t i = 0; i < sizeof(models) / sizeof(*models); i++) {
        d = detect_shared(models[i].path);
        if (d.kind != models[i].kind)
            printf("%s: %s\n", models[i].path, detect_kind_name(d.kind));
        CHECK(d.kind == models[i].kind);
    }
    d = detect_shared("goldens/a/models/sd2/unet");
    CHECK(d.precision == TYPE_BF16);
    d = detect_shared("goldens/a/models/sdxl.safetensors");
    CHECK(d.unet.vector_channels == 1600 && d.unet.levels == 3 && d.unet.linear_projection);
    start = machine_seconds();
    for (int i = 0; i < 100; i++)
        detect_shared("goldens/a/models/sd1.safetensors");
    printf("%.2f ms for a file\n", 10 * (machine_seconds() - start));
}

int main(void)
{
    const char *env = check_shared();

    temp_open();
    test_names();
    snprintf(shared, sizeof(shared), "%s", env ? env : "");
    if (env) {
        test_sd1();
        test_goldens();
    } else {
        SKIP("no ../shared");
    }
    temp_close();
    return check_done();
}
