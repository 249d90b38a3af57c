/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Opening files and folders, finding and reading tensors: on the goldens' models. */
#include "../check.h"
#include "base/file.h"
#include "load/checkpoint.h"

#include <string.h>

static char shared[FILE_PATH_MAX];

static struct checkpoint *open_shared(const char *name)
{
    char path[FILE_PATH_MAX];
    ebru_error err = { 0 };
    struct checkpoint *c;

    file_join(path, shared, name, NULL);
    c = checkpoint_open(path, &err);
    if (!c)
        printf("%s\n", err.message);
    return c;
}

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

int main(void)
{
    const char *env = getenv("EBRU_SHARED");

    snprintf(shared, sizeof(shared), "%s", env ? env : "");
    if (file_is_folder(shared))
        test_file();
    else
        SKIP("no ../shared");
    return check_done();
}
