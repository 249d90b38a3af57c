/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "models/vae_bands.h"

#include "nn/norm.h"

#include <string.h>

/* Rows a convolution is given above and below its result. One would do, but where they
 * must be computed for that, a row costs as much as the whole tile of Winograd's algorithm
 * it is in, and a band must begin where a tile does. */
enum { CONTEXT = 4, MIN_ROWS = 16 };

/* Rows [first, end) of a picture of `height` rows. */
struct band {
    int first, end, height;
};

static struct band wider(struct band b, int rows)
{
    return (struct band){ b.first > rows ? b.first - rows : 0,
                          b.end < b.height - rows ? b.end + rows : b.height, b.height };
}

static struct tensor rows_of(struct tensor t, int first, int end)
{
    if (t.data)
        t.data += (size_t)first * (size_t)t.w * (size_t)t.c;
    t.h = end - first;
    return t;
}

/* The bands of a picture: all of `rows` rows but the last, which takes what is left. */
struct bands {
    int rows, count, height;
};

/* Whole pieces of 64 pixels in a band, and whole tiles. */
static struct bands bands_of(int height, int width, int rows)
{
    int unit = 8;

    while (unit * width % 64)
        unit *= 2;
    rows = rows > MIN_ROWS ? rows : MIN_ROWS;
    rows = (rows + unit - 1) / unit * unit;
    return (struct bands){ rows, height / rows > 1 ? height / rows : 1, height };
}

static struct band band_at(struct bands all, int i)
{
    return (struct band){ i * all.rows, i + 1 < all.count ? (i + 1) * all.rows : all.height,
                          all.height };
}

/* Where the first resnet's input comes from: the level before, still at half the size
 * (`upsample`), or the whole input itself. */
struct origin {
    const struct conv *upsample; /* NULL: x is the input */
    struct tensor x;
};

/* Rows `b` of the input. */
static struct tensor input_rows(struct run *r, const struct origin *o, struct band b)
{
    if (!o->upsample)
        return rows_of(o->x, b.first, b.end);
    const int first = b.first > 0 ? b.first / 2 - 1 : 0;
    const int end = b.end < b.height ? b.end / 2 + 1 : b.height / 2;
    const struct conv_extra e = { .upsample = true,
                                  .above = b.first - 2 * first,
                                  .below = 2 * end - b.end };
    return conv(r, o->upsample, rows_of(o->x, first, end), e);
}

/* Rows `b` of a convolution of rows `from`, which is `b` made wider. */
static struct tensor conv_rows(struct run *r, const struct conv *l, struct tensor x,
                               struct band from, struct band b, const struct folded_norm *norm,
                               const struct tensor *residual)
{
    return conv(r, l, x,
                (struct conv_extra){ .folded = norm,
                                     .residual = residual,
                                     .above = b.first - from.first,
                                     .below = from.end - b.end });
}

/* Rows `b` of what the resnet's first convolution makes. */
static struct tensor inner_rows(struct run *r, const struct resnet *b, const struct origin *o,
                                struct band band, const struct folded_norm *norm1)
{
    const size_t mark = arena_mark(&r->arena);
    const struct band from = wider(band, CONTEXT);

    return keep(r, mark, conv_rows(r, &b->conv1, input_rows(r, o, from), from, band, norm1, NULL));
}

/* Rows `b` of the resnet's result. */
static struct tensor resnet_rows(struct run *r, const struct resnet *b, const struct origin *o,
                                 struct band band, const struct folded_norm *norm1,
                                 const struct folded_norm *norm2)
{
    const size_t mark = arena_mark(&r->arena);
    const struct band inner = wider(band, CONTEXT), outer = wider(inner, CONTEXT);
    const struct tensor x = input_rows(r, o, outer);
    const struct tensor middle = rows_of(x, band.first - outer.first, band.end - outer.first);
    const struct tensor h = conv_rows(r, &b->conv1, x, outer, inner, norm1, NULL);
    const struct tensor y =
        conv_rows(r, &b->conv2, h, inner, band, norm2, b->shortcut.in ? NULL : &middle);

    if (b->shortcut.in)
        linear_add(r, &b->shortcut, middle, y);
    return keep(r, mark, y);
}

