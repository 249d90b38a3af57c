/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "families/stable_diffusion.h"

#include "base/file.h"
#include "load/eight_bit.h"

#include <stdio.h>
#include <string.h>

enum { CONFIG_LIMIT = 1 << 20 };

static const char *const prediction_names[] = { "epsilon", "v", "sample" };

static struct checkpoint *add_file(struct parts *p, const char *path, ebru_error *err)
{
    struct checkpoint *const c = checkpoint_open(path, err);

    if (c)
        p->files[p->n_files++] = c;
    return c;
}

void parts_close(struct parts *p)
{
    for (int i = 0; i < p->n_files; i++)
        checkpoint_close(p->files[i]);
    *p = (struct parts){ 0 };
}

/* --- a diffusers folder ------------------------------------------------- */

/* Read `folder`/`part`/`name` with `read`; a configuration each. */
static bool read_config(const char *folder, const char *part, const char *name,
                        bool (*read)(void *config, struct json_node root, ebru_error *err),
                        void *config, ebru_error *err)
{
    char inner[FILE_PATH_MAX], path[FILE_PATH_MAX];

    if (!file_join(inner, folder, part, err) || !file_join(path, inner, name, err))
        return false;
    struct json *const doc = json_open_python(path, CONFIG_LIMIT, err);
    const bool ok = doc && read(config, json_root(doc), err);
    json_close(doc);
    return ok;
}

static bool read_unet(void *config, struct json_node root, ebru_error *err)
{
    struct parts *const p = config;
    int sample = 64;

    if (!unet_config_read(&p->unet_config, root, err) ||
        !json_get_int(root, "sample_size", 1, 1024, &sample, err))
        return false;
    p->width = sample;
    return true;
}

static bool read_vae(void *config, struct json_node root, ebru_error *err)
{
    return vae_config_read(config, root, err);
}

static bool read_text(void *config, struct json_node root, ebru_error *err)
{
    return clip_text_config_read(config, root, err);
}

static bool read_tiny(void *config, struct json_node root, ebru_error *err)
{
    return taesd_config_read(config, root, err);
}

static bool read_schedule(void *config, struct json_node root, ebru_error *err)
{
    return schedule_config_read(config, root, err);
}

static bool read_index(void *config, struct json_node root, ebru_error *err)
{
    static const char *const known[] = { "StableDiffusionPipeline",
                                         "StableDiffusionImg2ImgPipeline",
                                         "StableDiffusionInpaintPipeline",
                                         "LatentConsistencyModelPipeline" };
    struct parts *const p = config;
    const char *name = "";

    /* the weight is a key of ours; diffusers passes over what begins with a line */
    if (!json_string(json_get(root, "_class_name"), &name, err) ||
        !json_get_real(root, "_guidance_scale", 1, 30, &p->info.guidance, err))
        return false;
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (!strcmp(name, known[i]))
            return true;
    return fail(
        err, EBRU_BAD_MODEL,
        "the folder holds a %.64s, which is not supported; expected Stable Diffusion 1 or 2", name);
}

/* The weights of `folder`/`part`, as the source of that part. */
static bool open_part(struct parts *p, const char *folder, const char *part, enum part_kind kind,
                      struct part_source *source, ebru_error *err)
{
    char path[FILE_PATH_MAX];

    if (!file_join(path, folder, part, err))
        return false;
    struct checkpoint *const c = add_file(p, path, err);
    if (!c)
        return false;
    return names_open(source, c, kind) ||
           fail(err, EBRU_BAD_MODEL, "%s: holds no %s of a known layout", checkpoint_label(c),
                part);
}

/* The tiny autoencoder of `folder`/taesd, for previews, where there is one. */
static bool open_tiny(struct parts *p, const char *folder, ebru_error *err)
{
    char path[FILE_PATH_MAX];

    if (!file_join(path, folder, "taesd", err))
        return false;
    if (!file_is_folder(path))
        return true;
    p->has_tiny = true;
    return read_config(folder, "taesd", "config.json", read_tiny, &p->tiny_config, err) &&
           open_part(p, folder, "taesd", PART_TAESD, &p->tiny, err);
}

