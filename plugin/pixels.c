/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pixels.h"

#include "mask.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool no_memory(ebru_error *err)
{
    if (err)
        *err = (ebru_error){ .status = EBRU_NO_MEMORY, .message = "no memory for a picture" };
    return false;
}

/* --- sizes ---------------------------------------------------------------- */

static const double LOBES = 3;

static double lanczos(double x)
{
    const double p = 3.14159265358979323846 * x;

    if (fabs(x) >= LOBES)
        return 0;
    return x == 0 ? 1 : LOBES * sin(p) * sin(p / LOBES) / (p * p);
}

/* For each of n new positions the first of `taps` old ones, and their weights. */
struct filter {
    int n, taps;
    int *first;
    float *weight; /* [n][taps] */
};

static void filter_clear(struct filter *f)
{
    free(f->first);
    free(f->weight);
}

static bool filter_init(struct filter *f, int from, int to)
{
    const double step = (double)from / to, widen = step > 1 ? step : 1;
    int taps = (int)ceil(2 * LOBES * widen) + 1;

    taps = taps > from ? from : taps;
    *f = (struct filter){ to, taps, malloc((size_t)to * sizeof(int)),
                          calloc((size_t)to * taps, sizeof(float)) };
    if (!f->first || !f->weight) {
        filter_clear(f);
        return false;
    }
    for (int i = 0; i < to; i++) {
        const double centre = (i + 0.5) * step - 0.5;
        int first = (int)ceil(centre - LOBES * widen);
        double sum = 0;
        first = first < 0 ? 0 : first > from - taps ? from - taps : first;
        f->first[i] = first;
        for (int k = 0; k < taps; k++)
            sum += lanczos((first + k - centre) / widen);
        for (int k = 0; k < taps; k++)
            f->weight[(size_t)i * taps + k] = (float)(lanczos((first + k - centre) / widen) / sum);
    }
    return true;
}

/* [h][from][c] -> [h][to][c] */
static void filter_rows(const struct filter *f, const float *in, int from, float *out, int h, int c)
{
    for (int y = 0; y < h; y++)
        for (int x = 0; x < f->n; x++) {
            const float *const w = f->weight + (size_t)x * f->taps;
            const float *const p = in + ((size_t)y * from + f->first[x]) * c;
            for (int k = 0; k < c; k++) {
                float sum = 0;
                for (int t = 0; t < f->taps; t++)
                    sum += w[t] * p[(size_t)t * c + k];
                out[((size_t)y * f->n + x) * c + k] = sum;
            }
        }
}

/* [from][n] -> [to][n] */
static void filter_columns(const struct filter *f, const float *in, float *out, size_t n)
{
    for (int y = 0; y < f->n; y++) {
        const float *const w = f->weight + (size_t)y * f->taps;
        float *const o = out + (size_t)y * n;
        memset(o, 0, n * sizeof(float));
        for (int t = 0; t < f->taps; t++)
            for (size_t i = 0; i < n; i++)
                o[i] += w[t] * in[(size_t)(f->first[y] + t) * n + i];
    }
}

static void keep_in_range(ebru_image *mask)
{
    const size_t n = (size_t)mask->width * mask->height;

    for (size_t i = 0; i < n; i++)
        mask->data[i] = fminf(1, fmaxf(0, mask->data[i]));
}

bool pixels_resize(const ebru_image *from, int height, int width, ebru_image *to, ebru_error *err)
{
    const size_t row = (size_t)width * from->channels;
    struct filter across = { 0 }, down = { 0 };

    if (!ebru_image_alloc(to, height, width, from->channels, err))
        return false;
    if (from->width == width && from->height == height) {
        memcpy(to->data, from->data, row * (size_t)height * sizeof(float));
        return true;
    }
    float *const half = malloc(row * (size_t)from->height * sizeof(float));
    const bool ok = half && filter_init(&across, from->width, width) &&
                    filter_init(&down, from->height, height);
    if (ok) {
        filter_rows(&across, from->data, from->width, half, from->height, from->channels);
        filter_columns(&down, half, to->data, row);
        if (to->channels == 1)
            keep_in_range(to);
    }
    filter_clear(&across);
    filter_clear(&down);
    free(half);
    if (!ok)
        ebru_image_clear(to);
    return ok || no_memory(err);
}

/* --- what stands in a selection before it is filled ----------------------- */

/* The mean of what is known, over ever larger cells, until every pixel has one: a pyramid of
 * halved pictures, filled from the top. known: [h][w], 0 to 1. */
