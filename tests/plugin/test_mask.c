/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Masks of random selections: what is exact must be exact. */
#include "check.h"
#include "mask.h"

#include <math.h>
#include <string.h>

static unsigned state = 1;

static int draw(int low, int high)
{
    state = state * 1664525u + 1013904223u;
    return low + (int)((state >> 8) % (unsigned)(high - low + 1));
}

static float at(const ebru_image *m, int x, int y)
{
    return m->data[(size_t)y * m->width + x];
}

/* The largest and smallest value in a window, the slow way. */
static float extreme(const ebru_image *m, int x, int y, int radius, bool largest)
{
    float best = at(m, x, y);

    for (int v = y - radius; v <= y + radius; v++)
        for (int u = x - radius; u <= x + radius; u++)
            if (u >= 0 && u < m->width && v >= 0 && v < m->height)
                best = largest ? fmaxf(best, at(m, u, v)) : fminf(best, at(m, u, v));
    return best;
}

static void random_selection(ebru_image *m, bool soft)
{
    const int w = draw(5, 60), h = draw(5, 60);

    CHECK(ebru_image_alloc(m, h, w, 1, NULL));
    for (int blob = draw(1, 3); blob > 0; blob--) {
        const int x0 = draw(0, w - 1), y0 = draw(0, h - 1);
        const int x1 = draw(x0, w - 1), y1 = draw(y0, h - 1);
        const float value = soft ? draw(0, 255) / 255.f : 1;
        for (int y = y0; y <= y1; y++)
            for (int x = x0; x <= x1; x++)
                m->data[(size_t)y * w + x] = value;
    }
}

static void check_filters(bool soft)
{
    ebru_image m, wide, blurred;
    const int radius = draw(0, 9);

    random_selection(&m, soft);
    CHECK(ebru_image_alloc(&wide, m.height, m.width, 1, NULL));
    CHECK(ebru_image_alloc(&blurred, m.height, m.width, 1, NULL));
    memcpy(wide.data, m.data, sizeof(float) * (size_t)m.width * m.height);
    memcpy(blurred.data, m.data, sizeof(float) * (size_t)m.width * m.height);
    CHECK(mask_dilate(&wide, radius, NULL) && mask_blur(&blurred, radius, NULL));
    int wrong = 0;
    for (int y = 0; y < m.height; y++)
        for (int x = 0; x < m.width; x++) {
            const float most = extreme(&m, x, y, radius, true);
            const float least = extreme(&m, x, y, radius, false);
            wrong += at(&wide, x, y) != most;
            wrong += at(&blurred, x, y) > most + 2e-5f || at(&blurred, x, y) < least - 2e-5f;
            wrong += most == 0 && at(&blurred, x, y) != 0; /* exactly, not nearly */
            wrong += least == 1 && at(&blurred, x, y) != 1;
        }
    CHECK(wrong == 0);
    ebru_image_clear(&m);
    ebru_image_clear(&wide);
    ebru_image_clear(&blurred);
}

static void check_selection(bool soft)
{
    const struct border border = { draw(0, 12), draw(0, 6), draw(0, 6) };
    const int reach = 2 * border.blend;
    ebru_image m, change, show;

    random_selection(&m, soft);
    CHECK(mask_of_selection(&m, &border, &change, &show, NULL));
    int wrong = 0;
    for (int y = 0; y < m.height; y++)
        for (int x = 0; x < m.width; x++) {
            const float s = at(&m, x, y);
            if (s == 1 && border.grow >= border.feather)
                wrong += at(&change, x, y) != 1 || at(&show, x, y) != 1;
            if (extreme(&m, x, y, reach, true) == 0)
                wrong += at(&show, x, y) != 0;
            wrong += at(&change, x, y) == 0 && at(&show, x, y) != 0;
            wrong += at(&show, x, y) < 0 || at(&show, x, y) > 1;
        }
    CHECK(wrong == 0);
    const struct box b = mask_bounds(&show), s = mask_bounds(&m);
    CHECK(b.x >= s.x - reach && b.x + b.w <= s.x + s.w + reach);
    ebru_image_clear(&m);
    ebru_image_clear(&change);
    ebru_image_clear(&show);
}

int main(void)
{
    ebru_image empty;

    for (int i = 0; i < 300; i++) {
        check_filters(i % 2);
        check_selection(i % 2);
    }
    CHECK(ebru_image_alloc(&empty, 7, 9, 1, NULL));
    CHECK(box_is_empty(mask_bounds(&empty)));
    ebru_image_clear(&empty);
    return check_done();
}
