/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "families/stable_diffusion.h"

#include "base/machine.h"
#include "text/vocabulary.h"

#include <stdlib.h>
#include <string.h>

/* What struct model holds as `networks`. */
struct stable_diffusion {
    struct unet unet;
    struct vae_encoder encoder;
    struct vae_decoder decoder;
    struct clip_text text;
    struct taesd_half tiny, tiny_encoder;
    bool has_tiny;
    bool tiny_only; /* it takes the place of the VAE, which is not loaded */
    void *weights;
};

/* --- opening ------------------------------------------------------------ */

/* The parts share one list of names; the first word tells whose a name is. */
static struct part_source *source_of(struct parts *p, const char **name)
{
    static const struct {
        const char *prefix;
        size_t offset;
    } table[] = { { "unet.", offsetof(struct parts, unet) },
                  { "vae.", offsetof(struct parts, vae) },
                  { "text.", offsetof(struct parts, text) },
                  { "tiny.", offsetof(struct parts, tiny) } };

    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        const size_t n = strlen(table[i].prefix);
        if (!strncmp(*name, table[i].prefix, n)) {
            *name += n;
            return (struct part_source *)((char *)p + table[i].offset);
        }
    }
    return NULL;
}

/* Where weights come from, and who may want no more of them. */
struct supply {
    struct parts *parts;
    const ebru_options *options;
};

static bool find(void *self, const char *name, enum dtype *type, int *rank, int shape[4])
{
    const struct supply *const supply = self;
    struct part_source *const s = source_of(supply->parts, &name);

    return s && names_find(s, name, type, rank, shape);
}

static bool read(void *self, const char *name, int first, int count, void *rows, ebru_error *err)
{
    const struct supply *const supply = self;
    struct part_source *const s = source_of(supply->parts, &name);
    const ebru_options *const o = supply->options;

    if (o->stopped && o->stopped(o->user))
        return fail(err, EBRU_CANCELLED, "stopped while the weights were read");
    return names_read(s, name, first, count, rows, err);
}

static void bind(struct stable_diffusion *sd, struct binder *b, const struct parts *p)
{
    unet_bind(&sd->unet, scope_root(b, "unet"), &p->unet_config);
    clip_text_bind(&sd->text, scope_root(b, "text"), &p->text_config);
    sd->has_tiny = p->has_tiny;
    sd->tiny_only = p->tiny_only;
    if (p->tiny_only) {
        taesd_encoder_bind(&sd->tiny_encoder, scope_root(b, "tiny"), &p->tiny_config);
    } else {
        vae_encoder_bind(&sd->encoder, scope_root(b, "vae"), &p->vae_config);
        vae_decoder_bind(&sd->decoder, scope_root(b, "vae"), &p->vae_config);
    }
    if (p->has_tiny)
        taesd_decoder_bind(&sd->tiny, scope_root(b, "tiny"), &p->tiny_config);
}

static bool fits(const struct model *m, size_t bytes, ebru_error *err)
{
    if (bytes <= m->memory)
        return true;
    return fail_because(
        err, EBRU_NO_MEMORY,
        &(struct cause){ .reason = EBRU_TOO_LARGE, .wanted = bytes, .found = m->memory },
        "the weights of this model take %.1f GB of memory, %.1f GB may be used",
        (double)bytes / 1e9, (double)m->memory / 1e9);
}

static bool load(struct model *m, struct stable_diffusion *sd, struct parts *p,
                 const ebru_options *o, ebru_error *err)
{
    struct supply supply = { p, o };
    const struct weight_source source = { find, read, &supply };
    struct binder b;

    binder_init(&b, &source);
    bind(sd, &b, p);
    const bool ok = binder_finish(&b, p->info.name, err) &&
                    fits(m, binder_bytes(&b, &m->kernels), err) &&
                    binder_load(&b, &m->kernels, m->threads, &sd->weights, &m->weight_bytes, err);
    p->info.parameters = b.n_params;
    binder_clear(&b);
    return ok;
}

