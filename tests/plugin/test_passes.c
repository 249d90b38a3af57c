/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What several passes take is told before there is a pixel, and is what they will take; pictures
 * with words of their own keep their seeds and words when only some are gone on with. The backend
 * here counts and paints nothing. */
#include "check.h"
#include "passes.h"

#include <string.h>

static int calls;
static double work;
static int64_t seeds[8];
static const char *prompts[8];

static bool count(const struct backend_model *model, const ebru_request *r, ebru_cost *cost,
                  ebru_error *err)
{
    (void)model;
    (void)err;
    *cost = (ebru_cost){ (size_t)r->width * (size_t)r->height,
                         r->strength * r->steps * r->width * r->height };
    return true;
}

static bool generate(const struct backend_model *model, const ebru_request *r,
                     const ebru_watch *watch, ebru_result *out, ebru_error *err)
{
    ebru_cost cost;

    if (watch && watch->progress)
        watch->progress(watch->user, &(ebru_progress){ .phase = "denoise", .steps = r->steps });
    count(model, r, &cost, err);
    work += cost.flops;
    seeds[calls % 8] = r->seed;
    prompts[calls++ % 8] = r->prompt;
    *out = (ebru_result){ .count = 1,
                          .images = calloc(1, sizeof(ebru_image)),
                          .seeds = calloc(1, sizeof(int64_t)),
                          .steps_done = r->steps };
    return ebru_image_alloc(&out->images[0], r->height, r->width, 3, err);
}

static const struct backend fake = { .estimate = count, .generate = generate };
static const ebru_request request = {
    .prompt = "a", .width = 256, .height = 256, .count = 1, .steps = 10, .strength = 0.8, .seed = 7
};

static ebru_image mask_of(struct box all, struct box area)
{
    ebru_image mask;

    if (ebru_image_alloc(&mask, all.h, all.w, 1, NULL))
        for (int y = area.y; y < area.y + area.h; y++)
            for (int x = area.x; x < area.x + area.w; x++)
                mask.data[(size_t)y * all.w + x] = 1;
    return mask;
}

/* The promise for a second pass is the work that is done: area by area, with and without a mask. */
static void check_fine(struct box area, bool masked)
{
    const struct plan plan = { .context = { 40, 30, 1000, 700 }, .width = 320, .height = 224 };
    const struct box all = { 0, 0, plan.context.w, plan.context.h };
    ebru_image picture, mask = masked ? mask_of(all, area) : (ebru_image){ 0 };
    ebru_cost promised;
    ebru_result result;
    ebru_error err;

    CHECK(ebru_image_alloc(&picture, all.h, all.w, 3, &err));
    struct passes *const sketch = passes_sketch(&plan, 0.8, 256, masked ? area : all);
    struct passes *const real = passes_fine(&plan, 0.8, 256, &picture, &mask);
    CHECK(sketch && real && sketch->count == real->count && real->count > 1);
    CHECK(passes_estimate(sketch, &fake, NULL, &request, &promised, &err));
    work = 0;
    calls = 0;
    CHECK(passes_generate(real, &fake, NULL, &request, NULL, &result, &err));
    CHECK(calls == real->count);
    CHECK_NEAR(work, promised.flops, 1e-9 * work);
    ebru_result_clear(&result);
    passes_free(sketch);
    passes_free(real);
}

static void check_small(void)
{
    const struct plan plan = { .context = { 0, 0, 256, 256 }, .width = 256, .height = 256 };
    struct passes *const sketch = passes_sketch(&plan, 0.8, 256, plan.context);

    CHECK(sketch && sketch->count == 1); /* it fits: there is nothing to do twice */
    passes_free(sketch);
}

static void check_words(void)
{
    char *words[] = { "a red fox", "a blue fox", "a green fox", NULL };
    struct passes all = { .prompts = words };
    ebru_draft drafts[] = { { .seed = 9 }, { .seed = 7 } };
    ebru_request r = request;
    ebru_result result;
    ebru_error err;

    struct passes *const some = passes_words(&all, (const int[]){ 2, 0 }, 2);
    CHECK(some && !some->count && !some->negatives);
    r.count = 2;
    r.drafts = drafts;
    calls = 0;
    CHECK(passes_generate(some, &fake, NULL, &r, NULL, &result, &err));
    CHECK(calls == 2 && seeds[0] == 9 && seeds[1] == 7);
    CHECK(!strcmp(prompts[0], "a green fox") && !strcmp(prompts[1], "a red fox"));
    CHECK(result.seeds[0] == 9 && result.seeds[1] == 7);
    ebru_result_clear(&result);
    passes_free(some);
}

static ebru_answer finish(void *user, const ebru_progress *p)
{
    (void)user;
    (void)p;
    return EBRU_FINISH;
}

/* Who finishes early gets no picture that was not begun, nor a pass. */
static void check_early(void)
{
    char *words[] = { "a red fox", "a blue fox", "a green fox", NULL };
    struct passes all = { .prompts = words };
    const struct plan plan = { .context = { 0, 0, 1000, 700 }, .width = 320, .height = 224 };
    const ebru_watch watch = { .progress = finish };
    ebru_image picture, mask = { 0 };
    ebru_request r = request;
    ebru_result result;
    ebru_error err;

    r.count = 3;
    calls = 0;
    CHECK(passes_generate(&all, &fake, NULL, &r, &watch, &result, &err));
    CHECK(calls == 1 && result.count == 1);
    ebru_result_clear(&result);
    CHECK(ebru_image_alloc(&picture, 700, 1000, 3, &err));
    struct passes *const fine = passes_fine(&plan, 0.8, 256, &picture, &mask);
    calls = 0;
    CHECK(fine && fine->count > 1);
    CHECK(passes_generate(fine, &fake, NULL, &request, &watch, &result, &err));
    CHECK(calls == 1 && result.count == 1);
    ebru_result_clear(&result);
    passes_free(fine);
}

int main(void)
{
    check_fine((struct box){ 0 }, false);
    check_fine((struct box){ 300, 300, 100, 90 }, true);
    check_fine((struct box){ 0, 0, 1000, 700 }, true);
    check_small();
    check_words();
    check_early();
    return check_done();
}
