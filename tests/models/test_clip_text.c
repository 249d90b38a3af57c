/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Text encoders on tiny random models against the reference, layer by layer. */
#include "watch.h"

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
    rig_cancel(k, encode_text, c);
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
        if (golden_string(&g, "single_file") && check_shared())
            check_text(&g, golden_path(path, golden_string(&g, "single_file")));
        golden_close(&g);
    }
}

int main(void)
{
    for (int p = 0; p < PRECISION_COUNT; p++) {
        rig_precision = (enum precision)p;
        check_texts();
    }
    printf("worst output: %.3f of its bound, below float32 %.3f\n", watch_worst, watch_rough);
    return check_done();
}