/* Latents to colours, roughly: fitted by others to Stable Diffusion's VAE. */
static const float preview_of_sd[4][4] = { { 0.3512f, 0.2297f, 0.3227f },
                                           { 0.3250f, 0.4974f, 0.2350f },
                                           { -0.2829f, 0.1762f, 0.2721f },
                                           { -0.2120f, -0.2616f, -0.7177f } };

static void set_preview(struct model *m)
{
    memset(m->preview, 0, sizeof(m->preview));
    for (int k = 0; k < 3; k++) {
        for (int c = 0; c < 4 && c < m->latent_channels; c++)
            m->preview[c][k] = preview_of_sd[c][k] / 2;
        m->preview[FAMILY_MAX_LATENTS][k] = 0.5f;
    }
}

static bool sd_open(struct model *m, const char *path, const ebru_options *o, ebru_error *err)
{
    struct stable_diffusion *const sd = calloc(1, sizeof(*sd));
    struct parts p;

    if (!sd)
        return fail(err, EBRU_NO_MEMORY, "no memory for the networks");
    m->networks = sd;
    if (!parts_open(&p, path, o, err))
        return false;
    /* an 8-bit copy is there to be small: as float32 it would take four times the memory */
    if (!strcmp(p.info.precision, "int8") &&
        (!o->precision || !o->precision[0] || !strcmp(o->precision, "auto")))
        m->kernels.precision = PRECISION_INT8;
    const bool openclip = p.text_config.act == ACT_GELU;
    const char *const chosen = o->vocabulary && o->vocabulary[0] ? o->vocabulary : NULL;
    m->bpe = vocabulary_open(path, chosen, p.text_config.vocabulary,
                             openclip ? "!" : "<|endoftext|>", err);
    const bool ok = m->bpe && load(m, sd, &p, o, err);
    m->info = p.info;
    m->schedule = p.schedule;
    m->latent_channels = p.vae_config.latent_channels;
    m->inner_channels = p.unet_config.channels[0];
    m->texts = text_cache_new(p.text_config.width);
    m->latent_scale = 1 << (p.vae_config.levels - 1);
    set_preview(m);
    parts_close(&p);
    return ok;
}

static void sd_close(struct model *m)
{
    struct stable_diffusion *const sd = m->networks;

    if (sd)
        free(sd->weights);
    free(sd);
}

static bool sd_probe(const char *path, ebru_model_info *info, ebru_error *err)
{
    const ebru_options none = { 0 };
    struct parts p;

    if (!parts_open(&p, path, &none, err))
        return false;
    struct stable_diffusion *const sd = calloc(1, sizeof(*sd));
    struct binder b;
    char vocabulary[4096];
    binder_init(&b, NULL);
    if (sd)
        bind(sd, &b, &p);
    p.info.parameters = b.n_params;
    binder_clear(&b);
    free(sd);
    if (vocabulary_find(path, NULL, p.text_config.vocabulary, vocabulary, sizeof(vocabulary), NULL))
        p.info.parts |= EBRU_PART_VOCABULARY;
    *info = p.info;
    parts_close(&p);
    return true;
}

/* --- working ------------------------------------------------------------ */

/* [n*chunks,1,77,c] -> the same memory as [n,1,77*chunks,c], weighted */
static struct tensor encode(struct run *r, const struct clip_text *text,
                            const struct prompt *const *prompts, int n, int skip)
{
    const int chunks = prompts[0]->chunks;
    int *const ids = arena_alloc(&r->arena, (size_t)n * chunks * CLIP_TOKENS * sizeof(int));

    for (int i = 0; ids && i < n; i++)
        memcpy(ids + (size_t)i * chunks * CLIP_TOKENS, prompts[i]->ids,
               (size_t)chunks * sizeof(*prompts[i]->ids));
    struct tensor x = clip_text_forward(r, text, ids, n * chunks, skip);
    for (int i = 0; !r->skip && i < n; i++)
        for (int k = 0; prompts[i]->weighted && k < chunks; k++)
            prompt_apply_weights(x.data + ((size_t)i * chunks + k) * CLIP_TOKENS * x.c,
                                 prompts[i]->weights[k], CLIP_TOKENS, x.c);
    return (struct tensor){ x.data, n, 1, chunks * CLIP_TOKENS, x.c };
}