static bool open_folder(struct parts *p, const char *path, ebru_error *err)
{
    if (!read_config(path, ".", "model_index.json", read_index, p, err) ||
        !read_config(path, "unet", "config.json", read_unet, p, err) ||
        !read_config(path, "vae", "config.json", read_vae, &p->vae_config, err) ||
        !read_config(path, "text_encoder", "config.json", read_text, &p->text_config, err) ||
        !read_config(path, "scheduler", "scheduler_config.json", read_schedule, &p->schedule, err))
        return false;
    p->width <<= p->vae_config.levels - 1;
    if (!open_part(p, path, "unet", PART_UNET, &p->unet, err) ||
        !open_part(p, path, "vae", PART_VAE, &p->vae, err) ||
        !open_part(p, path, "text_encoder", PART_TEXT, &p->text, err))
        return false;
    if (!open_tiny(p, path, err))
        return false;
    p->info.format = "diffusers";
    p->info.family = p->text_config.width == 1024 ? "Stable Diffusion 2" : "Stable Diffusion 1";
    return true;
}

/* --- a single file ------------------------------------------------------ */

/* The noise of training, as the folders of the same models have it. */
static void published_noise(struct schedule_config *c, enum prediction prediction)
{
    const struct {
        const char *key;
        struct config_value value;
    } list[] = {
        { "beta_start", { CONFIG_NUMBER, 0.00085, NULL } },
        { "beta_end", { CONFIG_NUMBER, 0.012, NULL } },
        { "beta_schedule", { CONFIG_STRING, 0, "scaled_linear" } },
        { "num_train_timesteps", { CONFIG_NUMBER, 1000, NULL } },
        { "set_alpha_to_one", { CONFIG_BOOL, 0, NULL } },
        { "skip_prk_steps", { CONFIG_BOOL, 1, NULL } },
        { "steps_offset", { CONFIG_NUMBER, 1, NULL } },
        { "clip_sample", { CONFIG_BOOL, 0, NULL } },
        { "prediction_type",
          { CONFIG_STRING, 0, prediction == PREDICTION_V ? "v_prediction" : "epsilon" } },
    };

    schedule_config_init(c, NULL);
    for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++)
        schedule_config_set(c, list[i].key, list[i].value, NULL);
}

/* A file names no sampler. What predicts noise gets the one that most people choose for it. What
 * predicts v keeps that of its folder: such models may be trained to start from noise alone, to
 * which Karras' schedule does not go. */
static void choose_sampler(struct schedule_config *c)
{
    const bool noise = c->prediction == PREDICTION_EPSILON;

    c->own_karras = noise;
    snprintf(c->class_name, sizeof(c->class_name), "%s",
             noise ? "DPMSolverMultistepScheduler" : "DDIMScheduler");
}

/* "models/sd15.safetensors" -> the tiny autoencoder in "models/taesd" */
static bool open_tiny_beside(struct parts *p, const char *path, ebru_error *err)
{
    const char *const slash = strrchr(path, '/');
    char folder[FILE_PATH_MAX];

    snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
    return open_tiny(p, folder[0] ? folder : "/", err);
}

static bool lacks(const struct checkpoint *c, const char *part, ebru_error *err)
{
    const struct cause cause = { .reason = EBRU_LACKS_PART,
                                 .file = checkpoint_label(c),
                                 .kind = part };

    return fail_because(err, EBRU_BAD_MODEL, &cause, "%s lacks its %s", cause.file, part);
}

