/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "geometry.h"

#include <math.h>

enum { TILE = 64 }; /* networks halve the latents, an eighth of the picture, three times */

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int most(int a, int b)
{
    return a > b ? a : b;
}

bool box_is_empty(struct box b)
{
    return b.w <= 0 || b.h <= 0;
}

struct box box_intersect(struct box a, struct box b)
{
    const int x = most(a.x, b.x), y = most(a.y, b.y);

    return (struct box){ x, y, most(0, least(a.x + a.w, b.x + b.w) - x),
                         most(0, least(a.y + a.h, b.y + b.h) - y) };
}

struct box box_grow(struct box b, int n)
{
    return (struct box){ b.x - n, b.y - n, b.w + 2 * n, b.h + 2 * n };
}

struct native native_of(const ebru_model_info *info)
{
    const int side = info->width > 0 ? info->width : 512;

    /* models of more than 512 were trained on less elongated pictures */
    return (struct native){ side, (double)side * side,
                            (double)side * side * (side > 512 ? 4.0 / 3 : 1.5),
                            most(1, info->multiple) };
}

struct border border_of(struct box selection, double strength, const struct edges *edges)
{
    const double diagonal = hypot(selection.w, selection.h);
    const double feather =
        edges->feather > 0 ? fmax(edges->feather * strength * diagonal, 32 * strength) : 0;
    const int half = (int)(feather / 2 + 0.5);
    const int grow = edges->grow + half;

    return (struct border){ grow, half, least(grow, least(edges->blend, grow + half) / 2) };
}

/* An interval of `want` around the middle of [at, at + size), inside [low, low + limit). */
static void widen(int *at, int *size, int want, int low, int limit)
{
    want = least(want, limit);
    *at += (*size - want) / 2;
    *at = most(low, least(*at, low + limit - want));
    *size = want;
}

static struct box enlarge(struct box b, int w, int h, struct box canvas)
{
    widen(&b.x, &b.w, w, canvas.x, canvas.w);
    widen(&b.y, &b.h, h, canvas.y, canvas.h);
    return b;
}

/* At least what the model was trained on, and a square where that fits. */
static struct box enlarge_to_native(struct box b, int side, struct box canvas)
{
    const int w = most(b.w, side), h = most(b.h, side), square = most(w, h);

    if (square <= canvas.w && square <= canvas.h)
        return enlarge(b, square, square, canvas);
    return enlarge(b, w, h, canvas);
}

/* A side of the work: of the box, or of all the canvas where the box cannot be that large. */
static int settle_side(int tiles, double scale, int limit, int *box_side, int multiple)
{
    const int want = (int)(tiles / scale + 0.5);

    *box_side = least(want, limit);
    if (want <= limit)
        return tiles;
    return most(1, (int)(limit * scale / multiple + 0.5)) * multiple;
}

static int whole_tiles(double size, bool up)
{
    return most(1, (int)(up ? ceil(size / (double)TILE - 1e-9) : floor(size / (double)TILE))) *
           TILE;
}

/* Sizes of the work for the box, which may only grow. */
static void settle(struct plan *p, struct box canvas, const struct native *native)
{
    const double w = p->context.w, h = p->context.h, pixels = w * h;
    double scale = pixels < native->min_pixels   ? sqrt(native->min_pixels / pixels)
                   : pixels > native->max_pixels ? sqrt(native->max_pixels / pixels)
                                                 : 1;
    const int tiles_w = whole_tiles(w * scale, scale >= 1);
    const int tiles_h = whole_tiles(h * scale, scale >= 1);
    int box_w, box_h;

    if (scale != 1)
        scale = fmin(tiles_w / w, tiles_h / h);
    p->width = settle_side(tiles_w, scale, canvas.w, &box_w, native->multiple);
    p->height = settle_side(tiles_h, scale, canvas.h, &box_h, native->multiple);
    p->context = enlarge(p->context, box_w, box_h, canvas);
}

static int padding_of(struct box canvas, struct box selection, double strength)
{
    const int longest = most(canvas.w, canvas.h);

    if (strength < 1)
        return (int)(0.06 * longest);
    return most(longest / 16, (selection.w + selection.h) / 4);
}

struct plan plan_selection(struct box canvas, struct box selection, double strength,
                           const struct edges *edges, const struct native *native)
{
    struct plan p = { .border = border_of(selection, strength, edges) };
    const int reach = most(p.border.grow + p.border.feather, 2 * p.border.blend);
    const int room = edges->padding ? edges->padding
                     : edges->context == CONTEXT_SELECTION
                         ? reach
                         : padding_of(canvas, selection, strength);

    p.context = box_intersect(box_grow(selection, most(room, reach)), canvas);
    if (edges->context == CONTEXT_IMAGE)
        p.context = canvas;
    else if (edges->context == CONTEXT_AUTOMATIC)
        p.context = enlarge_to_native(p.context, native->side, canvas);
    settle(&p, canvas, native);
    return p;
}

struct plan plan_whole(struct box canvas, const struct native *native)
{
    struct plan p = { .context = canvas };

    settle(&p, canvas, native);
    return p;
}
