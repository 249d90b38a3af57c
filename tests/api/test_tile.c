/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Seamless pictures: where the sides fit together, no side is special. So start
 * noise that is moved along gives the same picture, moved along as far; without
 * that it does not.
 */
#include "../check.h"

#include <ebru/ebru.h>
#include <string.h>
#include <unistd.h>

enum { W = 24, H = 16, C = 4, SCALE = 8, SHIFT = 8 }; /* of latents; the levels halve them thrice */

/* Sums of attention change their order when pixels do: errors of float32, through some steps. */
static const double ROUNDING = 2e-4;

static float noise_at(int c, int y, int x)
{
    const unsigned h = (unsigned)((c * H + y) * W + x) * 2654435761u;

    return (float)((h >> 8) % 20001) / 5000 - 2;
}

/* The noise with (x, y) in the place of (0, 0). */
static void fill(float *data, int x0, int y0)
{
    for (int c = 0; c < C; c++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                data[(c * H + y) * W + x] = noise_at(c, (y + y0) % H, (x + x0) % W);
}

static ebru_result paint(const ebru_model *m, const char *tile, int x0, int y0)
{
    static float data[C * H * W];
    const ebru_latents noise = { 1, C, H, W, data };
    ebru_request req;
    ebru_result r;
    ebru_error err = { 0 };

    fill(data, x0, y0);
    ebru_request_init(&req, m);
    req.prompt = "stones";
    req.width = W * SCALE;
    req.height = H * SCALE;
    req.steps = 2;
    req.sampler = "euler";
    req.noise = &noise;
    req.tile = tile;
    CHECK(ebru_generate(m, &req, NULL, &r, &err));
    if (err.status)
        printf("%s\n", err.message);
    return r;
}

/* The largest difference of b and a, which is moved by that many latents. */
static double difference(const ebru_image *a, const ebru_image *b, int x0, int y0)
{
    double most = 0;

    for (int y = 0; y < a->height; y++)
        for (int x = 0; x < a->width; x++)
            for (int c = 0; c < 3; c++) {
                const int ya = (y + y0 * SCALE) % a->height, xa = (x + x0 * SCALE) % a->width;
                const double d = fabs((double)a->data[(ya * a->width + xa) * 3 + c] -
                                      (double)b->data[(y * a->width + x) * 3 + c]);
                most = d > most ? d : most;
            }
    return most;
}

static double moved(const ebru_model *m, const char *tile, int x0, int y0)
{
    ebru_result a = paint(m, tile, 0, 0), b = paint(m, tile, x0, y0);
    const double d = a.count && b.count ? difference(&a.images[0], &b.images[0], x0, y0) : INFINITY;

    ebru_result_clear(&a);
    ebru_result_clear(&b);
    return d;
}

static void test_moved(const ebru_model *m)
{
    static const struct {
        const char *tile;
        int x, y;
        bool fits;
    } cases[] = {
        { "x", SHIFT, 0, true },      { "x", 2 * SHIFT, 0, true }, { "y", 0, SHIFT, true },
        { "xy", SHIFT, SHIFT, true }, { "x", 0, SHIFT, false },    { "y", SHIFT, 0, false },
        { "none", SHIFT, 0, false },  { "none", 0, SHIFT, false },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const double d = moved(m, cases[i].tile, cases[i].x, cases[i].y);
        printf("%s moved by %d, %d: %.2g\n", cases[i].tile, cases[i].x, cases[i].y, d);
        CHECK(cases[i].fits ? d < ROUNDING : d > 20 * ROUNDING);
    }
}

/* Nothing is computed twice for it. */
static void test_cost(const ebru_model *m)
{
    ebru_request req;
    ebru_cost seamless, plain;

    ebru_request_init(&req, m);
    CHECK(ebru_estimate(m, &req, &plain, NULL));
    req.tile = "xy";
    CHECK(ebru_estimate(m, &req, &seamless, NULL));
    CHECK(seamless.bytes == plain.bytes && seamless.flops == plain.flops);
}

int main(void)
{
    char folder[] = "/tmp/ebru-test-XXXXXX", path[64], command[96];
    ebru_error err;
    ebru_request req;

    CHECK(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/model", folder);
    CHECK(ebru_make_random(path, 3, &err));
    const ebru_options options = { .precision = "f32" };
    ebru_model *const m = ebru_model_open(path, &options, &err);
    CHECK(m);
    if (m) {
        test_moved(m);
        test_cost(m);
    }
    ebru_request_init(&req, NULL);
    CHECK(!strcmp(req.tile, "none"));
    CHECK(ebru_request_set(&req, "tile", "xy", &err) && !strcmp(req.tile, "xy"));
    CHECK(!ebru_request_set(&req, "tile", "z", &err) && err.status == EBRU_BAD_REQUEST);
    ebru_model_close(m);
    snprintf(command, sizeof(command), "rm -rf %s", folder);
    CHECK(system(command) == 0);
    return check_done();
}
