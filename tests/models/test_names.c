/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Bound in list mode, our networks have the weights of the published ones: every name,
 * every shape, no more and no fewer. names/make.py asked the reference for them. */
#include "models/clip_text.h"
#include "models/taesd.h"
#include "models/unet.h"
#include "models/vae.h"

#include "../check.h"

#include <string.h>

enum { MAX_LINES = 1000, MAX_LINE = 160 };

struct list {
    char line[MAX_LINES][MAX_LINE];
    int n;
};

static struct list ours, published;

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* "name d0 d1", without the dimensions of 1 at the end */
static void add_line(struct list *list, const char *name, int rank, const int *shape)
{
    char *const line = list->line[list->n++];
    size_t len = (size_t)snprintf(line, MAX_LINE, "%s", name);

    while (rank > 1 && shape[rank - 1] == 1)
        rank--;
    for (int i = 0; i < rank; i++)
        len += (size_t)snprintf(line + len, MAX_LINE - len, " %d", shape[i]);
}

static void list_leaves(const struct binder *b)
{
    ours.n = 0;
    for (int i = 0; i < b->n_leaves; i++)
        for (int j = 0; j < b->leaves[i].parts; j++) {
            const struct leaf *const l = &b->leaves[i];
            int shape[4];
            memcpy(shape, l->weight->shape, sizeof(shape));
            shape[0] = l->rows[j];
            add_line(&ours, l->name[j], l->weight->rank, shape);
        }
    qsort(ours.line, (size_t)ours.n, MAX_LINE, by_name);
}

static bool read_published(const char *name)
{
    char path[1024];
    const char *const tests = getenv("EBRU_TESTS");

    snprintf(path, sizeof(path), "%s/models/names/%s.txt", tests ? tests : ".", name);
    FILE *const file = fopen(path, "r");
    if (!file) {
        printf("%s: cannot be read\n", path);
        return false;
    }
    for (published.n = 0; published.n < MAX_LINES; published.n++) {
        char *const line = published.line[published.n];
        if (!fgets(line, MAX_LINE, file))
            break;
        line[strcspn(line, "\n")] = 0;
    }
    fclose(file);
    qsort(published.line, (size_t)published.n, MAX_LINE, by_name);
    return true;
}

/* Both lists are sorted. */
static int differences(const char *name)
{
    int i = 0, j = 0, count = 0;

    while (i < ours.n || j < published.n) {
        const int order = i == ours.n        ? 1
                          : j == published.n ? -1
                                             : strcmp(ours.line[i], published.line[j]);
        if (order && count++ < 8)
            printf("%s: %s: %s\n", name, order < 0 ? "only ours" : "missing",
                   order < 0 ? ours.line[i] : published.line[j]);
        i += order <= 0;
        j += order >= 0;
    }
    return count;
}

static void check_list(const char *name, struct binder *b, int weights, int64_t params)
{
    list_leaves(b);
    printf("%s: %d weights, %lld parameters\n", name, b->n_weights, (long long)b->n_params);
    CHECK(b->n_weights == weights);
    CHECK(b->n_params == params);
    CHECK(read_published(name));
    CHECK(differences(name) == 0);
    binder_clear(b);
}

static void check_unet(const char *name, const struct unet_config *cfg, int weights, int64_t params)
{
    struct unet *const u = calloc(1, sizeof(*u));
    struct binder b;
    ebru_error err = { 0 };

    binder_init(&b, NULL);
    CHECK(unet_config_check(cfg, &err));
    unet_bind(u, scope_root(&b, ""), cfg);
    check_list(name, &b, weights, params);
    free(u);
}

/* Kim et al., On Architectural Compression of Text-to-Image Diffusion Models
 * (arXiv:2305.15798): one resnet a level; small: no middle; tiny: no lowest level. */
static void check_small_unets(void)
{
    struct unet_config cfg = unet_sd15;

    for (int i = 0; i < cfg.levels; i++)
        cfg.resnets[i] = 1;
    check_unet("bk-sdm-base-unet", &cfg, 442, 579384964);
    cfg.mid = false;
    check_unet("bk-sdm-small-unet", &cfg, 396, 482346884);
    cfg.levels = 3;
    check_unet("bk-sdm-tiny-unet", &cfg, 358, 323384964);
}

static void check_vae(void)
{
    struct vae_encoder *const e = calloc(1, sizeof(*e));
    struct vae_decoder *const d = calloc(1, sizeof(*d));
    struct binder b;

    binder_init(&b, NULL);
    vae_decoder_bind(d, scope_root(&b, ""), &vae_sd);
    CHECK(b.n_params == 49490199);
    vae_encoder_bind(e, scope_root(&b, ""), &vae_sd);
    check_list("sd-vae", &b, 248, 83653863);
    free(e);
    free(d);
}

static void check_text(const char *name, const struct clip_text_config *cfg, int weights,
                       int64_t params)
{
    struct clip_text *const t = calloc(1, sizeof(*t));
    struct binder b;

    binder_init(&b, NULL);
    clip_text_bind(t, scope_root(&b, ""), cfg);
    check_list(name, &b, weights, params);
    free(t);
}

static void check_taesd(void)
{
    struct taesd_half e, d;
    struct binder b;

    binder_init(&b, NULL);
    taesd_decoder_bind(&d, scope_root(&b, ""), &taesd_sd);
    CHECK(b.n_params == 1222531);
    taesd_encoder_bind(&e, scope_root(&b, ""), &taesd_sd);
    check_list("taesd", &b, 134, 2445063);
}

int main(void)
{
    check_unet("sd15-unet", &unet_sd15, 686, 859520964);
    check_unet("sd21-unet", &unet_sd21, 686, 865910724);
    check_small_unets();
    check_vae();
    check_text("clip-l", &clip_l, 196, 123060480);
    check_text("openclip-h", &openclip_h, 372, 340387840);
    check_taesd();
    return check_done();
}
