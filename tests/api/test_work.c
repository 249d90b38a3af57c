/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Whole requests through the public API, with a random model: estimates,
 * memory limits, cancelling at any moment, finishing early, what is refused.
 */
#include "../check.h"

#include <ebru/ebru.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

struct watch {
    int ticks, previews, stop_at, finish_at;
    double last;
    bool fell;
};

static ebru_answer on_progress(void *user, const ebru_progress *p)
{
    struct watch *const w = user;

    w->ticks++;
    w->fell |= p->fraction < w->last - 1e-9;
    w->last = p->fraction;
    if (w->stop_at && w->ticks >= w->stop_at)
        return EBRU_STOP;
    return w->finish_at && !strcmp(p->phase, "denoise") && p->step >= w->finish_at ? EBRU_FINISH
                                                                                   : EBRU_GO_ON;
}

static void on_preview(void *user, const ebru_progress *p, const ebru_image *rough)
{
    struct watch *const w = user;

    (void)p;
    w->previews++;
    CHECK(rough->channels == 3 && rough->width >= 8 && rough->data[0] >= 0 && rough->data[0] <= 1);
}

static ebru_request request(const ebru_model *m)
{
    ebru_request req;

    ebru_request_init(&req, m);
    req.prompt = "a fox";
    req.width = 64;
    req.height = 96;
    req.steps = 4;
    req.seed = 7;
    req.sampler = "euler-ancestral";
    return req;
}

static bool same(const ebru_result *a, const ebru_result *b)
{
    const size_t n = (size_t)a->images[0].width * a->images[0].height * 3 * sizeof(float);

    return a->count == b->count && !memcmp(a->images[0].data, b->images[0].data, n);
}

static void test_progress(const ebru_model *m, ebru_result *plain)
{
    const ebru_request req = request(m);
    struct watch w = { 0 };
    const ebru_watch watch = { on_progress, on_preview, &w };
    ebru_result r;

    CHECK(ebru_generate(m, &req, NULL, plain, NULL));
    CHECK(ebru_generate(m, &req, &watch, &r, NULL));
    CHECK(same(plain, &r));
    CHECK(w.previews == 4 && w.ticks > 100 && !w.fell);
    CHECK_NEAR(w.last, 1, 0.05);
    CHECK(r.steps_done == 4 && r.seeds[0] == 7);
    CHECK(r.latents.channels == 4 && r.latents.height == 12 && r.latents.width == 8);
    ebru_result_clear(&r);
}

static void test_cancel(const ebru_model *m, int ticks)
{
    const ebru_request req = request(m);
    ebru_error err;
    ebru_result r;

    for (int at = 1; at < ticks; at += ticks / 40 + 1) {
        struct watch w = { .stop_at = at };
        const ebru_watch watch = { on_progress, on_preview, &w };
        CHECK(!ebru_generate(m, &req, &watch, &r, &err));
        CHECK(err.status == EBRU_CANCELLED && !r.images && !r.count);
        CHECK(w.ticks == at); /* nobody is asked again after a stop */
    }
}

static void test_finish(const ebru_model *m, const ebru_result *plain)
{
    const ebru_request req = request(m);
    struct watch w = { .finish_at = 1 };
    const ebru_watch watch = { on_progress, NULL, &w };
    ebru_result r;

    CHECK(ebru_generate(m, &req, &watch, &r, NULL));
    CHECK(r.steps_done == 2 && !same(&r, plain));
    ebru_result_clear(&r);
}

