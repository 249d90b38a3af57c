/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "geometry.h"

#include <math.h>

enum {
    TILE = 64,     /* networks halve the latents, an eighth of the picture, three times */
    LONGEST = 8192 /* the engine's, see ebru_params() */
};

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

struct box box_union(struct box a, struct box b)
{
    if (box_is_empty(a) || box_is_empty(b))
        return box_is_empty(a) ? b : a;
    const int x = least(a.x, b.x), y = least(a.y, b.y);
    return (struct box){ x, y, most(a.x + a.w, b.x + b.w) - x, most(a.y + a.h, b.y + b.h) - y };
}

struct native native_of(const ebru_model_info *info)
{
    const int side = info->width > 0 ? info->width : 512;

    /* models of more than 512 were trained on less elongated pictures */
    return (struct native){ side, (double)side * side,
                            (double)side * side * (side > 512 ? 4.0 / 3 : 1.5),
                            most(1, info->multiple) };
}

int side_snap(int side, int multiple, int low, int high)
{
    const int first = (low + multiple - 1) / multiple, last = high / multiple;
    const int nearest = (side + multiple / 2) / multiple;

    return multiple * most(first, least(last, nearest));
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

/* Of what is too elongated for whole tiles the longer side is shortened: it is distorted then. */
static void shorten(int *longer, int shorter, double most_pixels)
{
    if (shorter == TILE && ((double)*longer * shorter > most_pixels || *longer > LONGEST))
        *longer = least(LONGEST, whole_tiles(most_pixels / shorter, false));
}

/* Sizes of the work for the box, which may only grow. */
static void settle(struct plan *p, struct box canvas, const struct native *native)
{
    const double w = p->context.w, h = p->context.h, pixels = w * h;
    double scale = pixels < native->min_pixels   ? sqrt(native->min_pixels / pixels)
                   : pixels > native->max_pixels ? sqrt(native->max_pixels / pixels)
                                                 : 1;
    int tiles_w = whole_tiles(w * scale, scale >= 1);
    int tiles_h = whole_tiles(h * scale, scale >= 1);
    int box_w, box_h;

    shorten(&tiles_w, tiles_h, native->max_pixels);
    shorten(&tiles_h, tiles_w, native->max_pixels);

    if (scale != 1 || tiles_w < w || tiles_h < h)
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
    else if (edges->context == CONTEXT_CHANNEL)
        p.context = box_intersect(box_union(p.context, edges->frame), canvas);
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

/* --- more canvas ---------------------------------------------------------- */

struct box box_expand(struct box c, const struct margins *m)
{
    return (struct box){ c.x - m->left, c.y - m->top, c.w + m->left + m->right,
                         c.h + m->top + m->bottom };
}

/* An interval and what is added to it: `before` it is negative, behind it positive. */
struct cut {
    int from, size;    /* what is added in this step */
    int known, length; /* with all that is there up to it */
};

static int steps_of(int margin, int step)
{
    return (margin + step - 1) / step;
}

/* Step i of n on one side of [at, at + size). */
static struct cut cut_at(int at, int size, int margin, bool before, int i, int n)
{
    const int near = (int)((long long)margin * i / n), far = (int)((long long)margin * (i + 1) / n);

    if (before)
        return (struct cut){ at - far, far - near, at - far, size + far };
    return (struct cut){ at + size + near, far - near, at, size + far };
}

struct strips {
    struct strip *list;
    int room, count;
};

static void add_strip(struct strips *s, struct cut x, struct cut y)
{
    if (s->count < s->room)
        s->list[s->count] = (struct strip){ { x.from, y.from, x.size, y.size },
                                            { x.known, y.known, x.length, y.length } };
    s->count++;
}

static void add_corner(struct strips *s, struct box c, int across, bool left, int down, bool top,
                       int step)
{
    const int columns = steps_of(across, step), rows = steps_of(down, step);

    for (int i = 0; i < columns; i++)
        for (int k = 0; k < rows; k++)
            add_strip(s, cut_at(c.x, c.w, across, left, i, columns),
                      cut_at(c.y, c.h, down, top, k, rows));
}

int plan_expansion(struct box c, const struct margins *m, int step, struct strip *list, int room)
{
    const int across[] = { m->left, m->right }, down[] = { m->top, m->bottom };
    struct strips s = { list, room, 0 };

    for (int side = 0; side < 2; side++)
        for (int i = 0, n = steps_of(across[side], step); i < n; i++)
            add_strip(&s, cut_at(c.x, c.w, across[side], side == 0, i, n),
                      (struct cut){ c.y, c.h, c.y, c.h });
    for (int side = 0; side < 2; side++)
        for (int i = 0, n = steps_of(down[side], step); i < n; i++)
            add_strip(&s, (struct cut){ c.x, c.w, c.x, c.w },
                      cut_at(c.y, c.h, down[side], side == 0, i, n));
    for (int corner = 0; corner < 4; corner++)
        add_corner(&s, c, across[corner % 2], corner % 2 == 0, down[corner / 2], corner / 2 == 0,
                   step);
    return s.count;
}

struct plan plan_strip(const struct strip *strip, int padding, const struct native *native)
{
    const int wanted = padding ? padding : padding_of(strip->known, strip->add, 1);
    const struct edges edges = { .padding = most(wanted, EXPAND_OVERLAP) };

    return plan_selection(strip->known, strip->add, 1, &edges, native);
}

/* --- tiles ---------------------------------------------------------------- */

int plan_tiles(int length, int side, int overlap, int *starts, int room)
{
    const int n = length <= side ? 1 : steps_of(length - overlap, side - overlap);

    for (int i = 0; i < n && i < room; i++)
        starts[i] = n == 1 ? 0 : (int)((long long)(length - side) * i / (n - 1));
    return n;
}