static struct folded_norm folded_new(struct run *r, int c)
{
    const size_t bytes = (size_t)c * sizeof(float);

    return (struct folded_norm){ arena_alloc(&r->arena, bytes), arena_alloc(&r->arena, bytes) };
}

/* The statistics of the resnet's input, when it is not there as a whole. */
static void fold_input(struct run *r, const struct resnet *b, const struct origin *o,
                       struct bands all, struct folded_norm *norm1)
{
    const size_t mark = arena_mark(&r->arena);

    if (!o->upsample) {
        group_norm_fold(r, &b->norm1, o->x, norm1->scale, norm1->shift);
        return;
    }
    struct group_sums sums = group_sums_new(r, all.height * 2 * o->x.w, b->norm1.c);
    for (int i = 0; i < all.count; i++) {
        const size_t top = arena_mark(&r->arena);
        group_sums_add(r, &sums, input_rows(r, o, band_at(all, i)));
        arena_release(&r->arena, top);
    }
    group_sums_fold(r, &b->norm1, &sums, norm1->scale, norm1->shift);
    arena_release(&r->arena, mark);
}

/* The statistics between the two convolutions. */
static void fold_inner(struct run *r, const struct resnet *b, const struct origin *o,
                       struct bands all, const struct folded_norm *norm1, struct folded_norm *norm2)
{
    const size_t mark = arena_mark(&r->arena);
    const int w = o->upsample ? 2 * o->x.w : o->x.w;
    struct group_sums sums = group_sums_new(r, all.height * w, b->norm2.c);

    for (int i = 0; i < all.count; i++) {
        const size_t top = arena_mark(&r->arena);
        group_sums_add(r, &sums, inner_rows(r, b, o, band_at(all, i), norm1));
        arena_release(&r->arena, top);
    }
    group_sums_fold(r, &b->norm2, &sums, norm2->scale, norm2->shift);
    arena_release(&r->arena, mark);
}

static void copy_rows(const struct run *r, struct tensor to, struct tensor from)
{
    if (!r->skip)
        memcpy(to.data, from.data, tensor_count(from) * sizeof(float));
}

/* The resnet, into y, which may be its input: then a band is put there when the next,
 * which still needs some rows of what was there, is done. */
static void resnet_in_bands(struct run *r, const struct resnet *b, const struct origin *o,
                            struct bands all, struct tensor y)
{
    const size_t mark = arena_mark(&r->arena);
    struct folded_norm norm1 = folded_new(r, b->norm1.c), norm2 = folded_new(r, b->norm2.c);

    fold_input(r, b, o, all, &norm1);
    fold_inner(r, b, o, all, &norm1, &norm2);
    const struct band longest = band_at(all, all.count - 1);
    struct tensor last = tensor_new(r, 1, longest.end - longest.first, y.w, y.c);
    for (int i = 0; i <= all.count; i++) {
        const size_t top = arena_mark(&r->arena);
        struct tensor next = { 0 };
        if (i < all.count)
            next = resnet_rows(r, b, o, band_at(all, i), &norm1, &norm2);
        if (i > 0) {
            const struct band done = band_at(all, i - 1);
            copy_rows(r, rows_of(y, done.first, done.end), rows_of(last, 0, done.end - done.first));
        }
        if (i < all.count)
            copy_rows(r, last, next);
        arena_release(&r->arena, top);
    }
    arena_release(&r->arena, mark);
}

struct tensor vae_finest_level(struct run *r, const struct vae_decoder *d, struct tensor x,
                               int rows)
{
    const int last = d->cfg.levels - 1;
    const struct bands all = bands_of(2 * x.h, 2 * x.w, rows);
    const struct tensor y = tensor_new(r, 1, 2 * x.h, 2 * x.w, d->cfg.channels[0]);
    struct origin o = { &d->up[last - 1].resample, x };

    for (int j = 0; j <= d->cfg.layers; j++) {
        resnet_in_bands(r, &d->up[last].resnet[j], &o, all, y);
        o = (struct origin){ NULL, y };
    }
    return y;
}