/* Less memory, the same bytes; too little is refused with the number. */
static void test_memory(const char *path)
{
    ebru_options o = { 0 };
    ebru_model *m = ebru_model_open(path, &o, NULL);
    ebru_request req = request(m);
    ebru_cost full, banded;
    ebru_error err;
    ebru_result plain, r;

    req.width = 128;
    req.height = 1024; /* many bands: a few hold much that is there twice */
    req.steps = 1;
    CHECK(ebru_estimate(m, &req, &full, NULL));
    CHECK(ebru_generate(m, &req, NULL, &plain, NULL));
    ebru_model_close(m);
    o.memory = full.bytes - 1;
    m = ebru_model_open(path, &o, NULL);
    CHECK(m && ebru_estimate(m, &req, &banded, NULL));
    CHECK(banded.bytes < full.bytes && banded.flops > full.flops);
    CHECK(ebru_generate(m, &req, NULL, &r, NULL));
    CHECK(same(&r, &plain));
    ebru_result_clear(&r);
    ebru_result_clear(&plain);
    req.width = req.height = 2048;
    CHECK(!ebru_generate(m, &req, NULL, &r, &err));
    CHECK(err.status == EBRU_NO_MEMORY && strstr(err.message, "1536x1536 would need"));
    ebru_model_close(m);
    o.memory = 1 << 20;
    CHECK(!ebru_model_open(path, &o, &err));
    CHECK(err.status == EBRU_NO_MEMORY && strstr(err.message, "weights"));
}

/* Gives up when it was asked so many times. */
static bool count_down(void *left)
{
    return atomic_fetch_sub((atomic_int *)left, 1) <= 1;
}

/* Who no longer wants a model need not wait until all of it is read. */
static void test_stopped_load(const char *path)
{
    static const int times[] = { 1, 40, 1 << 30 };
    ebru_error err;

    for (int i = 0; i < 3; i++) {
        atomic_int left = times[i];
        const ebru_options o = { .threads = 2, .stopped = count_down, .user = &left };
        ebru_model *const m = ebru_model_open(path, &o, &err);
        CHECK((m != NULL) == (times[i] == 1 << 30));
        CHECK(m || err.status == EBRU_CANCELLED);
        CHECK(m || atomic_load(&left) > -2 - 40); /* not asked to the end */
        CHECK(atomic_load(&left) < times[i]);
        ebru_model_close(m);
    }
}

static void test_threads(const char *path, const ebru_result *plain)
{
    for (int threads = 1; threads <= 7; threads += threads + 1) {
        const ebru_options o = { .threads = threads };
        ebru_model *const m = ebru_model_open(path, &o, NULL);
        const ebru_request req = request(m);
        ebru_result r;
        CHECK(m && ebru_generate(m, &req, NULL, &r, NULL));
        CHECK(same(&r, plain));
        ebru_result_clear(&r);
        ebru_model_close(m);
    }
}

/* The result of `req` is that of `other`, at `work` times its cost; or is not. */
static ebru_result compare(const ebru_model *m, const ebru_request *req, const ebru_request *other,
                           bool equal, double least, double most)
{
    ebru_result a, b;
    ebru_cost x, y;

    CHECK(ebru_estimate(m, req, &x, NULL) && ebru_estimate(m, other, &y, NULL));
    CHECK(x.flops >= least * y.flops && x.flops <= most * y.flops);
    CHECK(ebru_generate(m, req, NULL, &a, NULL) && ebru_generate(m, other, NULL, &b, NULL));
    CHECK(same(&a, &b) == equal);
    ebru_result_clear(&b);
    return a;
}

/* Guidance outside its interval costs nothing and changes nothing. */
static void test_interval(const ebru_model *m)
{
    ebru_request part = request(m), other = request(m);
    ebru_result r;

    part.guidance_stop = 0;
    other.guidance = 1;
    r = compare(m, &part, &other, true, 0.95, 1.3);
    ebru_result_clear(&r);
    part = other = request(m);
    part.guidance_start = 0.1; /* of four steps, the middles lie at 1/8, 3/8, 5/8 and 7/8 */
    part.guidance_stop = 0.9;
    r = compare(m, &part, &other, true, 1, 1);
    ebru_result_clear(&r);
    part.guidance_start = 0.5;
    r = compare(m, &part, &other, false, 0.6, 0.9);
    ebru_result_clear(&r);
}

