/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small first, then large. */
#include "passes.h"

#include <stdlib.h>

enum {
    FINE_OVERLAP = 16 + 22, /* px: 16 + 64 s for the strength of the second pass */
    TILES = 64              /* in one direction */
};

static const double FINE_STRENGTH = 0.35;

/* 0 to 1 over the overlap with the tiles before, so that seams fade. */
static float ramp(int at, int start, int overlap)
{
    return start == 0 || at >= overlap ? 1 : (float)(at + 1) / (float)(overlap + 1);
}

static bool tile_mask(struct pass *p, const ebru_image *mask)
{
    bool any = false;

    if (!ebru_image_alloc(&p->mask, p->at.h, p->at.w, 1, NULL))
        return false;
    for (int y = 0; y < p->at.h; y++)
        for (int x = 0; x < p->at.w; x++) {
            const float m =
                mask->data ? mask->data[(size_t)(p->at.y + y) * mask->width + p->at.x + x] : 1;
            const float v = m * ramp(x, p->at.x, FINE_OVERLAP) * ramp(y, p->at.y, FINE_OVERLAP);
            p->mask.data[(size_t)y * p->at.w + x] = v;
            any = any || v > 0;
        }
    return any;
}

static int whole_multiple(int side)
{
    enum { MULTIPLE = 64 };

    return side < MULTIPLE ? MULTIPLE : (side + MULTIPLE / 2) / MULTIPLE * MULTIPLE;
}

/* All tiles that cover w x h px, without masks; returns how many. */
static int list_tiles(int w, int h, int side, struct pass *list)
{
    const int tw = w < side ? w : side, th = h < side ? h : side;
    int xs[TILES], ys[TILES], n = 0;
    const int columns = plan_tiles(w, side, FINE_OVERLAP, xs, TILES);
    const int rows = plan_tiles(h, side, FINE_OVERLAP, ys, TILES);

    for (int k = 0; k < rows && k < TILES; k++)
        for (int i = 0; i < columns && i < TILES; i++)
            list[n++] = (struct pass){ .at = { xs[i], ys[k], tw, th },
                                       .width = whole_multiple(tw),
                                       .height = whole_multiple(th),
                                       .strength = FINE_STRENGTH };
    return n;
}

/* The first pass alone, and room for the tiles. */
static struct passes *small_pass(const struct plan *base, double strength)
{
    struct passes *const p = calloc(1, sizeof(*p));

    if (p)
        p->list = calloc(1 + (size_t)TILES * TILES, sizeof(*p->list));
    if (!p || !p->list) {
        free(p);
        return NULL;
    }
    p->list[0] = (struct pass){ .at = { 0, 0, base->context.w, base->context.h },
                                .width = base->width,
                                .height = base->height,
                                .strength = strength };
    p->count = 1;
    return p;
}

/* How many tiles there would be, at p->list + 1. */
static int tiles_of(struct passes *p, const struct plan *base, int side)
{
    const struct box *const c = &base->context;
    const bool larger = (double)c->w * c->h > 1.1 * (double)base->width * base->height;

    return larger ? list_tiles(c->w, c->h, side, p->list + 1) : 0;
}

struct passes *passes_fine(const struct plan *base, double strength, int side, ebru_image *picture,
                           ebru_image *mask)
{
    struct passes *const p = small_pass(base, strength);

    if (!p)
        return NULL;
    p->picture = *picture;
    const int n = tiles_of(p, base, side);
    for (int i = 0; i < n; i++) {
        struct pass tile = p->list[1 + i];
        if (tile_mask(&tile, mask))
            p->list[p->count++] = tile;
        else
            ebru_image_clear(&tile.mask);
    }
    p->list[0].mask = *mask;
    *picture = *mask = (ebru_image){ 0 };
    return p;
}

struct passes *passes_sketch(const struct plan *base, double strength, int side, struct box area)
{
    struct passes *const p = small_pass(base, strength);
    const int n = p ? tiles_of(p, base, side) : 0;

    for (int i = 0; i < n; i++)
        if (!box_is_empty(box_intersect(p->list[1 + i].at, area)))
            p->list[p->count++] = p->list[1 + i];
    return p;
}
