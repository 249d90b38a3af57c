/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sizes, fillings and colours of random pictures. */
#include "check.h"
#include "mask.h"
#include "pixels.h"

#include <math.h>
#include <string.h>

static unsigned state = 1;

static float draw(void)
{
    state = state * 1664525u + 1013904223u;
    return (float)(state >> 8) / (1 << 24);
}

static size_t size_of(const ebru_image *p)
{
    return (size_t)p->width * p->height * p->channels;
}

static void random_picture(ebru_image *p, int h, int w, int c)
{
    CHECK(ebru_image_alloc(p, h, w, c, NULL));
    for (size_t i = 0; i < size_of(p); i++)
        p->data[i] = draw();
}

/* A disc of ones with a soft rim. */
static void disc(ebru_image *m, int h, int w, float radius)
{
    CHECK(ebru_image_alloc(m, h, w, 1, NULL));
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            m->data[(size_t)y * w + x] =
                fminf(1, fmaxf(0, radius - hypotf((float)(x - w / 2), (float)(y - h / 2))));
}

/* Where the mask is 0 the original stays, bit for bit; where it is 1 nothing of it is left. */
static void check_blend(void)
{
    ebru_image original, result, made, mask;
    int wrong = 0;

    random_picture(&original, 40, 50, 3);
    random_picture(&made, 40, 50, 3);
    disc(&mask, 40, 50, 12);
    CHECK(pixels_resize(&made, 40, 50, &result, NULL));
    pixels_blend(&result, &original, &mask);
    for (size_t i = 0; i < size_of(&original); i++) {
        const float m = mask.data[i / 3];
        if (m == 0)
            wrong += memcmp(&result.data[i], &original.data[i], sizeof(float)) != 0;
        if (m == 1)
            wrong += memcmp(&result.data[i], &made.data[i], sizeof(float)) != 0;
    }
    CHECK(wrong == 0);
    ebru_image_clear(&original);
    ebru_image_clear(&result);
    ebru_image_clear(&made);
    ebru_image_clear(&mask);
}

/* A smooth picture survives twice the size and back; an even one any size; no size is a copy. */
static void check_resize(void)
{
    ebru_image smooth, large, back;
    double worst = 0;

    CHECK(ebru_image_alloc(&smooth, 48, 64, 3, NULL));
    for (size_t i = 0; i < size_of(&smooth); i++)
        smooth.data[i] = 0.5f + 0.4f * sinf((float)(i / 3 % 64) / 8) * cosf((float)(i / 192) / 6);
    CHECK(pixels_resize(&smooth, 96, 128, &large, NULL));
    CHECK(pixels_resize(&large, 48, 64, &back, NULL));
    for (size_t i = 0; i < size_of(&smooth); i++)
        worst = fmax(worst, fabs((double)back.data[i] - smooth.data[i]));
    CHECK(worst < 0.02);
    ebru_image_clear(&large);
    ebru_image_clear(&back);
    for (size_t i = 0; i < size_of(&smooth); i++)
        smooth.data[i] = 0.25f;
    CHECK(pixels_resize(&smooth, 7, 201, &large, NULL));
    worst = 0;
    for (size_t i = 0; i < size_of(&large); i++)
        worst = fmax(worst, fabs(large.data[i] - 0.25));
    CHECK(worst < 1e-6);
    CHECK(pixels_resize(&smooth, 48, 64, &back, NULL));
    CHECK(!memcmp(back.data, smooth.data, size_of(&smooth) * sizeof(float)));
    ebru_image_clear(&smooth);
    ebru_image_clear(&large);
    ebru_image_clear(&back);
}

/* A red thing on a grey ground: no filling leaves any red, none touches what is outside. */
static void check_prefill(enum prefill how)
{
    ebru_image picture, before, mask;
    int wrong = 0;

    disc(&mask, 60, 61, 15);
    CHECK(ebru_image_alloc(&picture, 60, 61, 3, NULL));
    for (size_t i = 0; i < size_of(&picture); i++)
        picture.data[i] = mask.data[i / 3] > 0 ? (i % 3 == 0) : 0.4f;
    CHECK(pixels_resize(&picture, 60, 61, &before, NULL));
    CHECK(pixels_prefill(&picture, &mask, how, NULL));
    for (size_t i = 0; i < size_of(&picture); i++) {
        if (mask.data[i / 3] == 0)
            wrong += picture.data[i] != before.data[i];
        else if (mask.data[i / 3] == 1)
            wrong += fabsf(picture.data[i] - (how == PREFILL_NEUTRAL ? 0.5f : 0.4f)) > 1e-4f;
    }
    CHECK(wrong == 0);
    ebru_image_clear(&picture);
    ebru_image_clear(&before);
    ebru_image_clear(&mask);
}

/* Where there is nothing around, nothing can be taken from there. */
static void check_prefill_of_all(enum prefill how)
{
    ebru_image picture, before, mask;

    random_picture(&picture, 20, 30, 3);
    CHECK(ebru_image_alloc(&mask, 20, 30, 1, NULL));
    for (size_t i = 0; i < size_of(&mask); i++)
        mask.data[i] = 0.3f;
    CHECK(pixels_resize(&picture, 20, 30, &before, NULL));
    CHECK(pixels_prefill(&picture, &mask, how, NULL));
    for (size_t i = 0; i < size_of(&picture); i++) /* a blend of the same with the same */
        CHECK(fabsf(picture.data[i] - before.data[i]) <= 1e-6f);
    ebru_image_clear(&picture);
    ebru_image_clear(&before);
    ebru_image_clear(&mask);
}

/* A result that is only brighter than the original becomes the original. */
static void check_match(void)
{
    ebru_image original, result, mask;
    double worst = 0;

    random_picture(&original, 64, 64, 3);
    disc(&mask, 64, 64, 10);
    CHECK(pixels_resize(&original, 64, 64, &result, NULL));
    for (size_t i = 0; i < size_of(&result); i++)
        result.data[i] = 0.1f + 0.9f * result.data[i];
    CHECK(pixels_match(&result, &original, &mask, 16, NULL));
    for (size_t i = 0; i < size_of(&result); i++)
        worst = fmax(worst, fabs((double)result.data[i] - original.data[i]));
    CHECK(worst < 1e-5);
    for (size_t i = 0; i < size_of(&mask); i++)
        mask.data[i] = 1; /* no ring: nothing to go by */
    result.data[0] = 0.75f;
    CHECK(pixels_match(&result, &original, &mask, 16, NULL));
    CHECK(result.data[0] == 0.75f);
    ebru_image_clear(&original);
    ebru_image_clear(&result);
    ebru_image_clear(&mask);
}

int main(void)
{
    check_blend();
    check_resize();
    check_prefill(PREFILL_NEUTRAL);
    check_prefill(PREFILL_BLUR);
    check_prefill(PREFILL_BORDER);
    check_prefill_of_all(PREFILL_BLUR);
    check_prefill_of_all(PREFILL_BORDER);
    check_match();
    return check_done();
}
