/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * One part of a checkpoint under diffusers' names, whatever its layout: the goldens'
 * models, where a folder and a single file hold the same weights.
 */
#include "../check.h"
#include "load/names.h"
#include "load/safetensors.h"
#include "shared.h"
#include "temp.h"

/* Every tensor of `folder` has the same bytes when looked up in `c`. */
static void compare_part(const struct checkpoint *c, const char *folder, enum part_kind part,
                         const char *layout, int tensors)
{
    struct checkpoint *f = open_shared(folder);
    struct part_source a, b;
    int found = 0;

    CHECK(f && names_open(&a, f, part) && names_open(&b, c, part));
    if (!f)
        return;
    CHECK(!strcmp(names_layout(&b), layout));
    for (int i = 0; i < checkpoint_count(f); i++) {
        const struct checkpoint_tensor *t = checkpoint_at(f, i);
        int shape[4], rank;
        enum dtype type;
        char *x, *y;

        if (t->type > TYPE_BF16 || strstr(t->name, "query") || strstr(t->name, "key") ||
            strstr(t->name, "value") || strstr(t->name, "proj_attn"))
            continue; /* position_ids; old names are asked for by their new ones below */
        if (!names_find(&b, t->name, &type, &rank, shape)) {
            printf("%s\n", t->name);
            continue;
        }
        x = malloc(t->bytes);
        y = malloc(t->bytes);
        CHECK(rank == 0 || shape[0] == t->shape[0]);
        CHECK(names_read(&a, t->name, 0, (int)t->shape[0], x, NULL) &&
              names_read(&b, t->name, 0, (int)t->shape[0], y, NULL) && !memcmp(x, y, t->bytes));
        free(x);
        free(y);
        found++;
    }
    CHECK(found == tensors);
    checkpoint_close(f);
}

/* VAE attention: to_q and so on, whatever the file calls them. */
static void compare_vae_attention(const struct checkpoint *c, const char *folder)
{
    static const char *const leaves[] = { "to_q", "to_k", "to_v", "to_out.0", "group_norm", NULL };
    struct checkpoint *f = open_shared(folder);
    struct part_source a, b;
    char name[NAMES_MAX], x[32 * 32 * 2], y[32 * 32 * 2];

    CHECK(f && names_open(&a, f, PART_VAE) && names_open(&b, c, PART_VAE));
    for (int i = 0; f && i < 20; i++) {
        int sa[4], sb[4], ra, rb;
        enum dtype type;

        if (!leaves[i / 4])
            break;
        snprintf(name, sizeof(name), "%s.mid_block.attentions.0.%s.%s",
                 i & 1 ? "encoder" : "decoder", leaves[i / 4], i & 2 ? "weight" : "bias");
        CHECK(names_find(&a, name, &type, &ra, sa) && names_find(&b, name, &type, &rb, sb) &&
              sa[0] == 32 && sb[0] == 32);
        CHECK(ra >= 2 || rb == 1); /* [32,32] in one may be [32,32,1,1] in the other */
        memset(x, 0, sizeof(x));
        memset(y, 0, sizeof(y));
        CHECK(names_read(&a, name, 0, 32, x, NULL) && names_read(&b, name, 0, 32, y, NULL) &&
              !memcmp(x, y, sizeof(x)));
    }
    checkpoint_close(f);
}

static void test_goldens(void)
{
    struct checkpoint *c = open_shared("goldens/a/models/sd1.safetensors");
    struct part_source s;

    if (!c)
        return;
    compare_part(c, "goldens/a/models/sd1/unet", PART_UNET, "LDM", 682);
    compare_part(c, "goldens/a/models/sd1/vae", PART_VAE, "LDM", 240 - 16);
    compare_part(c, "goldens/a/models/sd1/text_encoder", PART_TEXT, "LDM", 52);
    compare_vae_attention(c, "goldens/a/models/sd1/vae");
    CHECK(!names_open(&s, c, PART_TAESD));
    checkpoint_close(c);
}

/* q, k and v of OpenCLIP are thirds of one tensor; integers are no weights. */
static void test_thirds(void)
{
    const float data[] = { 0, 1, 2, 3, 4, 5 };
    const int32_t ids[] = { 7 };
    const struct safetensors_item items[] = {
        { "cond_stage_model.model.token_embedding.weight", TYPE_F32, 1, { 1 }, data },
        { "cond_stage_model.model.transformer.resblocks.0.attn.in_proj_bias",
          TYPE_F32,
          1,
          { 6 },
          data },
        { "cond_stage_model.model.ln_final.bias", TYPE_I32, 1, { 1 }, ids },
    };
    struct checkpoint *c;
    struct part_source s;
    int rank, shape[4];
    enum dtype type;
    float rows[2];

    CHECK(safetensors_write(temp_path("thirds.safetensors"), items, 3, NULL, NULL));
    c = checkpoint_open(temp_path("thirds.safetensors"), NULL);
    CHECK(c && names_open(&s, c, PART_TEXT));
    CHECK(names_find(&s, "text_model.encoder.layers.0.self_attn.k_proj.bias", &type, &rank, shape));
    CHECK(type == DTYPE_F32 && rank == 1 && shape[0] == 2);
    CHECK(names_read(&s, "text_model.encoder.layers.0.self_attn.k_proj.bias", 0, 2, rows, NULL));
    CHECK(rows[0] == 2 && rows[1] == 3);
    CHECK(names_read(&s, "text_model.encoder.layers.0.self_attn.v_proj.bias", 1, 1, rows, NULL));
    CHECK(rows[0] == 5);
    CHECK(!names_read(&s, "text_model.encoder.layers.0.self_attn.k_proj.bias", 1, 2, rows, NULL));
    CHECK(s.problem.status == EBRU_OK);
    CHECK(!names_find(&s, "text_model.final_layer_norm.bias", &type, &rank, shape));
    CHECK(s.problem.status == EBRU_BAD_MODEL && strstr(s.problem.message, "I32"));
    checkpoint_close(c);
}

int main(void)
{
    const char *env = check_shared();

    temp_open();
    test_thirds();
    snprintf(shared, sizeof(shared), "%s", env ? env : "");
    if (env)
        test_goldens();
    else
        SKIP("no ../shared");
    temp_close();
    return check_done();
}
