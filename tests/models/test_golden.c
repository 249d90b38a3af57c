/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Whole networks on tiny random models against the reference, block by block. Tolerances
 * are those of the goldens' README: 64 times what rounding did to the reference itself;
 * for inner blocks 64 * 2e-6 of the largest value. */
#include "rig.h"

static double worst_ratio; /* of all outputs of all cases */

/* ---- Inner blocks ------------------------------------------------------ */

/* Compares what passes by with the dbg.* tensors of the case. */
struct watch {
    const struct golden *golden;
    const char *prefix; /* of the names of this half */
    int compared;
    double worst; /* ratio to tolerance */
    bool failed;
    bool first_seen[8];
    struct tensor before;  /* of the first transformer, before the part that is next */
    struct tensor moments; /* of the VAE: mean and logarithm of the variance */
};

static struct tensor copy_of(struct tensor t)
{
    const size_t bytes = tensor_count(t) * sizeof(float);
    float *const data = malloc(bytes);

    CHECK(data);
    t.data = memcpy(data, t.data, bytes);
    return t;
}

/* `got`: of at least as many pictures as there are in the golden */
static void watch_compare(struct watch *w, const char *name, const float *got)
{
    char full[160];

    snprintf(full, sizeof(full), "dbg.%s%s", w->prefix, name);
    if (!golden_has(w->golden, full))
        snprintf(full, sizeof(full), "dbg.%s", name);
    if (!golden_has(w->golden, full))
        return;
    const struct tensor want = golden_tensor(w->golden, full);
    const double bound = 64 * 2e-6 * golden_largest(want);
    const double ratio = golden_distance(got, want.data, tensor_count(want)) / bound;
    w->compared++;
    w->worst = fmax(w->worst, ratio);
    if (!(ratio <= 1) && !w->failed) {
        printf("%s: %s is the first wrong block: %.3g times its bound\n", w->golden->name, full,
               ratio);
        w->failed = true;
    }
    free(want.data);
}

/* The first transformer adds onto what it was given: its parts are the differences. */
static void watch_part(struct watch *w, const char *name, struct tensor t)
{
    const struct tensor after = copy_of(t);

    if (w->before.data) {
        for (size_t i = 0; i < tensor_count(t); i++)
            w->before.data[i] = t.data[i] - w->before.data[i];
        watch_compare(w, name, w->before.data);
    }
    free(w->before.data);
    w->before = after;
}

static void watch_tap(void *user, const char *name, struct tensor t)
{
    static const struct {
        const char *ours, *theirs;
        bool part;
    } first[] = {
        { "resnet", "first_resnet", false }, { "proj_in", "", true },
        { "attn1", "first_attn1", true },    { "attn2", "first_attn2", true },
        { "ff", "first_ff", true },          { "transformer", "first_transformer", false },
    };
    struct watch *const w = user;

    for (size_t i = 0; i < sizeof(first) / sizeof(*first); i++)
        if (!strcmp(name, first[i].ours) && !w->first_seen[i]) {
            w->first_seen[i] = true;
            if (first[i].part)
                watch_part(w, first[i].theirs, t);
            else
                watch_compare(w, first[i].theirs, t.data);
        }
    watch_compare(w, name, t.data);
    if (!strcmp(name, "quant_conv"))
        w->moments = copy_of(t);
}

static void watch_done(struct watch *w, int expected)
{
    CHECK(!w->failed);
    CHECK(!expected || w->compared == expected);
    if (w->compared)
        printf("%s%s%s: %d blocks, worst %.3f of its bound\n", w->golden->name,
               *w->prefix ? " " : "", w->prefix, w->compared, w->worst);
    free(w->before.data);
    free(w->moments.data);
}

/* ---- Outputs ----------------------------------------------------------- */

static void compare(const struct golden *g, const char *output, struct tensor got)
{
    const struct tensor want = golden_tensor(g, output);
    const double bound = golden_tolerance(g, output, "max_abs");
    const double deviation = golden_tolerance(g, output, "f64_dev");

    CHECK(tensor_count(got) == tensor_count(want));
    const double distance = golden_distance(got.data, want.data, tensor_count(want));
    CHECK_NEAR(distance, 0, bound);
    printf("%s: %s %.3f of its bound, %.1f f64_dev\n", g->name, output, distance / bound,
           distance / deviation);
    worst_ratio = fmax(worst_ratio, distance / bound);
    free(want.data);
}

