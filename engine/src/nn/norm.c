/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "nn/norm.h"

#include "nn/op.h"

#include <math.h>
#include <string.h>

enum {
    PIECE = 64,     /* pixels summed in float32: part of the result */
    SLICE = 64,     /* columns of sums added by one thread */
    SMALL = 1 << 15 /* values not worth a second thread */
};

void group_norm_bind(struct norm *l, struct scope s, int c, int groups, float eps)
{
    *l = (struct norm){ .c = c, .groups = groups, .eps = eps };
    bind_weight(s, "weight", &l->scale, PACK_VECTOR, 1, c);
    bind_weight(s, "bias", &l->shift, PACK_VECTOR, 1, c);
}

void layer_norm_bind(struct norm *l, struct scope s, int c)
{
    group_norm_bind(l, s, c, 0, 1e-5f);
}

/* Channels [first, end) are one group. Every sum is of distances from `pivot`. */
static void fold_group(const struct norm *l, int first, int end, int pixels, const float *pivot,
                       const double *sum, const double *square, float *scale, float *shift)
{
    const float *const gamma = l->scale.data, *const beta = l->shift.data;
    const double n = (double)pixels * (end - first);
    double mean = 0, variance = 0;

    for (int j = first; j < end; j++)
        mean += sum[j] + pixels * (double)pivot[j];
    mean /= n;
    for (int j = first; j < end; j++) {
        const double d = pivot[j] - mean;
        variance += square[j] + 2 * d * sum[j] + pixels * d * d;
    }
    variance = fmax(variance / n, 0);
    const double f = 1 / sqrt(variance + (double)l->eps);
    for (int j = first; j < end; j++) {
        scale[j] = (float)(gamma[j] * f);
        shift[j] = (float)(beta[j] - mean * gamma[j] * f);
    }
}

static int pieces_of(int pixels)
{
    return (pixels + PIECE - 1) / PIECE;
}

struct group_sums group_sums_new(struct run *r, int pixels, int c)
{
    const size_t width = (size_t)c * sizeof(float);

    return (struct group_sums){ .pivot = arena_alloc(&r->arena, width),
                                .pieces =
                                    arena_alloc(&r->arena, (size_t)pieces_of(pixels) * 2 * width) };
}

void group_sums_add(struct run *r, struct group_sums *s, struct tensor band)
{
    const int c = band.c, pixels = band.h * band.w, pieces = pieces_of(pixels);
    const size_t first = (size_t)(s->pixels / PIECE);

    if (r->skip)
        return;
    if (s->pixels == 0)
        memcpy(s->pivot, band.data, (size_t)c * sizeof(float));
    s->pixels += pixels;
#pragma omp parallel num_threads(r->n_threads) if ((size_t)pixels * (size_t)c > SMALL)
    {
        const unsigned mode = flush_begin();
#pragma omp for schedule(static)
        for (int i = 0; i < pieces; i++) {
            const int n = pixels - i * PIECE < PIECE ? pixels - i * PIECE : PIECE;
            r->k->sum_piece(band.data + (size_t)i * PIECE * (size_t)c, n, c, s->pivot,
                            s->pieces + (first + (size_t)i) * 2 * (size_t)c);
        }
        flush_end(mode);
    }
}

void group_sums_fold(struct run *r, const struct norm *l, const struct group_sums *s, float *scale,
                     float *shift)
{
    const size_t mark = arena_mark(&r->arena);
    const int c = l->c, columns = 2 * c, each = c / l->groups, pieces = pieces_of(s->pixels);
    double *const total = arena_alloc(&r->arena, (size_t)columns * sizeof(*total));

    arena_release(&r->arena, mark);
    if (r->skip)
        return;
#pragma omp parallel num_threads(r->n_threads) if ((size_t)pieces * (size_t)c > SMALL)
    {
        const unsigned mode = flush_begin();
#pragma omp for schedule(static)
        for (int j = 0; j < columns; j += SLICE) {
            const int n = columns - j < SLICE ? columns - j : SLICE;
            r->k->add_pieces(s->pieces + j, pieces, columns, n, total + j);
        }
        flush_end(mode);
    }
    for (int j = 0; j < c; j += each)
        fold_group(l, j, j + each, s->pixels, s->pivot, total, total + c, scale, shift);
}

void group_norm_fold(struct run *r, const struct norm *l, struct tensor x, float *scale,
                     float *shift)
{
    const size_t mark = arena_mark(&r->arena), c = (size_t)x.c;
    struct group_sums sums = group_sums_new(r, x.h * x.w, x.c);
    struct tensor picture = { x.data, 1, x.h, x.w, x.c };

    for (int i = 0; i < x.n; i++) {
        sums.pixels = 0;
        group_sums_add(r, &sums, picture);
        group_sums_fold(r, l, &sums, scale, shift);
        if (r->skip)
            break;
        picture.data += tensor_count(picture);
        scale += c;
        shift += c;
    }
    arena_release(&r->arena, mark);
}

static struct tensor group_norm(struct run *r, const struct norm *l, struct tensor x)
{
    const struct tensor y = tensor_new(r, x.n, x.h, x.w, x.c);
    const size_t mark = arena_mark(&r->arena), c = (size_t)x.c, count = tensor_count(x);
    float *const scale = arena_alloc(&r->arena, (size_t)x.n * c * sizeof(*scale));
    float *const shift = arena_alloc(&r->arena, (size_t)x.n * c * sizeof(*shift));
    const int rows = x.h * x.w;
    const bool compute = run_begin(r, 8.0 * (double)count);

    group_norm_fold(r, l, x, scale, shift);
    arena_release(&r->arena, mark);
    if (!compute)
        return y;
#pragma omp parallel num_threads(r->n_threads) if (count > SMALL)
    {
        const unsigned mode = flush_begin();
#pragma omp for collapse(2) schedule(static)
        for (int i = 0; i < x.n; i++)
            for (int j = 0; j < rows; j += PIECE) {
                const size_t at = ((size_t)i * (size_t)rows + (size_t)j) * c;
                const int n = rows - j < PIECE ? rows - j : PIECE;
                r->k->scale_rows(y.data + at, x.data + at, (size_t)n, x.c, scale + (size_t)i * c,
                                 shift + (size_t)i * c);
            }
        flush_end(mode);
    }
    return y;
}

static struct tensor layer_norm(struct run *r, const struct norm *l, struct tensor x)
{
    const struct tensor y = tensor_new(r, x.n, x.h, x.w, x.c);
    const size_t rows = tensor_rows(x), c = (size_t)x.c, count = tensor_count(x);

    if (!run_begin(r, 8.0 * (double)count))
        return y;
#pragma omp parallel num_threads(r->n_threads) if (count > SMALL)
    {
        const unsigned mode = flush_begin();
#pragma omp for schedule(static)
        for (size_t i = 0; i < rows; i += PIECE)
            r->k->norm_rows(y.data + i * c, x.data + i * c, rows - i < PIECE ? rows - i : PIECE,
                            x.c, l->scale.data, l->shift.data, l->eps);
        flush_end(mode);
    }
    return y;
}

struct tensor norm(struct run *r, const struct norm *l, struct tensor x)
{
    op_note(r, &(struct op){ .kind = OP_NORM, .norm = l, .x = x });
    return l->groups ? group_norm(r, l, x) : layer_norm(r, l, x);
}