/* Prompts that were encoded before give the bytes of those that were not, at less work. */
static void test_known_prompts(const char *path)
{
    static const char *const words[] = { "a fox", "a (fox:1.3)", "a hare", "" };
    ebru_model *const m = ebru_model_open(path, NULL, NULL);

    for (int i = 0; i < 16; i++) {
        ebru_model *const fresh = ebru_model_open(path, NULL, NULL);
        ebru_request req = request(m);
        ebru_cost a, b;
        ebru_result x, y;
        req.prompt = words[i % 4];
        req.negative = words[i / 4];
        req.clip_skip = 1 + i % 3 / 2;
        req.steps = 1;
        CHECK(ebru_generate(m, &req, NULL, &x, NULL) && ebru_generate(fresh, &req, NULL, &y, NULL));
        CHECK(same(&x, &y));
        ebru_result_clear(&y);
        CHECK(ebru_generate(m, &req, NULL, &y, NULL));
        CHECK(same(&x, &y));
        ebru_result_clear(&x);
        ebru_result_clear(&y);
        ebru_model_close(fresh);
        CHECK(ebru_estimate(m, &req, &a, NULL));
        req.prompt = "words not said before";
        CHECK(ebru_estimate(m, &req, &b, NULL) && a.flops < b.flops);
    }
    ebru_model_close(m);
}

static double distance(const ebru_result *a, const ebru_result *b)
{
    const ebru_image *const x = a->images, *const y = b->images;
    double sum = 0;

    for (int i = 0; i < x->width * x->height * 3; i++)
        sum += ((double)x->data[i] - y->data[i]) * ((double)x->data[i] - y->data[i]);
    return sqrt(sum);
}

/* Steps that share the inner layers cost less and change the picture, less than another
 * seed does. */
static void test_reuse(const ebru_model *m)
{
    ebru_request shared = request(m), plain = request(m);
    ebru_result a, b, c;

    shared.steps = plain.steps = 1;
    shared.reuse = 3;
    a = compare(m, &shared, &plain, true, 1, 1); /* there is nothing to use again */
    ebru_result_clear(&a);
    shared.steps = plain.steps = 12;
    shared.sampler = plain.sampler = "euler";
    a = compare(m, &shared, &plain, false, 0.2, 0.95);
    CHECK(ebru_generate(m, &plain, NULL, &b, NULL));
    plain.seed++;
    CHECK(ebru_generate(m, &plain, NULL, &c, NULL));
    CHECK(distance(&a, &b) < 0.5 * distance(&b, &c));
    ebru_result_clear(&b);
    CHECK(ebru_generate(m, &shared, NULL, &b, NULL));
    CHECK(same(&a, &b));
    ebru_result_clear(&a);
    ebru_result_clear(&b);
    ebru_result_clear(&c);
    shared.guidance_start = 0.3; /* pictures join and leave on the way */
    shared.guidance_stop = 0.7;
    CHECK(ebru_generate(m, &shared, NULL, &a, NULL));
    ebru_result_clear(&a);
}

/* The tiny autoencoder in the model's folder gives what it gives in place of the model's own. */
static void test_decoder(const char *path)
{
    char taesd[512], link[128];
    ebru_options o = { .vae = taesd };

    snprintf(taesd, sizeof(taesd), "%s/goldens/a/models/taesd", getenv("EBRU_TESTS"));
    snprintf(link, sizeof(link), "%s/taesd", path);
    CHECK(!symlink(taesd, link));
    ebru_model *const both = ebru_model_open(path, NULL, NULL);
    ebru_model *const tiny = ebru_model_open(path, &o, NULL);
    CHECK(both && tiny);
    ebru_request req = request(both);
    ebru_cost full, quick;
    ebru_result a, b;
    CHECK(ebru_estimate(both, &req, &full, NULL));
    CHECK(ebru_generate(tiny, &req, NULL, &a, NULL));
    CHECK(ebru_request_set(&req, "decoder", "taesd", NULL));
    CHECK(ebru_estimate(both, &req, &quick, NULL) && quick.flops < 0.9 * full.flops);
    CHECK(ebru_generate(both, &req, NULL, &b, NULL));
    CHECK(same(&a, &b));
    ebru_result_clear(&a);
    ebru_result_clear(&b);
    ebru_model_close(tiny);
    ebru_model_close(both);
}

