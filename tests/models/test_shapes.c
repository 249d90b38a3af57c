/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Full-size networks in rehearsal: what they cost, without a weight. The work must be that
 * counted from the shapes of every operation (803 GFLOP for the UNet of Stable Diffusion 1.5
 * at 512 x 512, 2515 for the VAE's decoder), and a rehearsal must take next to no time. */
#include "models/clip_text.h"
#include "models/taesd.h"
#include "models/unet.h"
#include "models/vae.h"

#include "check.h"

#include <time.h>

struct networks {
    struct unet unet;
    struct unet_text unet_text;
    struct vae_encoder encoder;
    struct vae_decoder decoder;
    struct clip_text text;
    struct taesd_half tiny;
};

static struct networks *net;
static struct kernels kernels;

/* ---- What is rehearsed: size in pixels, pictures at once ---------------- */

static void read_text(struct run *r, int size, int n)
{
    (void)size;
    unet_read(r, &net->unet, tensor_new(r, n, 1, CLIP_TOKENS, net->unet.cfg.context),
              &net->unet_text);
}

static void predict(struct run *r, int size, int n)
{
    const struct tensor x = tensor_new(r, n, size / 8, size / 8, 4);

    unet_forward(r, &net->unet, x, 500, &net->unet_text, 0);
}

static void decode(struct run *r, int size, int n)
{
    vae_decode(r, &net->decoder, tensor_new(r, n, size / 8, size / 8, 4));
}

static void encode(struct run *r, int size, int n)
{
    vae_encode(r, &net->encoder, tensor_new(r, n, size, size, 3));
}

static void sketch(struct run *r, int size, int n)
{
    taesd_decode(r, &net->tiny, tensor_new(r, n, size / 8, size / 8, 4));
}

static void encode_text(struct run *r, int size, int n)
{
    (void)size;
    clip_text_forward(r, &net->text, NULL, n, 0);
}

/* ---- Costs --------------------------------------------------------------- */

struct cost {
    double gflop, mib, us;
};

static struct cost rehearse(const char *what, void (*pass)(struct run *r, int size, int n),
                            int size, int n)
{
    struct timespec t0, t1;
    struct run r = { .k = &kernels, .n_threads = 2, .skip = true };
    struct cost c = { .us = 1e9 };

    for (int i = 0; i < 5; i++) { /* the shortest: others use this machine too */
        r = (struct run){ .k = &kernels, .n_threads = 2, .skip = true };
        clock_gettime(CLOCK_MONOTONIC, &t0);
        pass(&r, size, n);
        clock_gettime(CLOCK_MONOTONIC, &t1);
        c.us = fmin(c.us, (double)(t1.tv_sec - t0.tv_sec) * 1e6 +
                              (double)(t1.tv_nsec - t0.tv_nsec) * 1e-3);
    }
    c.gflop = r.work_done * 1e-9;
    c.mib = (double)r.arena.peak / (1 << 20);
    printf("%-16s %4d x %4d, %d at once: %9.2f GFLOP, peak %7.1f MiB, rehearsed in %3.0f us\n",
           what, size, size, n, c.gflop, c.mib, c.us);
    CHECK(r.arena.base == NULL);
    CHECK(c.us < 5000);
    return c;
}

/* The counts by hand are rounded to four digits, and leave out normalisations and additions:
 * less than 1 %. */
static void check_work(struct cost c, double gflop)
{
    CHECK(c.gflop >= gflop * 0.9995);
    CHECK(c.gflop <= gflop * 1.01);
}

static void bind_all(void)
{
    struct binder b;

    binder_init(&b, NULL);
    unet_bind(&net->unet, scope_root(&b, ""), &unet_sd15);
    vae_encoder_bind(&net->encoder, scope_root(&b, ""), &vae_sd);
    vae_decoder_bind(&net->decoder, scope_root(&b, ""), &vae_sd);
    clip_text_bind(&net->text, scope_root(&b, ""), &clip_l);
    taesd_decoder_bind(&net->tiny, scope_root(&b, ""), &taesd_sd);
    binder_clear(&b);
}

/* In 8 bits a weight is a byte, but for biases, scales, tables and what is too narrow. */
static void check_bytes(void)
{
    struct kernels k = kernels;
    struct binder b;

    k.precision = PRECISION_INT8;
    binder_init(&b, NULL);
    unet_bind(&net->unet, scope_root(&b, ""), &unet_sd15);
    const double each = (double)binder_bytes(&b, &k) / (double)b.n_params;
    printf("UNet in int8: %.4f bytes a weight\n", each);
    CHECK(each > 1 && each < 1.01);
    binder_clear(&b);
}

int main(void)
{
    net = calloc(1, sizeof(*net));
    CHECK(net);
    bind_all();
    kernels_init(&kernels, NULL);
    check_bytes();

    /* FLOP counts: the operations' shapes, 2 per multiply-add of the direct algorithm. */
    const double text = rehearse("UNet, the text", read_text, 512, 1).gflop;
    check_work(rehearse("UNet", predict, 512, 1), 803.27 - text);
    rehearse("UNet", predict, 512, 2);
    rehearse("UNet", predict, 768, 1);
    rehearse("UNet", predict, 1024, 1);
    check_work(rehearse("VAE decoder", decode, 512, 1), 2515);
    rehearse("VAE decoder", decode, 768, 1);
    check_work(rehearse("VAE decoder", decode, 1024, 1), 10470);
    check_work(rehearse("VAE encoder", encode, 512, 1), 1117);
    check_work(rehearse("tiny decoder", sketch, 512, 1), 141);
    rehearse("text encoder", encode_text, 0, 2);
    free(net);
    return check_done();
}
