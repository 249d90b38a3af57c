/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What less precision does to pictures, and to memory: those of the starter, in 20
 * steps, against its float32. Other pictures than float32's are a matter of taste from
 * about 28 dB down; the starter is trained, so its noise is removed as a large model's is.
 */
#include "check.h"

#include <ebru/ebru.h>
#include <string.h>

enum { SIDE = 64 };

static const struct {
    const char *name;
    double least; /* dB */
} precisions[] = { { "bf16", 36 }, { "int8", 28 } };

static const char *const prompts[] = { "a red bird", "a house at the sea", "a green tree" };

enum { N_PROMPTS = sizeof(prompts) / sizeof(*prompts) };

/* Whether there are pictures: one per prompt. */
static bool make(const char *precision, ebru_image *pictures)
{
    const char *const tests = getenv("EBRU_TESTS");
    const ebru_options o = { .threads = 2, .precision = precision };
    ebru_error err = { 0 };
    char path[4096];

    snprintf(path, sizeof(path), "%.4000s/../data/starter", tests ? tests : "tests");
    ebru_model *const m = ebru_model_open(path, &o, &err);
    bool ok = m != NULL;
    for (int i = 0; ok && i < N_PROMPTS; i++) {
        ebru_result result = { 0 };
        ebru_request r;
        ebru_request_init(&r, m);
        r.prompt = prompts[i];
        r.width = r.height = SIDE;
        r.steps = 20;
        r.seed = 1 + i;
        ok = ebru_generate(m, &r, NULL, &result, &err);
        if (ok) {
            pictures[i] = result.images[0];
            result.images[0] = (ebru_image){ 0 };
        }
        ebru_result_clear(&result);
    }
    if (!ok)
        printf("%s: %s\n", path, err.message);
    CHECK(ok);
    ebru_model_close(m);
    return ok;
}

/* Peak signal to noise of values from 0 to 1. */
static double psnr(const ebru_image *a, const ebru_image *b)
{
    const size_t count = (size_t)(a->width * a->height * 3);
    double squares = 0;

    for (size_t i = 0; i < count; i++)
        squares += ((double)a->data[i] - b->data[i]) * ((double)a->data[i] - b->data[i]);
    return -10 * log10(squares / (double)count);
}

int main(void)
{
    ebru_image want[N_PROMPTS] = { 0 }, got[N_PROMPTS] = { 0 };
    const bool ok = make("f32", want);

    for (int p = 0; ok && p < 2; p++) {
        if (make(precisions[p].name, got))
            for (int i = 0; i < N_PROMPTS; i++) {
                const double db = psnr(&want[i], &got[i]);
                printf("%s: %.1f dB, %s\n", precisions[p].name, db, prompts[i]);
                CHECK(db >= precisions[p].least && db < 90); /* not the same bytes either */
            }
        for (int i = 0; i < N_PROMPTS; i++)
            ebru_image_clear(&got[i]);
    }
    for (int i = 0; i < N_PROMPTS; i++)
        ebru_image_clear(&want[i]);
    return check_done();
}
