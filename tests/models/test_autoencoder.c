/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The VAE and the tiny autoencoder on tiny random models against the reference, the VAE
 * block by block. */
#include "watch.h"

/* ---- VAE --------------------------------------------------------------- */

struct vae_case {
    struct vae_encoder *encoder;
    struct vae_decoder *decoder;
    struct tensor picture, latent;
};

static struct tensor encode(struct run *r, void *user)
{
    const struct vae_case *const c = user;

    return vae_encode(r, c->encoder, c->picture);
}

static struct tensor decode(struct run *r, void *user)
{
    const struct vae_case *const c = user;

    return vae_decode(r, c->decoder, c->latent);
}

static bool vae_config(struct vae_config *cfg, const struct rig *rig)
{
    const struct detected d = detect(rig->checkpoint);
    ebru_error err = { 0 };

    return rig_ok(rig->json ? vae_config_read(cfg, json_root(rig->json), &err)
                            : vae_config_detect(cfg, &d.vae, &err),
                  "VAE", &err);
}

/* The second half of the moments: channels [c/2, c). */
static struct tensor second_half(struct tensor moments)
{
    const size_t rows = tensor_rows(moments), c = (size_t)moments.c / 2;
    struct tensor y = moments;

    y.c = (int)c;
    y.data = malloc(rows * c * sizeof(float));
    CHECK(y.data);
    for (size_t i = 0; i < rows * c; i++)
        y.data[i] = moments.data[i / c * 2 * c + c + i % c];
    return y;
}

static void check_vae_passes(const struct golden *g, const struct rig *rig, struct vae_case *c)
{
    const struct kernels *const k = &rig->kernels;
    struct watch down = { .golden = g, .prefix = "encoder." };
    struct watch up = { .golden = g, .prefix = "decoder." };
    const struct tensor mean = rig_run(k, 2, encode, c, watch_tap, &down);
    const struct tensor decoded = rig_run(k, 2, decode, c, watch_tap, &up);
    const struct tensor logvar = second_half(down.moments);

    /* All but the normalisation before the last convolution, which is part of that. */
    const int levels = c->decoder->cfg.levels;
    watch_done(&down, has_blocks(g) ? levels + 4 : 0);
    watch_done(&up, has_blocks(g) ? levels + 4 : 0);
    compare(g, "out.mean", mean);
    if (golden_has(g, "out.logvar"))
        compare(g, "out.logvar", logvar);
    compare(g, "out.decoded", decoded);
    if (has_blocks(g)) {
        rig_cancel(k, encode, c);
        rig_cancel(k, decode, c);
    }
    if (rig->json) {
        rig_same(k, encode, c, mean);
        rig_same(k, decode, c, decoded);
    }
    free(mean.data);
    free(decoded.data);
    free(logvar.data);
}

static void check_vae(const struct golden *g, const char *folder)
{
    struct vae_case c = { .encoder = calloc(1, sizeof(*c.encoder)),
                          .decoder = calloc(1, sizeof(*c.decoder)),
                          .picture = golden_has(g, "in.picture") ? golden_tensor(g, "in.picture")
                                                                 : golden_picture(g, "in.image_u8"),
                          .latent = golden_tensor(g, "in.latent") };
    struct vae_config cfg;
    struct rig rig;

    if (rig_open(&rig, folder, PART_VAE) && vae_config(&cfg, &rig)) {
        vae_encoder_bind(c.encoder, scope_root(&rig.binder, ""), &cfg);
        vae_decoder_bind(c.decoder, scope_root(&rig.binder, ""), &cfg);
        if (rig_load(&rig, folder))
            check_vae_passes(g, &rig, &c);
    }
    rig_close(&rig);
    free(c.encoder);
    free(c.decoder);
    free(c.picture.data);
    free(c.latent.data);
}

static void check_vaes(const char *kind, int count)
{
    for (int i = 0; i < count; i++) {
        char name[64], folder[128], path[GOLDEN_PATH];
        struct golden g;

        snprintf(name, sizeof(name), "vae_%s_%d", kind, i);
        if (!golden_open(&g, name, !strcmp(kind, "sd2") && i == 0))
            continue;
        snprintf(folder, sizeof(folder), "%s/vae", golden_string(&g, "model"));
        check_vae(&g, golden_path(path, folder));
        if (golden_string(&g, "single_file"))
            check_vae(&g, golden_path(path, golden_string(&g, "single_file")));
        golden_close(&g);
    }
}

static void check_own_vae(void)
{
    char path[GOLDEN_PATH];
    struct golden g;

    if (!golden_open_own(&g, "vae_small"))
        return;
    check_vae(&g, golden_own_path(path, "models/vae_small/vae"));
    golden_close(&g);
}

/* ---- The tiny autoencoder ---------------------------------------------- */

struct taesd_case {
    struct taesd_half encoder, decoder;
    struct tensor picture, latent;
};

static struct tensor taesd_encode_case(struct run *r, void *user)
{
    const struct taesd_case *const c = user;

    return taesd_encode(r, &c->encoder, c->picture);
}

static struct tensor taesd_decode_case(struct run *r, void *user)
{
    const struct taesd_case *const c = user;

    return taesd_decode(r, &c->decoder, c->latent);
}

static void check_taesd(void)
{
    char path[GOLDEN_PATH];
    struct taesd_case c;
    struct taesd_config cfg;
    struct golden g;
    struct rig rig;
    ebru_error err = { 0 };

    if (!golden_open(&g, "taesd", true))
        return;
    c.picture = golden_picture(&g, "in.image_u8");
    c.latent = golden_tensor(&g, "in.latent");
    if (rig_open(&rig, golden_path(path, golden_string(&g, "model")), PART_TAESD) &&
        rig_ok(taesd_config_read(&cfg, json_root(rig.json), &err), "taesd", &err)) {
        taesd_encoder_bind(&c.encoder, scope_root(&rig.binder, ""), &cfg);
        taesd_decoder_bind(&c.decoder, scope_root(&rig.binder, ""), &cfg);
        if (rig_load(&rig, "taesd")) {
            const struct kernels *const k = &rig.kernels;
            const struct tensor latents = rig_run(k, 2, taesd_encode_case, &c, NULL, NULL);
            const struct tensor decoded = rig_run(k, 2, taesd_decode_case, &c, NULL, NULL);
            compare(&g, "out.latents", latents);
            compare(&g, "out.decoded", decoded);
            rig_same(k, taesd_encode_case, &c, latents);
            rig_same(k, taesd_decode_case, &c, decoded);
            rig_cancel(k, taesd_decode_case, &c);
            free(latents.data);
            free(decoded.data);
        }
    }
    rig_close(&rig);
    golden_close(&g);
    free(c.picture.data);
    free(c.latent.data);
}

int main(void)
{
    for (int p = 0; p < PRECISION_COUNT; p++) {
        rig_precision = (enum precision)p;
        check_vaes("sd1", 3);
        check_vaes("sd2", 3);
        if (p == PRECISION_F32) /* no bounds for others */
            check_own_vae();
        check_taesd();
    }
    printf("worst output: %.3f of its bound, below float32 %.3f\n", watch_worst, watch_rough);
    return check_done();
}