static bool has_blocks(const struct golden *g)
{
    const size_t len = strlen(g->name);

    return len > 2 && !strcmp(g->name + len - 2, "_0");
}

/* ---- UNet -------------------------------------------------------------- */

struct unet_case {
    struct unet *unet;
    struct tensor x, text;
    float timestep;
};

static struct tensor predict(struct run *r, void *user)
{
    const struct unet_case *const c = user;
    const size_t mark = arena_mark(&r->arena);
    static struct unet_text text;

    unet_read(r, c->unet, c->text, &text);
    return keep(r, mark, unet_forward(r, c->unet, c->x, c->timestep, &text, 0));
}

static bool unet_config(struct unet_config *cfg, const struct rig *rig)
{
    const struct detected d = detect(rig->checkpoint);
    ebru_error err = { 0 };

    return rig_ok(rig->json ? unet_config_read(cfg, json_root(rig->json), &err)
                            : unet_config_detect(cfg, &d, &err),
                  "UNet", &err);
}

static void check_unet(const struct golden *g, const char *folder, int blocks)
{
    struct watch watch = { .golden = g, .prefix = "" };
    const struct tensor t = golden_tensor(g, "in.t");
    struct unet_case c = { .unet = calloc(1, sizeof(*c.unet)),
                           .x = golden_tensor(g, "in.x"),
                           .text = golden_tensor(g, "in.context"),
                           .timestep = t.data[0] };
    struct unet_config cfg;
    struct rig rig;

    if (rig_open(&rig, folder, PART_UNET) && unet_config(&cfg, &rig)) {
        unet_bind(c.unet, scope_root(&rig.binder, ""), &cfg);
        if (rig_load(&rig, folder)) {
            const struct tensor y = rig_run(&rig.kernels, 2, predict, &c, watch_tap, &watch);
            watch_done(&watch, has_blocks(g) ? blocks : 0);
            compare(g, "out.eps", y);
            if (rig.json)
                rig_same(&rig.kernels, predict, &c, y);
            free(y.data);
        }
    }
    rig_close(&rig);
    free(t.data);
    free(c.x.data);
    free(c.text.data);
    free(c.unet);
}

/* blocks: how many dbg.* tensors there are in the case _0 */
static void check_unets(const char *kind, int count, int blocks)
{
    for (int i = 0; i < count; i++) {
        char name[64], folder[128], path[GOLDEN_PATH];
        struct golden g;

        snprintf(name, sizeof(name), "unet_%s_%d", kind, i);
        if (!golden_open(&g, name, !strcmp(kind, "sd2") && i == 0))
            continue;
        snprintf(folder, sizeof(folder), "%s/unet", golden_string(&g, "model"));
        check_unet(&g, golden_path(path, folder), blocks);
        if (golden_string(&g, "single_file"))
            check_unet(&g, golden_path(path, golden_string(&g, "single_file")), blocks);
        golden_close(&g);
    }
}

static void check_inpainting(void)
{
    char path[GOLDEN_PATH];
    struct golden g;

    if (!golden_open(&g, "unet_inpaint9", false))
        return;
    check_unet(&g, golden_path(path, golden_string(&g, "model")), 0);
    golden_close(&g);
}

/* Block lists that the published models have not. */
static void check_own_unets(void)
{
    static const char *const names[] = { "unet_no_middle", "unet_lists", "unet_deep" };

    for (int i = 0; i < 3; i++) {
        char folder[128], path[GOLDEN_PATH];
        struct golden g;

        if (!golden_open_own(&g, names[i]))
            continue;
        snprintf(folder, sizeof(folder), "models/%s/unet", names[i]);
        check_unet(&g, golden_own_path(path, folder), 0);
        golden_close(&g);
    }
}

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
            free(latents.data);
            free(decoded.data);
        }
    }
    rig_close(&rig);
    golden_close(&g);
    free(c.picture.data);
    free(c.latent.data);
}

/* ---- Text -------------------------------------------------------------- */

struct text_case {
    struct clip_text *text;
    int *ids, n, skip;
};

static struct tensor encode_text(struct run *r, void *user)
{
    const struct text_case *const c = user;

    return clip_text_forward(r, c->text, c->ids, c->n, c->skip);
}

