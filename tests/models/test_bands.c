/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The VAE's decoder in bands of rows gives the bytes of the plain one, with less memory. */
#include "rig.h"

struct decode_case {
    const struct vae_decoder *decoder;
    struct tensor latent;
    int rows; /* 0: all at once */
};

static struct tensor decode(struct run *r, void *user)
{
    const struct decode_case *const c = user;

    return c->rows ? vae_decode_banded(r, c->decoder, c->latent, c->rows)
                   : vae_decode(r, c->decoder, c->latent);
}

/* Numbers that look random, -2 to 2. */
static struct tensor some_latent(int h, int w, int c)
{
    struct tensor x = { NULL, 1, h, w, c };
    unsigned state = 1;

    x.data = malloc(tensor_count(x) * sizeof(float));
    CHECK(x.data);
    for (size_t i = 0; i < tensor_count(x); i++) {
        state = state * 1664525u + 1013904223u;
        x.data[i] = (float)(state >> 8) / (1 << 22) - 2;
    }
    return x;
}

static void check_size(const struct kernels *k, const struct vae_decoder *d, int h, int w)
{
    static const int rows[] = { 1, 2, 3, 5, 100 };
    struct kernels reference;
    struct decode_case c = { d, some_latent(h, w, d->cfg.latent_channels), 0 };
    const struct tensor whole = rig_run(k, 2, decode, &c, NULL, NULL);

    CHECK(kernels_init(&reference, "c"));
    for (int i = 0; i < 5; i++) {
        const struct kernels *const set = i == 3 ? &reference : k;
        c.rows = rows[i];
        const struct tensor banded = rig_run(set, 1 + i % 3, decode, &c, NULL, NULL);
        const bool same = tensor_count(banded) == tensor_count(whole) &&
                          !memcmp(banded.data, whole.data, tensor_count(whole) * sizeof(float));
        CHECK(same);
        if (!same)
            printf("%d x %d latents, %d rows at once: off by %g\n", h, w, rows[i],
                   golden_distance(banded.data, whole.data, tensor_count(whole)));
        free(banded.data);
    }
    c.rows = 2;
    rig_cancel(k, decode, &c);
    free(whole.data);
    free(c.latent.data);
}

static void check_bytes(const char *path)
{
    struct vae_decoder *const d = calloc(1, sizeof(*d));
    struct vae_config cfg;
    struct rig rig;
    ebru_error err = { 0 };

    if (rig_open(&rig, path, PART_VAE) &&
        rig_ok(vae_config_read(&cfg, json_root(rig.json), &err), "VAE", &err)) {
        vae_decoder_bind(d, scope_root(&rig.binder, ""), &cfg);
        if (rig_load(&rig, "VAE")) {
            check_size(&rig.kernels, d, 13, 9);
            check_size(&rig.kernels, d, 53, 11);
            check_size(&rig.kernels, d, 4, 16);
            check_size(&rig.kernels, d, 1, 3);
        }
    }
    rig_close(&rig);
    free(d);
}

static void check_memory(int size)
{
    struct vae_decoder *const d = calloc(1, sizeof(*d));
    struct kernels k;
    struct binder b;
    double peak[2], work[2];

    kernels_init(&k, NULL);
    binder_init(&b, NULL);
    vae_decoder_bind(d, scope_root(&b, ""), &vae_sd);
    for (int i = 0; i < 2; i++) {
        struct run r = { .k = &k, .n_threads = 2, .skip = true };
        struct decode_case c = { d, tensor_new(&r, 1, size / 8, size / 8, 4), i ? 8 : 0 };
        decode(&r, &c);
        peak[i] = (double)r.arena.peak / (1 << 20);
        work[i] = r.work_done * 1e-9;
    }
    printf("%d x %d: %.0f MiB and %.0f GFLOP, in bands %.0f MiB and %.0f GFLOP\n", size, size,
           peak[0], work[0], peak[1], work[1]);
    /* the largest tensor, half of it once more, and one part in sixteen */
    CHECK(peak[0] < 1.0625 * 1.5 * 4 * 256 * size * size / (1 << 20));
    CHECK(peak[1] < 0.75 * peak[0]);
    CHECK(work[1] < 1.6 * work[0]);
    binder_clear(&b);
    free(d);
}

int main(void)
{
    char path[GOLDEN_PATH];

    check_bytes(golden_path(path, "models/sd2/vae"));
    /* two levels: the width of a picture need not be a multiple of 8 */
    check_bytes(golden_own_path(path, "models/vae_small/vae"));
    check_memory(512);
    check_memory(1024);
    return check_done();
}
