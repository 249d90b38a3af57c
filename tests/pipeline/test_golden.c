/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Whole runs against diffusers: text to image with every sampler, image to
 * image, inpainting; from the folder and from the single file of the same
 * weights. Start noise and later draws are given. Tolerances are those the
 * goldens' README derives from a perturbation of the noise by 1e-6.
 */
#include "../check.h"
#include "base/file.h"
#include "families/config.h"
#include "load/checkpoint.h"
#include "load/json.h"
#include "pipeline/pipeline.h"

#include <string.h>

struct golden {
    const char *name;
    struct json *json;
    struct checkpoint *tensors;
    double max_abs;
    struct tensor_data {
        float *at;
        size_t n;
        int64_t shape[CHECKPOINT_MAX_RANK];
    } steps, latents, image_u8;
};

/* Largest difference over the tolerance: of the case at hand, of all. */
static double worst, worst_of_all;
static char worst_case[256];

static bool read_tensor(const struct checkpoint *c, const char *name, struct tensor_data *d)
{
    const struct checkpoint_tensor *const t = checkpoint_find(c, name);

    *d = (struct tensor_data){ 0 };
    if (!t)
        return false;
    d->n = (size_t)checkpoint_elements(t);
    d->at = malloc(d->n * sizeof(float) + 1);
    memcpy(d->shape, t->shape, (size_t)t->rank * sizeof(*t->shape));
    return checkpoint_read_floats(c, t, d->at, NULL);
}

/* --- what is fed -------------------------------------------------------- */

/* in.latents, then in.noise.00, .01, ...: picture `row` of each. */
struct feed {
    const struct golden *g;
    int row, next;
    bool latents_done;
};

static void draw(void *self, float *noise, size_t n)
{
    struct feed *const f = self;
    struct tensor_data d = { 0 };
    char name[32] = "in.latents";

    if (f->latents_done || !read_tensor(f->g->tensors, name, &d)) {
        snprintf(name, sizeof(name), "in.noise.%02d", f->next++);
        read_tensor(f->g->tensors, name, &d);
    }
    f->latents_done = true;
    CHECK(d.n >= n * (size_t)(f->row + 1));
    if (d.n >= n * (size_t)(f->row + 1))
        memcpy(noise, d.at + n * (size_t)f->row, n * sizeof(float));
    free(d.at);
}

static bool read_picture(const struct golden *g, const char *name, int channels, ebru_image *image)
{
    struct tensor_data d;

    if (!read_tensor(g->tensors, name, &d))
        return false;
    CHECK(ebru_image_alloc(image, (int)d.shape[0], (int)d.shape[1], channels, NULL));
    for (size_t i = 0; i < d.n; i++)
        image->data[i] = channels == 1 ? d.at[i] >= 127.5f : d.at[i] / 255;
    free(d.at);
    return true;
}

/* A string, or row `row` of a list of them. */
static const char *text_at(struct json_node root, const char *key, int row)
{
    struct json_node n = json_get(root, key);
    const char *text = "";

    if (json_kind(n) == JSON_ARRAY) {
        struct json_iter it = json_iterate(n);
        for (int i = 0; i <= row && json_next(&it); i++)
            n = it.value;
    }
    json_string(n, &text, NULL);
    return text;
}

static void fill_request(const struct golden *g, int row, ebru_request *req)
{
    const struct json_node root = json_root(g->json);
    int skip = 0;

    ebru_request_init(req, NULL);
    req->prompt = text_at(root, "prompt", row);
    req->negative = text_at(root, "negative_prompt", row);
    req->seed = 0;
    json_get_int(root, "steps", 1, 100, &req->steps, NULL);
    json_get_int(root, "width", 8, 8192, &req->width, NULL);
    json_get_int(root, "height", 8, 8192, &req->height, NULL);
    json_get_int(root, "clip_skip", 0, 8, &skip, NULL);
    json_get_real(root, "guidance_scale", 0, 100, &req->guidance, NULL);
    json_get_real(root, "guidance_rescale", 0, 1, &req->guidance_rescale, NULL);
    json_get_real(root, "strength", 0, 1, &req->strength, NULL);
    req->clip_skip = skip + 1;
}