/* The state at the first <|endoftext|>, which has the largest id. */
static struct tensor pooled(struct tensor state, const int *ids)
{
    struct tensor y = { NULL, state.n, 1, 1, state.c };
    const size_t c = (size_t)state.c;

    y.data = malloc(tensor_count(y) * sizeof(float));
    CHECK(y.data);
    for (int i = 0; i < state.n; i++) {
        int end = 0;
        for (int j = 1; j < CLIP_TOKENS; j++)
            if (ids[i * CLIP_TOKENS + j] > ids[i * CLIP_TOKENS + end])
                end = j;
        memcpy(y.data + (size_t)i * c, state.data + (size_t)(i * CLIP_TOKENS + end) * c,
               c * sizeof(float));
    }
    return y;
}

/* Catches the state after the layer before the last, without the final LayerNorm. */
struct penultimate {
    char name[32];
    struct tensor state;
};

static void catch_penultimate(void *user, const char *name, struct tensor t)
{
    struct penultimate *const p = user;

    if (!strcmp(name, p->name))
        p->state = copy_of(t);
}

static void check_text_passes(const struct golden *g, const struct rig *rig, struct text_case *c)
{
    const struct kernels *const k = &rig->kernels;
    struct watch watch = { .golden = g, .prefix = "" };
    const int layers = c->text->cfg.layers;
    struct penultimate p = { .state = { 0 } };

    const struct tensor last = rig_run(k, 2, encode_text, c, watch_tap, &watch);
    watch_done(&watch, has_blocks(g) ? layers + 1 : 0);
    compare(g, "out.last_hidden_state", last);
    if (rig->json)
        rig_same(k, encode_text, c, last);
    const struct tensor pool = pooled(last, c->ids);
    compare(g, "out.pooled", pool);
    c->skip = 1;
    snprintf(p.name, sizeof(p.name), "layers.%d", layers - 2);
    const struct tensor before = rig_run(k, 2, encode_text, c, catch_penultimate, &p);
    compare(g, "out.penultimate_ln", before);
    compare(g, "out.penultimate", p.state);
    free(p.state.data);
    free(before.data);
    free(pool.data);
    free(last.data);
}

static bool text_config(struct clip_text_config *cfg, const struct rig *rig)
{
    const struct detected d = detect(rig->checkpoint);
    ebru_error err = { 0 };

    return rig_ok(rig->json ? clip_text_config_read(cfg, json_root(rig->json), &err)
                            : clip_text_config_detect(cfg, &d, &err),
                  "text encoder", &err);
}

static void check_text(const struct golden *g, const char *folder)
{
    const struct tensor ids = golden_tensor(g, "in.ids");
    struct text_case c = { .text = calloc(1, sizeof(*c.text)),
                           .ids = malloc(tensor_count(ids) * sizeof(int)),
                           .n = ids.n };
    struct clip_text_config cfg;
    struct rig rig;

    for (size_t i = 0; i < tensor_count(ids); i++)
        c.ids[i] = (int)ids.data[i];
    if (rig_open(&rig, folder, PART_TEXT) && text_config(&cfg, &rig)) {
        if (!rig.json)
            cfg.inner = 128; /* the tiny model has not four times its width */
        clip_text_bind(c.text, scope_root(&rig.binder, ""), &cfg);
        if (rig_load(&rig, folder))
            check_text_passes(g, &rig, &c);
    }
    rig_close(&rig);
    free(ids.data);
    free(c.ids);
    free(c.text);
}

static void check_texts(void)
{
    static const char *const names[] = { "text_sd1_0", "text_sd2_0" };

    for (int i = 0; i < 2; i++) {
        char folder[128], path[GOLDEN_PATH];
        struct golden g;

        if (!golden_open(&g, names[i], true))
            continue;
        snprintf(folder, sizeof(folder), "%s/text_encoder", golden_string(&g, "model"));
        check_text(&g, golden_path(path, folder));
        if (golden_string(&g, "single_file") && golden_shared())
            check_text(&g, golden_path(path, golden_string(&g, "single_file")));
        golden_close(&g);
    }
}

int main(void)
{
    check_texts();
    check_unets("sd1", 3, 16);
    check_unets("sd2", 3, 12);
    check_inpainting();
    check_own_unets();
    check_vaes("sd1", 3);
    check_vaes("sd2", 3);
    check_own_vae();
    check_taesd();
    printf("worst output: %.3f of its bound\n", worst_ratio);
    return check_done();
}