static bool fill_holes(float *colour, float *known, int w, int h, int c)
{
    const int w2 = (w + 1) / 2, h2 = (h + 1) / 2;

    if (w == 1 && h == 1)
        return true;
    float *const small = calloc((size_t)w2 * h2 * (c + 1), sizeof(float));
    float *const sure = small ? small + (size_t)w2 * h2 * c : NULL;
    if (!small)
        return false;
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            const size_t i = (size_t)y * w + x, j = (size_t)(y / 2) * w2 + x / 2;
            sure[j] += known[i];
            for (int k = 0; k < c; k++)
                small[j * c + k] += known[i] * colour[i * c + k];
        }
    for (size_t j = 0; j < (size_t)w2 * h2; j++) {
        for (int k = 0; k < c; k++)
            small[j * c + k] /= sure[j] > 0 ? sure[j] : 1;
        sure[j] = sure[j] > 1 ? 1 : sure[j];
    }
    const bool ok = fill_holes(small, sure, w2, h2, c);
    for (int y = 0; y < h && ok; y++)
        for (int x = 0; x < w; x++) {
            const size_t i = (size_t)y * w + x, j = (size_t)(y / 2) * w2 + x / 2;
            for (int k = 0; k < c; k++)
                colour[i * c + k] =
                    known[i] * colour[i * c + k] + (1 - known[i]) * small[j * c + k];
            known[i] = 1;
        }
    free(small);
    return ok;
}

/* Smooth the cells of the pyramid: a few passes of a small box, inside the hole alone. */
static void smooth_holes(float *colour, const float *hole, int w, int h, int c)
{
    for (int pass = 0; pass < 24; pass++)
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++) {
                const size_t i = (size_t)y * w + x;
                if (hole[i] == 0)
                    continue;
                const size_t up = y ? i - w : i, down = y + 1 < h ? i + w : i;
                const size_t left = x ? i - 1 : i, right = x + 1 < w ? i + 1 : i;
                for (int k = 0; k < c; k++)
                    colour[i * c + k] = 0.25f * (colour[up * c + k] + colour[down * c + k] +
                                                 colour[left * c + k] + colour[right * c + k]);
            }
}

/* For every pixel of the hole the nearest one outside, by two sweeps over the distances of its
 * neighbours (Borgefors, 1986). from: [h][w], index of the pixel. */
static void nearest(const float *hole, int w, int h, float *distance, size_t *from)
{
    static const int dx[] = { -1, 0, 1, -1, 1, -1, 0, 1 }, dy[] = { -1, -1, -1, 0, 0, 1, 1, 1 };
    const size_t n = (size_t)w * h;

    for (size_t i = 0; i < n; i++) {
        distance[i] = hole[i] > 0 ? INFINITY : 0;
        from[i] = i;
    }
    for (int sweep = 0; sweep < 2; sweep++)
        for (size_t s = 0; s < n; s++) {
            const size_t i = sweep ? n - 1 - s : s;
            const int x = (int)(i % (size_t)w), y = (int)(i / (size_t)w);
            for (int k = sweep ? 4 : 0; k < (sweep ? 8 : 4); k++) {
                const int nx = x + dx[k], ny = y + dy[k];
                if (nx < 0 || nx >= w || ny < 0 || ny >= h)
                    continue;
                const size_t j = (size_t)ny * w + nx;
                const float d = distance[j] + (dx[k] && dy[k] ? 1.41421356f : 1);
                if (d < distance[i]) {
                    distance[i] = d;
                    from[i] = from[j];
                }
            }
        }
}

static bool fill_from_border(float *colour, const float *hole, int w, int h, int c)
{
    const size_t n = (size_t)w * h;
    float *const distance = malloc(n * sizeof(float));
    size_t *const from = malloc(n * sizeof(size_t));
    const bool ok = distance && from;

    if (ok) {
        nearest(hole, w, h, distance, from);
        for (size_t i = 0; i < n; i++)
            if (from[i] != i)
                memcpy(colour + i * c, colour + from[i] * c, c * sizeof(float));
    }
    free(distance);
    free(from);
    return ok;
}

static bool fill_from_around(float *colour, const float *hole, int w, int h, int c)
{
    const size_t n = (size_t)w * h;
    float *const known = malloc(n * sizeof(float));
    bool ok = known != NULL, any = false;

    for (size_t i = 0; i < n && ok; i++) {
        known[i] = hole[i] > 0 ? 0 : 1;
        any = any || known[i] > 0;
    }
    if (ok && !any) { /* there is nothing around: it stays as it is */
        free(known);
        return true;
    }
    ok = ok && fill_holes(colour, known, w, h, c);
    if (ok)
        smooth_holes(colour, hole, w, h, c);
    free(known);
    return ok;
}

