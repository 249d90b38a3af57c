/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Pictures that pause and go on, with a random model: the same bytes as without
 * a pause, for every sampler, with a mask, with another number of threads; what
 * does not belong together is refused.
 */
#include "../check.h"

#include <ebru/ebru.h>
#include <string.h>
#include <unistd.h>

static ebru_request request(const ebru_model *m, const char *sampler)
{
    ebru_request req;

    ebru_request_init(&req, m);
    req.prompt = "a fox";
    req.width = req.height = 64;
    req.count = 2;
    req.steps = 6;
    req.seed = 7;
    req.sampler = sampler;
    return req;
}

static bool same(const ebru_image *a, const ebru_image *b)
{
    return a->width == b->width && a->height == b->height &&
           !memcmp(a->data, b->data, (size_t)a->width * a->height * 3 * sizeof(float));
}

/* `drafts`: by one model, gone on with by another. */
static void check_pause(const ebru_model *first, const ebru_model *second, ebru_request req,
                        double pause)
{
    ebru_result plain, drafts, done;
    ebru_error err = { 0 };

    CHECK(ebru_generate(first, &req, NULL, &plain, &err));
    req.pause = pause;
    CHECK(ebru_generate(first, &req, NULL, &drafts, &err));
    CHECK(drafts.drafts && drafts.count == 2 && drafts.seeds[1] == 8);
    CHECK(drafts.steps_done < req.steps);
    CHECK(drafts.images[1].width >= 8 && drafts.images[1].channels == 3);
    req.pause = 0;
    req.drafts = drafts.drafts;
    CHECK(ebru_generate(second, &req, NULL, &done, &err));
    CHECK(done.count == 2 && !done.drafts && done.seeds[1] == 8);
    if (!same(&plain.images[0], &done.images[0]) || !same(&plain.images[1], &done.images[1])) {
        fprintf(stderr, "%s, paused after %g\n", req.sampler, pause);
        CHECK(!"the same pictures");
    }
    ebru_result_clear(&done);

    req.count = 1; /* the second alone */
    req.drafts = &drafts.drafts[1];
    CHECK(ebru_generate(second, &req, NULL, &done, &err));
    CHECK(done.seeds[0] == 8 && same(&plain.images[1], &done.images[0]));
    ebru_result_clear(&done);
    ebru_result_clear(&drafts);
    ebru_result_clear(&plain);
}

static const ebru_param *find_param(const char *name)
{
    int n;
    const ebru_param *const params = ebru_params(&n);

    for (int i = 0; i < n; i++)
        if (!strcmp(params[i].name, name))
            return &params[i];
    return NULL;
}

static void test_samplers(const ebru_model *m)
{
    const ebru_param *const p = find_param("sampler");
    const char *name, *label;

    for (int i = 0; (name = p->choice(i, &label)); i++)
        check_pause(m, m, request(m, name), 0.4);
    check_pause(m, m, request(m, "dpmpp-2m"), 0.01); /* at least one step */
    check_pause(m, m, request(m, "dpmpp-2m"), 0.8);
}

static void test_mask(const ebru_model *m)
{
    ebru_request req = request(m, "euler-ancestral");
    ebru_image picture, mask;

    CHECK(ebru_image_alloc(&picture, 64, 64, 3, NULL) && ebru_image_alloc(&mask, 64, 64, 1, NULL));
    for (int i = 0; i < 64 * 64; i++)
        mask.data[i] = i % 64 / 63.0f;
    for (int i = 0; i < 3 * 64 * 64; i++)
        picture.data[i] = i % 7 / 6.0f;
    req.image = &picture;
    req.strength = 0.8;
    check_pause(m, m, req, 0.4);
    req.mask = &mask;
    check_pause(m, m, req, 0.4);
    ebru_image_clear(&picture);
    ebru_image_clear(&mask);
}

static void test_threads(const char *path, const ebru_model *m)
{
    const ebru_options o = { .threads = 3 };
    ebru_model *const other = ebru_model_open(path, &o, NULL);

    CHECK(other);
    check_pause(m, other, request(m, "dpmpp-2m"), 0.4);
    ebru_model_close(other);
}

static void test_refusals(const ebru_model *m)
{
    ebru_request req = request(m, "euler");
    ebru_result drafts, r;
    ebru_error err;

    req.pause = 0.5;
    CHECK(ebru_generate(m, &req, NULL, &drafts, NULL));
    req.drafts = drafts.drafts;
    req.width = 128;
    CHECK(!ebru_generate(m, &req, NULL, &r, &err) && err.status == EBRU_BAD_REQUEST);
    req.width = 64;
    req.reuse = 2;
    CHECK(!ebru_generate(m, &req, NULL, &r, &err) && err.status == EBRU_BAD_REQUEST);
    req.reuse = 1;
    req.steps = 1;
    CHECK(!ebru_generate(m, &req, NULL, &r, &err) && err.status == EBRU_BAD_REQUEST);
    ebru_result_clear(&drafts);
}

/* What is left costs less, and no more is done. */
static void test_cost(const ebru_model *m)
{
    ebru_request req = request(m, "euler");
    ebru_cost whole, part;

    CHECK(ebru_estimate(m, &req, &whole, NULL));
    req.pause = 0.4;
    CHECK(ebru_estimate(m, &req, &part, NULL));
    CHECK(part.flops < 0.6 * whole.flops);
}

static ebru_answer finish_in_second(void *user, const ebru_progress *p)
{
    (void)user;
    return p->picture == 1 && p->step == 2 ? EBRU_FINISH : EBRU_GO_ON;
}

/* Pictures that were not begun are left out, the one at work is made as far as it is. */
static void test_finish(const ebru_model *m)
{
    const ebru_watch watch = { finish_in_second, NULL, NULL };
    ebru_request req = request(m, "euler");
    ebru_result r;

    req.count = 4;
    CHECK(ebru_generate(m, &req, &watch, &r, NULL));
    CHECK(r.count == 2 && r.latents.count == 2 && r.steps_done == 3);
    ebru_result_clear(&r);
}

int main(void)
{
    char path[] = "/tmp/ebru-test-XXXXXX";
    char folder[64], command[128];

    CHECK(mkdtemp(path));
    snprintf(folder, sizeof(folder), "%s/model", path);
    CHECK(ebru_make_random(folder, 5, NULL));
    ebru_model *const m = ebru_model_open(folder, NULL, NULL);
    CHECK(m);
    test_samplers(m);
    test_mask(m);
    test_threads(folder, m);
    test_refusals(m);
    test_cost(m);
    test_finish(m);
    ebru_model_close(m);
    snprintf(command, sizeof(command), "rm -r %s", path);
    CHECK(!system(command));
    return check_done();
}