/* --- what comes out ----------------------------------------------------- */

struct watch {
    const struct golden *g;
    int row, channels, first;
    bool reported;
};

/* Largest difference between latents [h][w][c] and row `row` of [count][c][h][w]. */
static double difference(const float *x, const float *want, size_t n, int c)
{
    const size_t pixels = n / (size_t)c;
    double max = 0;

    for (size_t p = 0; p < pixels; p++)
        for (int k = 0; k < c; k++) {
            const double d =
                fabs((double)x[p * (size_t)c + (size_t)k] - want[(size_t)k * pixels + p]);
            if (!(d <= max))
                max = d;
        }
    return max;
}

static void after(void *self, int call, const float *x, size_t n)
{
    struct watch *const w = self;
    const struct tensor_data *const s = &w->g->steps;
    const size_t step = (size_t)(call - w->first),
                 at = (step * (size_t)s->shape[1] + (size_t)w->row) * n;

    if (!s->at || at + n > s->n || w->reported)
        return;
    double size = 1;
    for (size_t i = 0; i < n; i++)
        size = fmax(size, fabs((double)s->at[at + i]));
    const double d = difference(x, s->at + at, n, w->channels);
    CHECK_NEAR(d, 0, w->g->max_abs * fmax(1, size / 4));
    if (!(d <= w->g->max_abs * fmax(1, size / 4))) {
        printf("  %s: call %d is the first that leaves the bound\n", w->g->name, call);
        w->reported = true;
    }
}

static void compare(const struct golden *g, int row, const ebru_result *r)
{
    const struct tensor_data *const want = &g->image_u8;
    const size_t n = (size_t)r->latents.channels * r->latents.height * r->latents.width;
    const size_t pixels = (size_t)r->images[0].width * r->images[0].height * 3;
    double max = 0;
    size_t off = 0, far = 0;

    for (size_t i = 0; i < n; i++)
        max = fmax(max, fabs((double)r->latents.data[i] - g->latents.at[(size_t)row * n + i]));
    CHECK_NEAR(max, 0, g->max_abs);
    worst = fmax(worst, max / g->max_abs);
    CHECK(want->n >= pixels * (size_t)(row + 1));
    for (size_t i = 0; i < pixels; i++) {
        const double d =
            fabs(rint((double)r->images[0].data[i] * 255) - want->at[(size_t)row * pixels + i]);
        off += d > 0;
        far += d > 1;
    }
    CHECK(far == 0);
    CHECK((double)off <= 0.02 * (double)pixels);
}

/* --- one case ----------------------------------------------------------- */

static void run_row(const struct golden *g, struct model *m, int row)
{
    ebru_request req;
    ebru_image image = { 0 }, mask = { 0 };
    ebru_result result = { 0 };
    ebru_error err = { 0 };
    struct task t;
    struct feed feed = { g, row, 0, false };
    const struct noise_source source = { draw, &feed };

    fill_request(g, row, &req);
    if (read_picture(g, "in.image_u8", 3, &image))
        req.image = &image;
    if (read_picture(g, "in.mask_u8", 1, &mask))
        req.mask = &mask;
    req.decoded = true; /* diffusers does not put the picture back around the mask */
    bool ok = task_plan(&t, m, &req, false, &err);
    if (ok) {
        struct watch watch = { g, row, t.c, t.sampling.first, false };
        t.given = &source;
        t.after = after;
        t.after_self = &watch;
        ok = task_run(&t, NULL, &result, &err);
        task_clear(&t);
    }
    if (!ok)
        printf("%s: %s\n", g->name, err.message);
    CHECK(ok);
    if (ok)
        compare(g, row, &result);
    ebru_result_clear(&result);
    ebru_image_clear(&image);
    ebru_image_clear(&mask);
}

