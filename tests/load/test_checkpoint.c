/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Opening files and folders, finding and reading tensors: on the goldens' models. */
#include "../check.h"
#include "base/file.h"
#include "load/checkpoint.h"
#include "load/safetensors.h"
#include "shared.h"
#include "temp.h"

static void test_file(void)
{
    struct checkpoint *c = open_shared("goldens/a/models/sd1.safetensors");
    const struct checkpoint_tensor *t;
    int shape[4], rank;
    enum dtype type;
    float table[1000];
    int64_t ids[77];
    uint16_t rows[2 * 64], whole[77 * 64];

    CHECK(c);
    if (!c)
        return;
    CHECK(checkpoint_count(c) == 977);
    CHECK(!strcmp(checkpoint_metadata(c, "format"), "pt"));
    CHECK(!checkpoint_find(c, "betas."));
    t = checkpoint_find(c, "betas");
    CHECK(t && checkpoint_elements(t) == 1000 && checkpoint_read_floats(c, t, table, NULL));
    CHECK_NEAR(table[0], 0.00085, 1e-9);
    CHECK_NEAR(table[999], 0.012, 1e-9);
    t = checkpoint_find(c, "cond_stage_model.transformer.text_model.embeddings.position_ids");
    CHECK(t && checkpoint_read_ints(c, t, ids, NULL) && ids[0] == 0 && ids[76] == 76);
    CHECK(t && !checkpoint_weight(c, t, &type, &rank, shape, NULL));
    t = checkpoint_find(
        c, "cond_stage_model.transformer.text_model.embeddings.position_embedding.weight");
    CHECK(t && checkpoint_weight(c, t, &type, &rank, shape, NULL) && type == DTYPE_F16 &&
          rank == 2 && shape[0] == 77 && shape[1] == 64);
    CHECK(t && checkpoint_read_rows(c, t, 0, 77, whole, NULL) &&
          checkpoint_read_rows(c, t, 75, 2, rows, NULL) &&
          !memcmp(rows, whole + 75 * 64, sizeof(rows)));
    CHECK(t && !checkpoint_read_rows(c, t, 76, 2, rows, NULL));
    checkpoint_close(c);
}

/* ---- Part folders ------------------------------------------------------ */

/* A file in the folder `part`: tensors NAME of one float each, the n-th is first + n. */
static void write_part(const char *name, const char *const *names, float first)
{
    struct safetensors_item items[8];
    float values[8];
    int n = 0;

    for (; names[n]; n++) {
        values[n] = first + (float)n;
        items[n] = (struct safetensors_item){ names[n], TYPE_F32, 1, { 1 }, &values[n] };
    }
    CHECK(safetensors_write(temp_path(name), items, n, NULL, NULL));
}

static void write_text(const char *name, const char *text)
{
    CHECK(file_write(temp_path(name), text, strlen(text), NULL));
}

/* The value of tensor `name` in the folder `part`; -1 with a message in *err. */
static float value_of(const char *name, ebru_error *err)
{
    struct checkpoint *c = checkpoint_open(temp_path("part"), err);
    const struct checkpoint_tensor *t = c ? checkpoint_find(c, name) : NULL;
    float value = -1;

    if (t)
        CHECK(checkpoint_read_floats(c, t, &value, NULL));
    checkpoint_close(c);
    return value;
}

static ebru_reason check_refused(const char *why)
{
    ebru_error err = { 0 };

    value_of("a", &err);
    if (!strstr(err.message, why))
        printf("wanted \"%s\": %s\n", why, err.message);
    CHECK(strstr(err.message, why) && strstr(err.message, temp_folder));
    return err.reason;
}

static const char *const a[] = { "a", NULL }, *const b[] = { "b", NULL },
                         *const ab[] = { "a", "b", NULL };

