/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Boxes: thousands of random canvases and selections keep the promises of geometry.h. */
#include "check.h"
#include "geometry.h"

#include <math.h>

static const struct edges usual = { 4, 0.1, 25, 0, CONTEXT_AUTOMATIC, { 0 } };

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
    const struct edges sharp = { 0, 0, 0, 0, CONTEXT_AUTOMATIC, { 0 } };
    const struct border none = border_of((struct box){ 0, 0, 300, 400 }, 1, &sharp);
    CHECK(none.feather == 0 && none.grow == 0 && none.blend == 0);
}

/* Every pixel that is added belongs to one strip, and what it is painted from is there by then. */
static void check_strips(struct box canvas, struct margins m, int step)
{
    enum { ROOM = 4096 };
    static struct strip list[ROOM];
    const struct box whole = box_expand(canvas, &m);
    const int n = plan_expansion(canvas, &m, step, list, ROOM);
    long long pixels = (long long)canvas.w * canvas.h;

    CHECK(n <= ROOM);
    for (int i = 0; i < n && i < ROOM; i++) {
        const struct box add = list[i].add, known = list[i].known;
        long long there;

        pixels += (long long)add.w * add.h;
        CHECK(contains(whole, known) && contains(known, add) && !box_is_empty(add));
        CHECK(add.w <= step || add.w == canvas.w);
        CHECK(add.h <= step || add.h == canvas.h);
        const struct box old = box_intersect(known, canvas);
        there = (long long)old.w * old.h + (long long)add.w * add.h;
        for (int k = 0; k < i; k++) {
            const struct box both = box_intersect(known, list[k].add);
            there += (long long)both.w * both.h;
            CHECK(box_is_empty(box_intersect(add, list[k].add)));
        }
        CHECK(there == (long long)known.w * known.h);
        CHECK(box_is_empty(box_intersect(add, canvas)));
    }
    CHECK(pixels == (long long)whole.w * whole.h);
}

static void check_expansion(void)
{
    const struct native native = native_side(512, 8);

    for (int i = 0; i < 300; i++) {
        const struct box canvas = { 0, 0, draw(64, 3000), draw(64, 3000) };
        struct margins m = { draw(0, 900), draw(0, 900), draw(0, 900), draw(0, 900) };
        struct strip list[1];

        if (draw(0, 1))
            m.left = m.top = 0;
        if (draw(0, 1))
            m.right = 0;
        check_strips(canvas, m, 256);
        if (plan_expansion(canvas, &m, 256, list, 1) > 0) {
            const struct plan p = plan_strip(&list[0], 0, &native);
            CHECK(contains(list[0].known, p.context) && contains(p.context, list[0].add));
            check_plan(&p, list[0].known, list[0].add, &native);
        }
    }
    CHECK(plan_expansion((struct box){ 0, 0, 64, 64 }, &(struct margins){ 0 }, 256, NULL, 0) == 0);
}

static void check_tiles(void)
{
    for (int i = 0; i < 2000; i++) {
        const int length = draw(1, 6000), side = 64 * draw(2, 12), overlap = draw(16, 60);
        int starts[400];
        const int n = plan_tiles(length, side, overlap, starts, 400);

        CHECK(n >= 1 && n <= 400);
        CHECK(starts[0] == 0);
        for (int k = 1; k < n; k++)
            CHECK(starts[k] > starts[k - 1] && starts[k - 1] + side - starts[k] >= overlap);
        CHECK(n == 1 || starts[n - 1] + side == length);
    }
}

/* The channel decides what the model sees, but the border of the selection stays inside. */
static void check_channel(void)
{
    const struct box canvas = { 0, 0, 2000, 1500 }, selection = { 900, 700, 100, 80 };
    struct edges edges = usual;
    const struct native native = native_side(512, 8);

    edges.context = CONTEXT_CHANNEL;
    edges.frame = (struct box){ 200, 100, 1200, 1000 };
    const struct plan p = plan_selection(canvas, selection, 1, &edges, &native);
    CHECK(contains(p.context, edges.frame));
    CHECK(p.context.w < 1300 && p.context.h < 1100);
    edges.frame = (struct box){ 1900, 1400, 500, 500 };
    CHECK(contains(plan_selection(canvas, selection, 1, &edges, &native).context, selection));
}

/* The nearest, up from the middle, and never outside. */
static void test_snap(void)
{
    CHECK(side_snap(130, 8, 16, 4096) == 128 && side_snap(132, 8, 16, 4096) == 136);
    CHECK(side_snap(600, 64, 16, 4096) == 576 && side_snap(608, 64, 16, 4096) == 640);
    CHECK(side_snap(512, 64, 16, 4096) == 512 && side_snap(77, 1, 16, 4096) == 77);
    CHECK(side_snap(16, 64, 16, 4096) == 64 && side_snap(4100, 64, 16, 4095) == 4032);
}

/* Lines of pixels: no side is more than the engine takes, and the work stays what the model knows.
 */
static void check_elongated(void)
{
    const struct {
        int w, h;
    } sizes[] = { { 2000, 4 }, { 1, 3000 }, { 30000, 20 }, { 1920, 8 } };
    const int sides[] = { 256, 512, 768 };

    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 3; k++) {
            const struct native native = native_side(sides[k], 64);
            const struct box canvas = { 0, 0, sizes[i].w, sizes[i].h };
            const struct plan p = plan_whole(canvas, &native);

            CHECK(contains(p.context, canvas) && contains(canvas, p.context));
            CHECK(p.width >= 64 && p.height >= 64 && p.width % 64 == 0 && p.height % 64 == 0);
            CHECK((double)p.width * p.height <= native.max_pixels);
            CHECK(p.width <= 8192 && p.height <= 8192);
        }
}

int main(void)
{
    check_elongated();
    test_snap();
    check_random(8);
    check_random(64);
    check_small();
    check_large();
    check_border();
    check_expansion();
    check_tiles();
    check_channel();
    return check_done();
}
