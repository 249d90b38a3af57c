/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* What a network reports of its layers is all of its work, and every layer so reported can be
 * run alone, on synthetic weights. */
#include "check.h"
#include "models/clip_text.h"
#include "models/unet.h"
#include "models/vae.h"
#include "nn/op.h"
#include "nn/synthetic.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_OPS = 512 };

struct networks {
    struct unet unet;
    struct unet_text unet_text;
    struct vae_encoder encoder;
    struct vae_decoder decoder;
    struct clip_text text;
};

struct list {
    struct op ops[MOST_OPS];
    int n;
    unsigned kinds; /* seen */
};

static void on_op(void *user, const struct op *op)
{
    struct list *const l = user;

    CHECK(l->n < MOST_OPS);
    l->ops[l->n++] = *op;
    l->kinds |= 1u << op->kind;
}

static void bind(struct networks *net, struct binder *b)
{
    const struct unet_config unet = {
        .in_channels = 4,
        .out_channels = 4,
        .levels = 2,
        .channels = { 32, 64 },
        .resnets = { 1, 1 },
        .down_depth = { 1, 0 },
        .up_depth = { 1, 0 },
        .heads = { 2, 4 },
        .mid = true,
        .mid_depth = 1,
        .context = 24,
        .groups = 8,
        .eps = 1e-5f,
    };
    struct vae_config vae = vae_sd;
    struct clip_text_config text = clip_l;

    for (int i = 0; i < 4; i++)
        vae.channels[i] = i < 2 ? 32 : 64;
    text.vocabulary = 9;
    text.width = 24;
    text.inner = 40;
    text.layers = 2;
    text.heads = 3;
    unet_bind(&net->unet, scope_root(b, "unet"), &unet);
    vae_encoder_bind(&net->encoder, scope_root(b, "vae"), &vae);
    vae_decoder_bind(&net->decoder, scope_root(b, "vae"), &vae);
    clip_text_bind(&net->text, scope_root(b, "text"), &text);
}

static void pass(struct run *r, struct networks *net)
{
    const struct tensor text = clip_text_forward(r, &net->text, NULL, 2, 0);

    unet_read(r, &net->unet, text, &net->unet_text);
    unet_forward(r, &net->unet, tensor_new(r, 2, 8, 16, 4), 500, &net->unet_text, 0);
    vae_encode(r, &net->encoder, tensor_new(r, 1, 32, 64, 3));
    vae_decode(r, &net->decoder, tensor_new(r, 1, 4, 8, 4));
}

/* The work of the layer alone; its bytes are finite and those of more than its result. */
static double run_alone(const struct kernels *k, const struct op *op)
{
    struct run r = { .k = k, .n_threads = 2, .skip = true };
    struct op copy = *op;
    char label[64];

    op_prepare(&r, &copy);
    op_run(&r, &copy);
    const double flops = r.work_done;
    const size_t peak = r.arena.peak;
    copy = *op;
    r = (struct run){ .k = k, .n_threads = 2 };
    CHECK(arena_open(&r.arena, peak));
    op_prepare(&r, &copy);
    op_run(&r, &copy);
    CHECK(r.work_done == flops && r.arena.peak == peak);
    arena_close(&r.arena);
    op_label(op, label, sizeof(label));
    CHECK(strlen(label) > 6 && op_bytes(op) >= 8);
    return flops;
}

int main(void)
{
    struct networks *const net = calloc(1, sizeof(*net));
    struct list *const l = calloc(1, sizeof(*l));
    struct kernels k;
    struct run r = { .k = &k, .n_threads = 2, .skip = true, .noted = on_op, .note_user = l };
    struct binder b;
    void *block;
    size_t bytes;
    double sum = 0;

    CHECK(kernels_init(&k, NULL));
    binder_init(&b, NULL);
    bind(net, &b);
    CHECK(binder_load_synthetic(&b, &k, 2, &block, &bytes, NULL));
    pass(&r, net);
    for (int i = 0; i < l->n; i++)
        sum += run_alone(&k, &l->ops[i]);
    CHECK_NEAR(sum, r.work_done, 1e-6 * r.work_done);
    CHECK(l->n > 100 && l->kinds == ((1u << OP_ACTIVATE << 1) - 1 - (1u << OP_ADD)));
    binder_clear(&b);
    free(block);
    free(l);
    free(net);
    return check_done();
}
