/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mask.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* To the nearest multiple of 1/65536: the sum has no bits for less. */
static float grid(double value)
{
    static const double ROUND = 1.5 * (1LL << 36);

    return (float)((value + ROUND) - ROUND);
}

/* --- bundles of lines ------------------------------------------------------- */

/* Lines are worked on LANES at a time, side by side, so that columns are read by whole lines of the
 * cache and the compiler has something to put into its vectors. */
enum { LANES = 16 };

struct bundle {
    int n, before;            /* values of a line; zeros before and after them */
    float *in, *out, *tmp[2]; /* [before + n + before][LANES] */
};

static bool bundle_init(struct bundle *s, const ebru_image *mask, int before, ebru_error *err)
{
    const int n = mask->width > mask->height ? mask->width : mask->height;
    const size_t size = ((size_t)n + 2 * (size_t)before) * LANES;
    float *const all = calloc(4 * size, sizeof(float));

    *s = (struct bundle){ 0, before, all, all + size, { all + 2 * size, all + 3 * size } };
    if (!all && err)
        *err = (ebru_error){ .status = EBRU_NO_MEMORY, .message = "no memory for a mask" };
    return all != NULL;
}

/* Lines `first` and those after it, as many as there are; `stride` apart their values, `next` the
 * lines. */
struct lines {
    float *data;
    int count, n;
    size_t stride, next;
};

static struct lines rows_of(const ebru_image *m)
{
    return (struct lines){ m->data, m->height, m->width, 1, (size_t)m->width };
}

static struct lines columns_of(const ebru_image *m)
{
    return (struct lines){ m->data, m->width, m->height, (size_t)m->width, 1 };
}

static int lanes_from(const struct lines *l, int first)
{
    return l->count - first < LANES ? l->count - first : LANES;
}

static void bundle_load(struct bundle *s, const struct lines *l, int first)
{
    const int lanes = lanes_from(l, first);
    float *const in = s->in + (size_t)s->before * LANES;

    s->n = l->n;
    for (int i = 0; i < l->n; i++)
        for (int k = 0; k < lanes; k++)
            in[(size_t)i * LANES + k] = l->data[(size_t)(first + k) * l->next + i * l->stride];
    memset(in + (size_t)l->n * LANES, 0, (size_t)s->before * LANES * sizeof(float));
}

static void bundle_store(const struct bundle *s, const struct lines *l, int first)
{
    const int lanes = lanes_from(l, first);

    for (int i = 0; i < l->n; i++)
        for (int k = 0; k < lanes; k++)
            l->data[(size_t)(first + k) * l->next + i * l->stride] = s->out[(size_t)i * LANES + k];
}

/* --- along the lines --------------------------------------------------------- */

static void larger(float *to, const float *a, const float *b)
{
    for (int k = 0; k < LANES; k++)
        to[k] = a[k] > b[k] ? a[k] : b[k];
}

/* Maximum in a sliding window, with three comparisons a value whatever its size: running maxima
 * forward and backward within blocks of that size (van Herk, 1992; Gil and Werman, 1993). */
static void dilate_lines(struct bundle *s, int radius)
{
    const int window = 2 * radius + 1, all = s->n + 2 * radius;
    float *const forward = s->tmp[0], *const backward = s->tmp[1];
    const size_t line = LANES * sizeof(float);

    for (int i = 0; i < all; i++) {
        const size_t at = (size_t)i * LANES;
        if (i % window == 0)
            memcpy(forward + at, s->in + at, line);
        else
            larger(forward + at, forward + at - LANES, s->in + at);
    }
    for (int i = all - 1; i >= 0; i--) {
        const size_t at = (size_t)i * LANES;
        if (i == all - 1 || i % window == window - 1)
            memcpy(backward + at, s->in + at, line);
        else
            larger(backward + at, backward + at + LANES, s->in + at);
    }
    for (int i = 0; i < s->n; i++)
        larger(s->out + (size_t)i * LANES, backward + (size_t)i * LANES,
               forward + (size_t)(i + 2 * radius) * LANES);
}