static void run_model(struct golden *g, const char *root, const char *model, const char *vocabulary)
{
    const struct json_node top = json_root(g->json), scheduler = json_get(top, "scheduler");
    const char *vae = NULL, *class_name = "";
    char path[1024], vae_path[1024], vocabulary_path[1024];
    ebru_options o = { .threads = 2, .precision = "f32" };
    ebru_error err = { 0 };
    struct model m;

    snprintf(path, sizeof(path), "%s/%s", root, model);
    snprintf(vocabulary_path, sizeof(vocabulary_path), "%s/%s", root, vocabulary);
    json_get_string(top, "vae", &vae, NULL);
    if (vae) {
        snprintf(vae_path, sizeof(vae_path), "%s/%s", root, vae);
        o.vae = vae_path;
    }
    o.vocabulary = vocabulary[0] ? vocabulary_path : NULL;
    const bool ok = model_open(&m, path, &o, &err);
    if (!ok)
        printf("%s: %s\n", g->name, err.message);
    CHECK(ok);
    if (!ok)
        return;
    CHECK(schedule_config_read(&m.schedule, scheduler, &err));
    json_get_string(scheduler, "class", &class_name, NULL);
    snprintf(m.schedule.class_name, sizeof(m.schedule.class_name), "%s", class_name);
    for (int row = 0; row < (g->latents.shape[0] > 0 ? (int)g->latents.shape[0] : 1); row++)
        run_row(g, &m, row);
    model_close(&m);
}

static void run_case(const char *root, const char *name)
{
    char path[1024];
    struct golden g = { .name = name };
    const char *model = "", *single = NULL, *tokenizer = "";

    snprintf(path, sizeof(path), "%s/cases/%s.json", root, name);
    g.json = json_open_python(path, 1 << 24, NULL);
    snprintf(path, sizeof(path), "%s/cases/%s.safetensors", root, name);
    g.tensors = checkpoint_open(path, NULL);
    CHECK(g.json && g.tensors);
    if (!g.json || !g.tensors)
        return;
    const struct json_node top = json_root(g.json);
    CHECK(json_real(json_get(json_get(json_get(top, "tolerance"), "out.latents"), "max_abs"), 0, 1,
                    &g.max_abs, NULL));
    CHECK(read_tensor(g.tensors, "out.latents", &g.latents));
    CHECK(read_tensor(g.tensors, "out.image_u8", &g.image_u8));
    read_tensor(g.tensors, "out.latents_steps", &g.steps);
    json_get_string(top, "model", &model, NULL);
    json_get_string(top, "single_file", &single, NULL);
    json_get_string(top, "tokenizer", &tokenizer, NULL);
    worst = 0;
    run_model(&g, root, model, tokenizer);
    if (single)
        run_model(&g, root, single, "models/sd1/tokenizer");
    printf("%-45s %.4f of the tolerance\n", name, worst);
    if (worst > worst_of_all) {
        worst_of_all = worst;
        snprintf(worst_case, sizeof(worst_case), "%s", name);
    }
    free(g.steps.at);
    free(g.latents.at);
    free(g.image_u8.at);
    json_close(g.json);
    checkpoint_close(g.tensors);
}

/* Not ours yet. */
static bool excluded(const char *name)
{
    static const char *const parts[] = { "sdxl", "inpaint9", "controlnet", "lora", "tcd", "t2v" };

    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
        if (strstr(name, parts[i]))
            return true;
    return strncmp(name, "pipe_", 5) != 0;
}

static int run_folder(const char *root)
{
    char cases[1024];
    struct file_list list;
    int n = 0;

    snprintf(cases, sizeof(cases), "%s/cases", root);
    if (!file_list_open(&list, cases, ".json", NULL))
        return 0;
    for (int i = 0; i < list.count; i++) {
        char name[256];
        snprintf(name, sizeof(name), "%.*s", (int)strlen(list.names[i]) - 5, list.names[i]);
        if (excluded(name))
            continue;
        run_case(root, name);
        n++;
    }
    file_list_close(&list);
    return n;
}

int main(void)
{
    const char *const shared = check_shared();
    char root[512]; /* with room for the rest of a path in what is made of it */
    int n;

    if (!shared) {
        SKIP("no ../shared: whole jobs were not compared with diffusers");
        return check_done();
    }
    snprintf(root, sizeof(root), "%s/goldens/a", shared);
    n = run_folder(root);
    CHECK(n == 47);
    printf("%d cases, the worst %.4f of its tolerance: %s\n", n, worst_of_all, worst_case);
    return check_done();
}
