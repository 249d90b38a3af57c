/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* UNets on tiny random models against the reference, block by block. */
#include "watch.h"

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
            if (has_blocks(g))
                rig_cancel(&rig.kernels, predict, &c);
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

int main(void)
{
    for (int p = 0; p < PRECISION_COUNT; p++) {
        rig_precision = (enum precision)p;
        check_unets("sd1", 3, 16);
        check_unets("sd2", 3, 12);
        check_inpainting();
        if (p == PRECISION_F32) /* no bounds for others */
            check_own_unets();
    }
    printf("worst output: %.3f of its bound, below float32 %.3f\n", watch_worst, watch_rough);
    return check_done();
}