static bool open_single(struct parts *p, const char *path, ebru_error *err)
{
    struct checkpoint *const c = add_file(p, path, err);

    if (!c)
        return false;
    const struct detected d = detect(c);
    if (d.kind != KIND_SD1 && d.kind != KIND_SD2)
        return fail_because(err, EBRU_BAD_MODEL,
                            &(struct cause){ .reason = EBRU_OTHER_KIND,
                                             .file = checkpoint_label(c),
                                             .kind = detect_kind_name(d.kind) },
                            "%s is %s; expected a Stable Diffusion 1 or 2 checkpoint",
                            checkpoint_label(c), detect_kind_name(d.kind));
    if (!d.has_unet || !d.has_vae || !d.has_text)
        return lacks(c, !d.has_unet ? "UNet" : !d.has_vae ? "VAE" : "text encoder", err);
    if (!unet_config_detect(&p->unet_config, &d, err) ||
        !vae_config_detect(&p->vae_config, &d.vae, err) ||
        !clip_text_config_detect(&p->text_config, &d, err))
        return false;
    if (!names_open(&p->unet, c, PART_UNET) || !names_open(&p->vae, c, PART_VAE) ||
        !names_open(&p->text, c, PART_TEXT))
        return fail(err, EBRU_BAD_MODEL, "%s: its parts are of an unknown layout",
                    checkpoint_label(c));
    int rank, shape[4];
    enum dtype type;
    if (names_find(&p->text, "text_model.encoder.layers.0.mlp.fc1.weight", &type, &rank, shape))
        p->text_config.inner = shape[0];
    /* Nothing in the file tells what 2.x predicts: the 768 pixel models, which are most, v. */
    published_noise(&p->schedule, d.kind == KIND_SD2 ? PREDICTION_V : PREDICTION_EPSILON);
    p->info.family = d.kind == KIND_SD2 ? "Stable Diffusion 2" : "Stable Diffusion 1";
    p->info.format = "safetensors";
    p->width = d.kind == KIND_SD2 ? 768 : 512;
    return open_tiny_beside(p, path, err);
}

/* --- what the user says instead ----------------------------------------- */

/* The tiny autoencoder in place of the real one: rough, but in a twentieth of the time. */
static bool replace_by_tiny(struct parts *p, const char *path, ebru_error *err)
{
    p->tiny_config = taesd_sd;
    p->has_tiny = p->tiny_only = true;
    if (!file_is_folder(path))
        return true;
    return read_config(path, ".", "config.json", read_tiny, &p->tiny_config, err);
}

static bool no_vae(const struct checkpoint *c, const char *which, ebru_error *err)
{
    const struct cause cause = { .reason = EBRU_NO_VAE, .file = checkpoint_label(c) };

    return fail_because(err, EBRU_BAD_MODEL, &cause, "%s holds no VAE%s", cause.file, which);
}

static bool replace_vae(struct parts *p, const char *path, ebru_error *err)
{
    struct checkpoint *const c = add_file(p, path, err);
    struct vae_facts facts;

    if (!c)
        return false;
    if (names_open(&p->tiny, c, PART_TAESD))
        return replace_by_tiny(p, path, err);
    if (!names_open(&p->vae, c, PART_VAE))
        return no_vae(c, "", err);
    const float scaling = p->vae_config.scaling_factor;
    const int channels = p->vae_config.latent_channels;
    if (file_is_folder(path)) {
        if (!read_config(path, ".", "config.json", read_vae, &p->vae_config, err))
            return false;
    } else {
        static const char *const prefixes[] = { "first_stage_model.", "" };
        int i = 0;
        while (i < 2 && !detect_vae(c, prefixes[i], &facts))
            i++;
        if (i == 2 || !vae_config_detect(&p->vae_config, &facts, err))
            return i == 2 && no_vae(c, " of a known shape", err);
        p->vae_config.scaling_factor = scaling;
    }
    if (p->vae_config.latent_channels != channels)
        return fail_because(err, EBRU_BAD_MODEL,
                            &(struct cause){ .reason = EBRU_NO_VAE, .file = checkpoint_label(c) },
                            "%s has %d latent channels, the model has %d", checkpoint_label(c),
                            p->vae_config.latent_channels, channels);
    return true;
}