static void fill_grey(float *colour, const float *hole, size_t n, int c)
{
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < c && hole[i] > 0; k++)
            colour[i * c + k] = 0.5f;
}

bool pixels_prefill(ebru_image *picture, const ebru_image *where, enum prefill how, ebru_error *err)
{
    const int w = picture->width, h = picture->height, c = picture->channels;
    const size_t n = (size_t)w * h;
    ebru_image filled;
    bool ok = true;

    if (how == PREFILL_NONE || how == PREFILL_AUTOMATIC)
        return true;
    if (!pixels_resize(picture, h, w, &filled, err))
        return false;
    if (how == PREFILL_NEUTRAL)
        fill_grey(filled.data, where->data, n, c);
    else if (how == PREFILL_BLUR)
        ok = fill_from_around(filled.data, where->data, w, h, c);
    else
        ok = fill_from_border(filled.data, where->data, w, h, c);
    if (ok)
        pixels_blend(&filled, picture, where);
    if (ok)
        memcpy(picture->data, filled.data, n * c * sizeof(float));
    ebru_image_clear(&filled);
    return ok || no_memory(err);
}

/* --- colours that fit ----------------------------------------------------- */

enum { CHANNELS = 4 };

struct spread {
    double mean[CHANNELS], deviation[CHANNELS];
};

static struct spread spread_of(const ebru_image *picture, const float *ring, size_t count)
{
    const size_t n = (size_t)picture->width * picture->height;
    const int c = picture->channels;
    double sum[CHANNELS] = { 0 }, squares[CHANNELS] = { 0 };
    struct spread s = { 0 };

    for (size_t i = 0; i < n; i++)
        for (int k = 0; ring[i] > 0 && k < c; k++) {
            const double v = picture->data[i * c + k];
            sum[k] += v;
            squares[k] += v * v;
        }
    for (int k = 0; k < c; k++) {
        s.mean[k] = sum[k] / (double)count;
        s.deviation[k] = sqrt(fmax(0, squares[k] / (double)count - s.mean[k] * s.mean[k]));
    }
    return s;
}

/* ring = 1 in the `width` px around the mask -> how many pixels that is */
static size_t ring_of(ebru_image *ring, const ebru_image *mask, int width, ebru_error *err)
{
    const size_t n = (size_t)mask->width * mask->height;
    size_t count = 0;

    if (!ebru_image_alloc(ring, mask->height, mask->width, 1, err))
        return 0;
    for (size_t i = 0; i < n; i++)
        ring->data[i] = mask->data[i] > 0 ? 1 : 0;
    if (!mask_dilate(ring, width, err))
        return 0;
    for (size_t i = 0; i < n; i++) {
        ring->data[i] = mask->data[i] > 0 ? 0 : ring->data[i];
        count += ring->data[i] > 0;
    }
    return count;
}

/* An even ring says nothing about contrast. */
static double contrast(double to, double is)
{
    return is > 0.01 && to > 0.01 ? fmin(1.25, fmax(0.8, to / is)) : 1;
}

static void match(ebru_image *result, const struct spread *is, const struct spread *to)
{
    const size_t n = (size_t)result->width * result->height;
    const int c = result->channels;
    double ratio[CHANNELS];

    for (int k = 0; k < c; k++)
        ratio[k] = contrast(to->deviation[k], is->deviation[k]);
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < c; k++) {
            float *const v = &result->data[i * c + k];
            *v = (float)((*v - is->mean[k]) * ratio[k] + to->mean[k]);
        }
}

bool pixels_match(ebru_image *result, const ebru_image *original, const ebru_image *mask, int width,
                  ebru_error *err)
{
    enum { FEW = 64 };
    ebru_error failed = { 0 };
    ebru_image ring = { 0 };
    const size_t count = ring_of(&ring, mask, width, &failed);

    if (count >= FEW) {
        const struct spread to = spread_of(original, ring.data, count);
        const struct spread is = spread_of(result, ring.data, count);
        match(result, &is, &to);
    }
    ebru_image_clear(&ring);
    if (failed.status && err)
        *err = failed;
    return !failed.status;
}

void pixels_blend(ebru_image *result, const ebru_image *original, const ebru_image *mask)
{
    const size_t n = (size_t)mask->width * mask->height;
    const int c = result->channels;

    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < c; k++) {
            const float m = mask->data[i], o = original->data[i * c + k];
            if (m < 1)
                result->data[i * c + k] = m > 0 ? m * result->data[i * c + k] + (1 - m) * o : o;
        }
}