/* Each file that is added is preferred to those before it. */
static void test_variants(void)
{
    CHECK(file_make_folder(temp_path("part"), NULL));
    CHECK(check_refused("no .safetensors file") == EBRU_NO_WEIGHTS);
    write_text("part/pytorch_model.bin", "PK");
    CHECK(check_refused("pytorch_model.bin, a pickle file") == EBRU_PICKLE);
    write_part("part/any.safetensors", a, 1);
    CHECK(value_of("a", NULL) == 1);
    write_part("part/other.safetensors", a, 2);
    CHECK(check_refused("which of its 2 .safetensors files") == EBRU_NO_WEIGHTS);
    write_part("part/model.fp16.safetensors", a, 3);
    CHECK(value_of("a", NULL) == 3);
    write_part("part/diffusion_pytorch_model.fp16.safetensors", a, 4);
    CHECK(value_of("a", NULL) == 4);
    write_part("part/model-1.safetensors", a, 5);
    write_text("part/model.safetensors.index.json",
               "{\"weight_map\":{\"a\":\"model-1.safetensors\"}}");
    CHECK(value_of("a", NULL) == 5);
    write_part("part/model.safetensors", a, 6);
    CHECK(value_of("a", NULL) == 6);
    write_part("part/diffusion_pytorch_model.safetensors", a, 7);
    CHECK(value_of("a", NULL) == 7);
    temp_remove(temp_path("part"));
}

static const struct {
    const char *index, *says; /* NULL: accepted */
} indices[] = {
    { "{\"metadata\":{\"total_size\":8},\"weight_map\":"
      "{\"a\":\"1.safetensors\",\"b\":\"2.safetensors\"}}",
      NULL },
    { "{\"weight_map\":{\"a\":\"1.safetensors\"}}", NULL },
    { "", "not JSON" },
    { "[]", "weight_map is not an object" },
    { "{}", "weight_map is not an object" },
    { "{\"weight_map\":1}", "weight_map is not an object" },
    { "{\"weight_map\":[]}", "weight_map is not an object" },
    { "{\"weight_map\":{}}", "names no files" },
    { "{\"weight_map\":{\"a\":1}}", "weight_map.a is 1, not a string" },
    { "{\"weight_map\":{\"a\":\"../1.safetensors\"}}", "not a .safetensors file beside it" },
    { "{\"weight_map\":{\"a\":\"/etc/passwd\"}}", "not a .safetensors file beside it" },
    { "{\"weight_map\":{\"a\":\"x/1.safetensors\"}}", "not a .safetensors file beside it" },
    { "{\"weight_map\":{\"a\":\"..\"}}", "not a .safetensors file beside it" },
    { "{\"weight_map\":{\"a\":\"\"}}", "not a .safetensors file beside it" },
    { "{\"weight_map\":{\"a\":\".safetensors\"}}", "not a .safetensors file beside it" },
    { "{\"weight_map\":{\"a\":\"model.bin\"}}", "not a .safetensors file beside it" },
    { "{\"weight_map\":{\"a\":\"1.safetensors\\u0000\"}}", "NUL" },
    { "{\"weight_map\":{\"a\":\"3.safetensors\"}}", "No such file" },
    { "{\"weight_map\":{\"a\":\"2.safetensors\"}}", "does not hold this tensor" },
    { "{\"weight_map\":{\"a\":\"1.safetensors\",\"b\":\"1.safetensors\"}}", "does not hold" },
    { "{\"weight_map\":{\"a\":\"1.safetensors\",\"c\":\"2.safetensors\"}}", "does not hold" },
    { "{\"weight_map\":{\"a\":\"1.safetensors\",\"a\":\"2.safetensors\"}}", "twice" },
    { "{\"weight_map\":{\"a\":\"1.safetensors\",\"b\":\"both.safetensors\"}}", "another shard" },
    { "{\"weight_map\":{\"a\":\"bad.safetensors\"}}", "too few" },
    { "{\"weight_map\":{\"a\":\"folder.safetensors\"}}", "a folder" },
};