/* Those that are not known; a prompt's bytes do not depend on what is encoded beside it.
 * -> [n,1,77*chunks,c] */
static struct tensor encode_new(struct run *r, const struct model *m,
                                const struct prompt *const *prompts, const float *const *known,
                                int n, int clip_skip)
{
    const struct stable_diffusion *const sd = m->networks;
    const struct tensor y =
        tensor_new(r, n, 1, prompts[0]->chunks * CLIP_TOKENS, sd->text.cfg.width);
    const size_t each = tensor_count(y) / (size_t)n;

    for (int i = 0, count; i < n; i += count) {
        const size_t mark = arena_mark(&r->arena);
        struct tensor x = { 0 };
        for (count = 0; i + count < n && !known[i + count]; count++)
            ;
        if (count)
            x = encode(r, &sd->text, prompts + i, count, clip_skip - 1);
        if (!r->skip)
            memcpy(y.data + (size_t)i * each, count ? x.data : known[i],
                   (size_t)(count ? count : 1) * each * sizeof(float));
        count += !count;
        arena_release(&r->arena, mark);
    }
    for (int i = 0; i < n && !r->skip && !atomic_load(&r->cancelled); i++)
        if (!known[i])
            text_cache_keep(m->texts, prompts[i], clip_skip, y.data + (size_t)i * each);
    return y;
}

static void sd_encode_text(struct run *r, const struct model *m,
                           const struct prompt *const *prompts, const float *const *known, int n,
                           int clip_skip, struct text_state *out)
{
    const struct stable_diffusion *const sd = m->networks;

    unet_read(r, &sd->unet, encode_new(r, m, prompts, known, n, clip_skip), &out->unet);
}

static struct tensor sd_predict(struct run *r, const struct model *m, const struct text_state *text,
                                int first, struct tensor x, float timestep,
                                const struct unet_inner *inner)
{
    const struct stable_diffusion *const sd = m->networks;

    return unet_forward_inner(r, &sd->unet, x, timestep, &text->unet, first, inner);
}

static struct tensor sd_encode(struct run *r, const struct model *m, struct tensor picture)
{
    const struct stable_diffusion *const sd = m->networks;
    const struct vae_config *const cfg = &sd->encoder.cfg;

    if (sd->tiny_only)
        return taesd_encode(r, &sd->tiny_encoder, picture);
    struct tensor y = vae_encode(r, &sd->encoder, picture);
    for (size_t i = 0; !r->skip && i < tensor_count(y); i++)
        y.data[i] = (y.data[i] - cfg->shift_factor) * cfg->scaling_factor;
    return y;
}

static struct tensor sd_decode(struct run *r, const struct model *m, struct tensor latent, int rows)
{
    const struct stable_diffusion *const sd = m->networks;
    const struct vae_config *const cfg = &sd->decoder.cfg;
    const size_t mark = arena_mark(&r->arena);

    if (sd->tiny_only)
        return taesd_decode(r, &sd->tiny, latent);
    struct tensor x = tensor_new(r, latent.n, latent.h, latent.w, latent.c);

    if (!r->skip)
        for (size_t i = 0; i < tensor_count(x); i++)
            x.data[i] = latent.data[i] / cfg->scaling_factor + cfg->shift_factor;
    x = rows ? vae_decode_banded(r, &sd->decoder, x, rows) : vae_decode(r, &sd->decoder, x);
    return keep(r, mark, x);
}

static bool sd_can_sketch(const struct model *m)
{
    return ((const struct stable_diffusion *)m->networks)->has_tiny;
}

static struct tensor sd_sketch(struct run *r, const struct model *m, struct tensor latent)
{
    const struct stable_diffusion *const sd = m->networks;

    return taesd_decode(r, &sd->tiny, latent);
}

const struct family stable_diffusion = {
    .probe = sd_probe,
    .open = sd_open,
    .close = sd_close,
    .encode_text = sd_encode_text,
    .predict = sd_predict,
    .encode = sd_encode,
    .decode = sd_decode,
    .can_sketch = sd_can_sketch,
    .sketch = sd_sketch,
};