static void refused(const ebru_model *m, const ebru_request *req, ebru_status status,
                    const char *words)
{
    ebru_error err = { 0 };
    ebru_result r;

    CHECK(!ebru_generate(m, req, NULL, &r, &err));
    CHECK(err.status == status);
    CHECK(strstr(err.message, words));
    if (!strstr(err.message, words))
        printf("  said: %s\n", err.message);
}

static void test_refused(const ebru_model *m)
{
    float values[4 * 12 * 8] = { NAN };
    ebru_latents noise = { 1, 4, 12, 8, values };
    ebru_image picture = { 0 }, mask = { 0 };
    ebru_request req = request(m);

    req.noise = &noise;
    refused(m, &req, EBRU_NOT_FINITE, "the latents");
    noise.width = 9;
    refused(m, &req, EBRU_BAD_REQUEST, "1 x 4 x 12 x 9, expected 1 x 4 x 12 x 8");
    req = request(m);
    req.width = 100;
    refused(m, &req, EBRU_BAD_REQUEST, "128x96 would do");
    req = request(m);
    req.steps = 151;
    refused(m, &req, EBRU_BAD_REQUEST, "steps is 151");
    req = request(m);
    req.reuse = 0;
    refused(m, &req, EBRU_BAD_REQUEST, "reuse is 0");
    req = request(m);
    req.decoder = "taesd";
    refused(m, &req, EBRU_BAD_REQUEST, "no tiny autoencoder");
    req = request(m);
    req.sampler = "fast";
    refused(m, &req, EBRU_BAD_REQUEST, "no sampler \"fast\"");
    CHECK(ebru_image_alloc(&picture, 96, 64, 3, NULL) && ebru_image_alloc(&mask, 64, 64, 1, NULL));
    req = request(m);
    req.mask = &mask;
    refused(m, &req, EBRU_BAD_REQUEST, "no picture");
    req.image = &picture;
    refused(m, &req, EBRU_BAD_REQUEST, "the mask is 64x64, the picture 64x96");
    ebru_image_clear(&picture);
    ebru_image_clear(&mask);
    CHECK(!ebru_image_alloc(&picture, 0, 5, 3, NULL));
    CHECK(!ebru_image_alloc(&picture, 70000, 5, 3, NULL));
}

int main(void)
{
    char folder[] = "/tmp/ebru-test-XXXXXX", path[64], command[96];
    ebru_result plain = { 0 };
    struct watch count = { 0 };
    const ebru_watch watch = { on_progress, NULL, &count };
    ebru_error err;

    CHECK(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/model", folder);
    CHECK(ebru_make_random(path, 3, &err));
    ebru_model *const m = ebru_model_open(path, NULL, &err);
    CHECK(m);
    if (m) {
        const ebru_request req = request(m);
        ebru_result r;
        test_progress(m, &plain);
        CHECK(ebru_generate(m, &req, &watch, &r, NULL)); /* the prompts are known now */
        ebru_result_clear(&r);
        test_cancel(m, count.ticks);
        test_finish(m, &plain);
        test_refused(m);
        CHECK(ebru_model_count_tokens(m, "a fox", NULL) == 4);
        test_interval(m);
        test_reuse(m);
        test_known_prompts(path);
        test_stopped_load(path);
        test_memory(path);
        test_threads(path, &plain);
        test_decoder(path);
    }
    ebru_result_clear(&plain);
    ebru_model_close(m);
    snprintf(command, sizeof(command), "rm -rf %s", folder);
    CHECK(system(command) == 0);
    return check_done();
}
