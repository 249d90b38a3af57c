/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Boxes: thousands of random canvases and selections keep the promises of geometry.h. */
#include "check.h"
#include "geometry.h"

#include <math.h>

static const struct edges usual = { 4, 0.1, 25, 0, CONTEXT_AUTOMATIC };

static unsigned state = 1;

static int draw(int low, int high)
{
    state = state * 1664525u + 1013904223u;
    return low + (int)((state >> 8) % (unsigned)(high - low + 1));
}

static bool contains(struct box outer, struct box inner)
{
    return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.w <= outer.x + outer.w &&
           inner.y + inner.h <= outer.y + outer.h;
}

static struct native native_side(int side, int multiple)
{
    const ebru_model_info info = { .width = side, .height = side, .multiple = multiple };

    return native_of(&info);
}

static void check_plan(const struct plan *p, struct box canvas, struct box selection,
                       const struct native *native)
{
    const double across = (double)p->width / p->context.w, down = (double)p->height / p->context.h;
    /* one multiple at most, where the canvas is the limit; else half a pixel of the box */
    const double slack =
        across * (native->multiple / (double)p->width + native->multiple / (double)p->height) +
        0.02;

    CHECK(contains(canvas, p->context));
    CHECK(contains(p->context, selection));
    CHECK(p->width % native->multiple == 0 && p->height % native->multiple == 0);
    CHECK(p->width > 0 && p->height > 0);
    CHECK_NEAR(across, down, slack);
    if (p->context.w < canvas.w && p->context.h < canvas.h)
        CHECK(p->width % 64 == 0 && p->height % 64 == 0);
}

static void check_random(int multiple)
{
    const int sides[] = { 256, 512, 768 };

    for (int i = 0; i < 3000; i++) {
        const struct box canvas = { 0, 0, draw(64, 5000), draw(64, 5000) };
        const int w = draw(1, canvas.w), h = draw(1, canvas.h);
        const struct box selection = { draw(0, canvas.w - w), draw(0, canvas.h - h), w, h };
        const struct native native = native_side(sides[i % 3], multiple);
        struct edges edges = usual;

        edges.context = (enum context)draw(0, 2);
        edges.padding = draw(0, 1) * draw(1, 300);
        const struct plan p =
            plan_selection(canvas, selection, draw(1, 100) / 100.0, &edges, &native);
        check_plan(&p, canvas, selection, &native);
    }
}

/* A small selection in a large image: a square of what the model was trained on, not scaled. */
static void check_small(void)
{
    const struct native native = native_side(512, 8);
    const struct plan p = plan_selection((struct box){ 0, 0, 2000, 1500 },
                                         (struct box){ 10, 700, 40, 40 }, 1, &usual, &native);

    CHECK(p.context.w == 512 && p.context.h == 512);
    CHECK(p.width == 512 && p.height == 512);
    CHECK(p.context.x == 0); /* shifted, not cut */
}

/* A large selection is worked on at no more than the model knows. */
static void check_large(void)
{
    const struct native native = native_side(512, 8);
    const struct plan p = plan_selection((struct box){ 0, 0, 4000, 4000 },
                                         (struct box){ 500, 500, 2000, 1800 }, 1, &usual, &native);

    CHECK(p.width * p.height <= 512 * 768);
    CHECK(p.width * p.height >= 512 * 512 * 3 / 4);
    CHECK(p.context.w >= 2000 + 2 * 250);
}

static void check_border(void)
{
    const struct border b = border_of((struct box){ 0, 0, 300, 400 }, 1, &usual);

    CHECK(b.feather == 25); /* 10 % of the diagonal of 500, halved */
    CHECK(b.grow == 29);
    CHECK(b.blend == 12); /* half of 25 */
    const struct edges sharp = { 0, 0, 0, 0, CONTEXT_AUTOMATIC };
    const struct border none = border_of((struct box){ 0, 0, 300, 400 }, 1, &sharp);
    CHECK(none.feather == 0 && none.grow == 0 && none.blend == 0);
}

int main(void)
{
    check_random(8);
    check_random(64);
    check_small();
    check_large();
    check_border();
    return check_done();
}