static void test_shards(void)
{
    CHECK(file_make_folder(temp_path("part"), NULL));
    CHECK(file_make_folder(temp_path("part/folder.safetensors"), NULL));
    write_part("part/1.safetensors", a, 1);
    write_part("part/2.safetensors", b, 2);
    write_part("part/both.safetensors", ab, 3);
    write_text("part/bad.safetensors", "");
    for (size_t i = 0; i < sizeof(indices) / sizeof(*indices); i++) {
        ebru_error err = { 0 };

        write_text("part/model.safetensors.index.json", indices[i].index);
        if (indices[i].says) {
            check_refused(indices[i].says);
            continue;
        }
        CHECK(value_of("a", &err) == 1);
        CHECK(value_of("b", &err) == (i ? -1 : 2));
        CHECK(err.status == EBRU_OK);
    }
    temp_remove(temp_path("part"));
}

/* ---- Weights ----------------------------------------------------------- */

static void test_weights(void)
{
    const double data[4] = { 0.1, -1e300, 3, 4 };
    const struct safetensors_item items[] = {
        { "f64", TYPE_F64, 1, { 4 }, data },
        { "flat", TYPE_F32, 6, { 2, 1, 1, 1, 1, 1 }, data },
        { "high", TYPE_F32, 5, { 1, 1, 1, 1, 2 }, data },
        { "none", TYPE_F32, 2, { 0, 3 }, data },
        { "scalar", TYPE_BF16, 0, { 0 }, data },
        { "bool", TYPE_BOOL, 1, { 2 }, data },
    };
    struct checkpoint *c;
    ebru_error err = { 0 };
    enum dtype type;
    int rank, shape[4];
    float values[4];

    CHECK(safetensors_write(temp_path("w.safetensors"), items, 6, NULL, NULL));
    c = checkpoint_open(temp_path("w.safetensors"), NULL);
    CHECK(!checkpoint_weight(c, checkpoint_find(c, "f64"), &type, &rank, shape, &err));
    CHECK(strstr(err.message, "f64: a weight of type F64; F32, F16 and BF16 are supported"));
    CHECK(checkpoint_read_floats(c, checkpoint_find(c, "f64"), values, NULL));
    CHECK(values[0] == 0.1f && values[1] == -INFINITY && values[3] == 4);
    CHECK(checkpoint_weight(c, checkpoint_find(c, "flat"), &type, &rank, shape, NULL));
    CHECK(type == DTYPE_F32 && rank == 4 && shape[0] == 2 && shape[3] == 1);
    CHECK(!checkpoint_weight(c, checkpoint_find(c, "high"), &type, &rank, shape, &err));
    CHECK(strstr(err.message, "more than 4 dimensions"));
    CHECK(!checkpoint_weight(c, checkpoint_find(c, "none"), &type, &rank, shape, &err));
    CHECK(checkpoint_weight(c, checkpoint_find(c, "scalar"), &type, &rank, shape, NULL));
    CHECK(type == DTYPE_BF16 && rank == 0);
    CHECK(checkpoint_read_rows(c, checkpoint_find(c, "scalar"), 0, 1, values, NULL));
    CHECK(!checkpoint_weight(c, checkpoint_find(c, "bool"), &type, &rank, shape, &err));
    CHECK(!checkpoint_read_rows(c, checkpoint_find(c, "f64"), -1, 1, values, &err));
    CHECK(!checkpoint_read_rows(c, checkpoint_find(c, "f64"), 4, 1, values, &err));
    CHECK(!checkpoint_read_rows(c, checkpoint_find(c, "f64"), INT64_MAX, INT64_MAX, values, &err));
    checkpoint_close(c);
}

int main(void)
{
    const char *env = check_shared();

    temp_open();
    test_variants();
    test_shards();
    test_weights();
    snprintf(shared, sizeof(shared), "%s", env ? env : "");
    if (env)
        test_file();
    else
        SKIP("no ../shared");
    temp_close();
    return check_done();
}
