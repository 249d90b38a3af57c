/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mask.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static float grid(double value)
{
    return (float)(rint(value * 65536) / 65536);
}

/* --- along a line of n values, `stride` apart ---------------------------- */

struct line {
    float *data;
    int n;
    size_t stride;
};

/* Maximum in a sliding window by a queue of falling candidates. */
static void dilate_line(struct line l, int radius, float *copy, int *queue)
{
    int first = 0, last = 0;

    for (int i = 0; i < l.n; i++)
        copy[i] = l.data[i * l.stride];
    for (int i = 0; i < l.n + radius; i++) {
        if (i < l.n) {
            while (last > first && copy[queue[last - 1]] <= copy[i])
                last--;
            queue[last++] = i;
        }
        const int out = i - radius;
        if (out < 0 || out >= l.n)
            continue;
        while (queue[first] < out - radius)
            first++;
        l.data[out * l.stride] = copy[queue[first]];
    }
}

static void blur_line(struct line l, int radius, float *copy)
{
    double sum = 0;
    int n = 0;

    for (int i = 0; i < l.n; i++)
        copy[i] = l.data[i * l.stride];
    for (int i = 0; i < l.n + radius; i++) {
        if (i < l.n) {
            sum += copy[i];
            n++;
        }
        const int out = i - radius, gone = out - radius - 1;
        if (gone >= 0 && gone < l.n) {
            sum -= copy[gone];
            n--;
        }
        if (out >= 0 && out < l.n)
            l.data[out * l.stride] = grid(sum / n);
    }
}

/* --- masks ---------------------------------------------------------------- */

struct scratch {
    float *copy;
    int *queue;
};

static bool scratch_init(struct scratch *s, const ebru_image *mask, ebru_error *err)
{
    const size_t n = (size_t)(mask->width > mask->height ? mask->width : mask->height);

    *s = (struct scratch){ malloc(n * sizeof(float)), malloc(n * sizeof(int)) };
    if (s->copy && s->queue)
        return true;
    free(s->copy);
    free(s->queue);
    if (err)
        *err = (ebru_error){ .status = EBRU_NO_MEMORY, .message = "no memory for a mask" };
    return false;
}

static void scratch_clear(struct scratch *s)
{
    free(s->copy);
    free(s->queue);
}

static struct line row_of(const ebru_image *m, int y)
{
    return (struct line){ m->data + (size_t)y * m->width, m->width, 1 };
}

static struct line column_of(const ebru_image *m, int x)
{
    return (struct line){ m->data + x, m->height, (size_t)m->width };
}

bool mask_dilate(ebru_image *mask, int radius, ebru_error *err)
{
    struct scratch s;

    if (radius <= 0)
        return true;
    if (!scratch_init(&s, mask, err))
        return false;
    for (int y = 0; y < mask->height; y++)
        dilate_line(row_of(mask, y), radius, s.copy, s.queue);
    for (int x = 0; x < mask->width; x++)
        dilate_line(column_of(mask, x), radius, s.copy, s.queue);
    scratch_clear(&s);
    return true;
}

bool mask_blur(ebru_image *mask, int radius, ebru_error *err)
{
    struct scratch s;

    if (radius <= 0)
        return true;
    if (!scratch_init(&s, mask, err))
        return false;
    for (int pass = 0; pass < 3; pass++) {
        const int part = (radius + pass) / 3;
        for (int y = 0; y < mask->height && part; y++)
            blur_line(row_of(mask, y), part, s.copy);
        for (int x = 0; x < mask->width && part; x++)
            blur_line(column_of(mask, x), part, s.copy);
    }
    scratch_clear(&s);
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
