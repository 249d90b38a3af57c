/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small first, then large. */
#include "passes.h"

#include <stdlib.h>

enum { FINE_OVERLAP = 16 + 22 }; /* px: 16 + 64 s for the strength of the second pass */

static const double FINE_STRENGTH = 0.35;

/* *any: whether it changes anything. */
static bool tile_mask(struct pass *p, const ebru_image *mask, bool *any)
{
    *any = false;
    if (!ebru_image_alloc(&p->mask, p->at.h, p->at.w, 1, NULL))
        return false;
    for (int y = 0; y < p->at.h; y++)
        for (int x = 0; x < p->at.w; x++) {
            const float m =
                mask->data ? mask->data[(size_t)(p->at.y + y) * mask->width + p->at.x + x] : 1;
            p->mask.data[(size_t)y * p->at.w + x] = m * pass_share(p, x, y);
            *any = *any || m > 0;
        }
    return true;
}

static int whole_multiple(int side)
{
    enum { MULTIPLE = 64 };

    return side < MULTIPLE ? MULTIPLE : (side + MULTIPLE / 2) / MULTIPLE * MULTIPLE;
}

/* How the tiles of the native side cover w x h px. */
struct tiling {
    int w, h, columns, rows;
    int *xs, *ys; /* [columns], [rows] */
};

static bool tiling_init(struct tiling *t, int w, int h, int side)
{
    *t = (struct tiling){ .w = w < side ? w : side,
                          .h = h < side ? h : side,
                          .columns = plan_tiles(w, side, FINE_OVERLAP, NULL, 0),
                          .rows = plan_tiles(h, side, FINE_OVERLAP, NULL, 0) };
    t->xs = malloc(((size_t)t->columns + (size_t)t->rows) * sizeof(int));
    if (!t->xs)
        return false;
    t->ys = t->xs + t->columns;
    plan_tiles(w, side, FINE_OVERLAP, t->xs, t->columns);
    plan_tiles(h, side, FINE_OVERLAP, t->ys, t->rows);
    return true;
}

static void list_tiles(const struct tiling *t, struct pass *list)
{
    for (int k = 0; k < t->rows; k++)
        for (int i = 0; i < t->columns; i++)
            *list++ = (struct pass){ .at = { t->xs[i], t->ys[k], t->w, t->h },
                                     .width = whole_multiple(t->w),
                                     .height = whole_multiple(t->h),
                                     .strength = FINE_STRENGTH,
                                     .outright = true,
                                     .fade = FINE_OVERLAP };
}

/* The first pass, and behind it, not counted yet, *n tiles without masks: none where the first is
 * as large as the picture. NULL without memory. */
static struct passes *begin(const struct plan *base, double strength, int side, int *n)
{
    const struct box *const c = &base->context;
    const bool larger = (double)c->w * c->h > 1.1 * (double)base->width * base->height;
    struct tiling t = { 0 };
    struct passes *const p = calloc(1, sizeof(*p));
    bool ok = p && (!larger || tiling_init(&t, c->w, c->h, side));

    *n = t.columns * t.rows;
    ok = ok && (p->list = calloc(1 + (size_t)*n, sizeof(*p->list)));
    if (ok) {
        p->list[0] = (struct pass){ .at = { 0, 0, c->w, c->h },
                                    .width = base->width,
                                    .height = base->height,
                                    .strength = strength,
                                    .outright = true };
        p->count = 1;
        list_tiles(&t, p->list + 1);
    }
    free(t.xs);
    if (ok)
        return p;
    free(p);
    return NULL;
}

struct passes *passes_fine(const struct plan *base, double strength, int side, ebru_image *picture,
                           ebru_image *mask)
{
    int n;
    struct passes *const p = begin(base, strength, side, &n);
    bool ok = p != NULL, any;

    for (int i = 0; i < n && ok; i++) {
        struct pass tile = p->list[1 + i];
        ok = tile_mask(&tile, mask, &any);
        if (ok && any)
            p->list[p->count++] = tile;
        else
            ebru_image_clear(&tile.mask);
    }
    if (!ok) {
        passes_free(p);
        return NULL;
    }
    p->picture = *picture;
    p->list[0].mask = *mask;
    *picture = *mask = (ebru_image){ 0 };
    return p;
}

struct passes *passes_sketch(const struct plan *base, double strength, int side, struct box area)
{
    int n;
    struct passes *const p = begin(base, strength, side, &n);

    for (int i = 0; p && i < n; i++)
        if (!box_is_empty(box_intersect(p->list[1 + i].at, area)))
            p->list[p->count++] = p->list[1 + i];
    return p;
}