/* Mean in a sliding window, which is cut at the ends. */
static void blur_lines(struct bundle *s, int radius)
{
    const float *const in = s->in + (size_t)s->before * LANES;
    double sum[LANES] = { 0 };
    int n = 0;

    for (int i = 0; i < s->n + radius; i++) {
        const int out = i - radius, gone = out - radius - 1;
        if (i < s->n) {
            for (int k = 0; k < LANES; k++)
                sum[k] += in[(size_t)i * LANES + k];
            n++;
        }
        if (gone >= 0) {
            for (int k = 0; k < LANES; k++)
                sum[k] -= in[(size_t)gone * LANES + k];
            n--;
        }
        for (int k = 0; k < LANES && out >= 0; k++)
            s->out[(size_t)out * LANES + k] = grid(sum[k] / n);
    }
}

/* --- masks ---------------------------------------------------------------- */

static void filter(struct bundle *s, struct lines l, int radius,
                   void (*along)(struct bundle *s, int radius))
{
    for (int first = 0; first < l.count; first += LANES) {
        bundle_load(s, &l, first);
        along(s, radius);
        bundle_store(s, &l, first);
    }
}

bool mask_dilate(ebru_image *mask, int radius, ebru_error *err)
{
    struct bundle s;

    if (radius <= 0)
        return true;
    if (!bundle_init(&s, mask, radius, err))
        return false;
    filter(&s, rows_of(mask), radius, dilate_lines);
    filter(&s, columns_of(mask), radius, dilate_lines);
    free(s.in);
    return true;
}

bool mask_blur(ebru_image *mask, int radius, ebru_error *err)
{
    struct bundle s;

    if (radius <= 0)
        return true;
    if (!bundle_init(&s, mask, 0, err))
        return false;
    for (int pass = 0; pass < 3; pass++) {
        const int part = (radius + pass) / 3;
        if (!part)
            continue;
        filter(&s, rows_of(mask), part, blur_lines);
        filter(&s, columns_of(mask), part, blur_lines);
    }
    free(s.in);
    return true;
}

static bool copy_mask(ebru_image *to, const ebru_image *from, ebru_error *err)
{
    const size_t n = (size_t)from->width * from->height;

    if (!ebru_image_alloc(to, from->height, from->width, 1, err))
        return false;
    for (size_t i = 0; i < n; i++)
        to->data[i] = grid(from->data[i]);
    return true;
}

bool mask_of_selection(const ebru_image *selection, const struct border *border, ebru_image *change,
                       ebru_image *show, ebru_error *err)
{
    *change = *show = (ebru_image){ 0 };
    if (copy_mask(change, selection, err) && copy_mask(show, selection, err) &&
        mask_dilate(change, border->grow, err) && mask_blur(change, border->feather, err) &&
        mask_dilate(show, border->blend, err) && mask_blur(show, border->blend, err)) {
        const size_t n = (size_t)show->width * show->height;
        for (size_t i = 0; i < n; i++)
            if (change->data[i] == 0)
                show->data[i] = 0;
        return true;
    }
    ebru_image_clear(change);
    ebru_image_clear(show);
    return false;
}

struct box mask_bounds(const ebru_image *mask)
{
    int x0 = mask->width, x1 = 0, y0 = mask->height, y1 = 0;

    for (int y = 0; y < mask->height; y++)
        for (int x = 0; x < mask->width; x++)
            if (mask->data[(size_t)y * mask->width + x] > 0) {
                x0 = x < x0 ? x : x0;
                x1 = x + 1 > x1 ? x + 1 : x1;
                y0 = y < y0 ? y : y0;
                y1 = y + 1;
            }
    return x1 > x0 ? (struct box){ x0, y0, x1 - x0, y1 - y0 } : (struct box){ 0 };
}
