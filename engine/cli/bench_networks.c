/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The networks that `ebru bench` knows. */
#include "bench.h"

#include "commands.h"
#include "models/clip_text.h"
#include "models/taesd.h"
#include "models/vae.h"

#include <string.h>

static struct tensor some(struct run *r, int n, int h, int w, int c)
{
    const struct tensor t = tensor_new(r, n, h, w, c);
    unsigned state = 1;

    for (size_t i = 0; !r->skip && i < tensor_count(t); i++) {
        state = state * 1664525u + 1013904223u;
        t.data[i] = (float)(state >> 8) / (1 << 23) - 1;
    }
    return t;
}

/* --- UNet ---------------------------------------------------------------- */

static void bind_unet15(void *net, struct scope s)
{
    unet_bind(net, s, &unet_sd15);
}

static void bind_unet21(void *net, struct scope s)
{
    unet_bind(net, s, &unet_sd21);
}

/* Keys and values of the text are computed once per prompt: not part of the pass. */
static void prepare_unet(struct run *r, const void *net, struct bench_inputs *in, int n, int h,
                         int w)
{
    const struct unet *const u = net;

    in->x = some(r, n, h / 8, w / 8, u->cfg.in_channels);
    unet_read(r, u, some(r, n, 1, CLIP_TOKENS, u->cfg.context), &in->text);
}

static void pass_unet(struct run *r, const void *net, const struct bench_inputs *in)
{
    unet_forward(r, net, in->x, 500, &in->text, 0);
}

/* --- autoencoders -------------------------------------------------------- */

static void bind_decoder(void *net, struct scope s)
{
    vae_decoder_bind(net, s, &vae_sd);
}

static void bind_encoder(void *net, struct scope s)
{
    vae_encoder_bind(net, s, &vae_sd);
}

static void bind_tiny(void *net, struct scope s)
{
    taesd_decoder_bind(net, s, &taesd_sd);
}

static void prepare_latent(struct run *r, const void *net, struct bench_inputs *in, int n, int h,
                           int w)
{
    (void)net;
    in->x = some(r, n, h / 8, w / 8, 4);
}

static void prepare_picture(struct run *r, const void *net, struct bench_inputs *in, int n, int h,
                            int w)
{
    (void)net;
    in->x = some(r, n, h, w, 3);
}

static void pass_decoder(struct run *r, const void *net, const struct bench_inputs *in)
{
    vae_decode(r, net, in->x);
}

static void pass_encoder(struct run *r, const void *net, const struct bench_inputs *in)
{
    vae_encode(r, net, in->x);
}

static void pass_tiny(struct run *r, const void *net, const struct bench_inputs *in)
{
    taesd_decode(r, net, in->x);
}

/* --- text ---------------------------------------------------------------- */

static void bind_clip(void *net, struct scope s)
{
    clip_text_bind(net, s, &clip_l);
}

static void bind_openclip(void *net, struct scope s)
{
    clip_text_bind(net, s, &openclip_h);
}

/* n prompts of one block each, whatever the size. */
static void prepare_text(struct run *r, const void *net, struct bench_inputs *in, int n, int h,
                         int w)
{
    const size_t bytes = (size_t)n * CLIP_TOKENS * sizeof(int);

    (void)net;
    (void)h;
    (void)w;
    in->x.n = n;
    in->ids = arena_alloc(&r->arena, bytes);
    if (!r->skip)
        memset(in->ids, 0, bytes);
}

static void pass_text(struct run *r, const void *net, const struct bench_inputs *in)
{
    clip_text_forward(r, net, in->ids, in->x.n, 0);
}

static const struct bench_network networks[] = {
    { "unet15", "UNet of Stable Diffusion 1.5", 512, 512, sizeof(struct unet), bind_unet15,
      prepare_unet, pass_unet },
    { "unet21", "UNet of Stable Diffusion 2.1", 768, 768, sizeof(struct unet), bind_unet21,
      prepare_unet, pass_unet },
    { "vae", "decoder of the autoencoder", 512, 512, sizeof(struct vae_decoder), bind_decoder,
      prepare_latent, pass_decoder },
    { "vae-encoder", "encoder of the autoencoder", 512, 512, sizeof(struct vae_encoder),
      bind_encoder, prepare_picture, pass_encoder },
    { "taesd", "decoder of the tiny autoencoder", 512, 512, sizeof(struct taesd_half), bind_tiny,
      prepare_latent, pass_tiny },
    { "clip", "text encoder of Stable Diffusion 1", 512, 512, sizeof(struct clip_text), bind_clip,
      prepare_text, pass_text },
    { "openclip", "text encoder of Stable Diffusion 2", 512, 512, sizeof(struct clip_text),
      bind_openclip, prepare_text, pass_text },
};

const struct bench_network *bench_network(int i)
{
    return i < (int)(sizeof(networks) / sizeof(*networks)) ? &networks[i] : NULL;
}

const char *bench_name(int i)
{
    const struct bench_network *const n = bench_network(i);

    return n ? n->name : NULL;
}