static bool set_prediction(struct parts *p, const char *name, ebru_error *err)
{
    static const char *const keys[] = { "epsilon", "v_prediction", "sample" };

    for (int i = 0; i < 3; i++)
        if (!strcmp(name, prediction_names[i]))
            return schedule_config_set(&p->schedule, "prediction_type",
                                       (struct config_value){ CONFIG_STRING, 0, keys[i] }, err);
    return fail(err, EBRU_BAD_REQUEST, "prediction is \"%s\", expected auto, epsilon, v or sample",
                name);
}

/* --- both --------------------------------------------------------------- */

static const char *precision_name(const struct part_source *unet)
{
    static const char *const names[] = { "f32", "f16", "bf16" };
    enum dtype type = DTYPE_F32;
    int rank, shape[4];

    if (eight_bit_present(unet->checkpoint))
        return "int8";
    names_find((void *)unet, "conv_in.weight", &type, &rank, shape);
    return names[type];
}

static void describe(struct parts *p)
{
    ebru_model_info *const i = &p->info;

    i->precision = precision_name(&p->unet);
    i->prediction = prediction_names[p->schedule.prediction];
    i->tasks = EBRU_TEXT_TO_IMAGE | EBRU_IMAGE_TO_IMAGE | EBRU_INPAINT;
    i->parts |= EBRU_PART_UNET | EBRU_PART_VAE | EBRU_PART_TEXT;
    if (p->has_tiny)
        i->parts |= EBRU_PART_TAESD;
    for (int k = 0; k < p->n_files; k++)
        i->bytes += (int64_t)checkpoint_bytes(p->files[k]);
    i->width = i->height = p->width;
    i->multiple = 1 << (p->vae_config.levels - 1 + p->unet_config.levels - 1);
}

static bool check(const struct parts *p, ebru_error *err)
{
    if (p->unet_config.in_channels != p->vae_config.latent_channels ||
        p->unet_config.out_channels != p->vae_config.latent_channels)
        return fail(
            err, EBRU_BAD_MODEL,
            "the UNet takes %d channels and gives %d, expected the %d of the latents%s",
            p->unet_config.in_channels, p->unet_config.out_channels, p->vae_config.latent_channels,
            p->unet_config.in_channels == 9 ? "; inpainting models are not supported yet" : "");
    if (p->has_tiny && p->tiny_config.latent_channels != p->vae_config.latent_channels)
        return fail(err, EBRU_BAD_MODEL,
                    "the tiny autoencoder has %d latent channels, the model %d",
                    p->tiny_config.latent_channels, p->vae_config.latent_channels);
    if (p->unet_config.context != p->text_config.width)
        return fail(err, EBRU_BAD_MODEL,
                    "the UNet reads text of width %d, the text encoder writes %d",
                    p->unet_config.context, p->text_config.width);
    return true;
}

/* "/models/sd15.safetensors", "/models/sd15/" -> "sd15" */
static void set_name(ebru_model_info *info, const char *path)
{
    static const char ending[] = ".safetensors";
    size_t end = strlen(path);

    while (end > 1 && path[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && path[start - 1] != '/')
        start--;
    const size_t n = sizeof(ending) - 1;
    if (end - start > n && !strncmp(path + end - n, ending, n))
        end -= n;
    snprintf(info->name, sizeof(info->name), "%.*s", (int)(end - start), path + start);
}

bool parts_open(struct parts *p, const char *path, const ebru_options *o, ebru_error *err)
{
    *p = (struct parts){ 0 };
    set_name(&p->info, path);
    bool ok = file_is_folder(path) ? open_folder(p, path, err) : open_single(p, path, err);

    if (ok && o->prediction && strcmp(o->prediction, "auto"))
        ok = set_prediction(p, o->prediction, err);
    if (ok && !file_is_folder(path))
        choose_sampler(&p->schedule);
    if (ok && o->vae && o->vae[0])
        ok = replace_vae(p, o->vae, err);
    ok = ok && check(p, err);
    if (ok)
        describe(p);
    else
        parts_close(p);
    return ok;
}
