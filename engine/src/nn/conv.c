/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * conv.c - convolutions: which algorithm, and how threads divide it.
 *
 * Two of them, each in two ways. Where there is much picture, every thread has
 * pixels of its own and needs nobody; where there is little, the weights are the
 * larger part, and all share one transformed input and divide the columns.
 */
#include "kernels/conv.h"
#include "nn/norm.h"
#include "nn/op.h"
#include "nn/product.h"
#include "nn/share.h"

#include <assert.h>
#include <omp.h>
#include <string.h>

void conv_bind_no_bias(struct conv *l, struct scope s, int in, int out, int size, int stride)
{
    *l = (struct conv){ .in = in, .out = out, .size = size, .stride = stride };
    bind_weight(s, "weight", &l->weight, size == 1 ? PACK_MATRIX : PACK_CONV3, 4, out, in, size,
                size);
}

void conv_bind(struct conv *l, struct scope s, int in, int out, int size, int stride)
{
    conv_bind_no_bias(l, s, in, out, size, stride);
    bind_weight(s, "bias", &l->bias, PACK_VECTOR, 1, out);
}

static int ceil_div(int a, int b)
{
    return (a + b - 1) / b;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

/* A convolution under way: what all its threads know. */
struct job {
    struct run *r;
    const struct conv3 *v;
    const struct arithmetic *in;
    struct window window;                         /* data: of all, or of thread 0 */
    struct tiles tiles;                           /* likewise */
    int pieces;                                   /* per picture, direct */
    size_t window_size, tiles_size, scratch_size; /* bytes; floats; bytes */
    char *scratch;
    bool shared;
    double flops;
};

/* Report; columns [.., n) of `all` times `rows` parts are done. */
static bool poll(const struct job *j, double done, double all)
{
    return run_poll(j->r, omp_get_thread_num(), j->flops, all > 0 ? done / all : 1);
}

/* Row of all padded rows where the taps of row y of all output rows begin. */
static int window_row(const struct job *j, int y)
{
    return y / j->v->out_h * j->window.rows + y % j->v->out_h * j->v->stride;
}

/* ---- Direct ------------------------------------------------------------ */

/* Columns a call may do within some milliseconds. */
static int direct_columns(const struct conv3 *v, int pixels)
{
    const double column = 18.0 * pixels * v->c;

    return column < 4e6 ? ((int)(1e8 / column) / CONV_UNIT + 1) * CONV_UNIT : CONV_UNIT;
}

static void direct_shared(const struct job *j, void *scratch)
{
    const struct conv3 *const v = j->v;
    const int pixels = v->n * v->out_h * v->out_w;
    const struct share columns =
        share_of(v->finish.n, CONV_UNIT, omp_get_thread_num(), omp_get_num_threads());
    bool go = true;

#pragma omp for schedule(static)
    for (int i = 0; i < j->window.end; i++)
        j->in->conv_input(v, &j->window, i, i + 1);
    for (int n = columns.first; go && n < columns.end; n += CONV_UNIT)
        for (int p = 0; go && p < pixels; p += CONV_PIXELS) {
            const int end = smaller(n + CONV_UNIT, columns.end);
            j->in->conv_direct(v, &j->window, p, smaller(p + CONV_PIXELS, pixels), n, end, scratch);
            go = poll(j, end - columns.first, columns.end - columns.first);
        }
}

/* Piece i of all, with the rows it needs in a window of its own. */
static bool direct_piece(const struct job *j, struct window *w, int i, struct share mine,
                         void *scratch)
{
    const struct conv3 *const v = j->v;
    const int picture = i / j->pieces, pixels = v->out_h * v->out_w;
    const struct share p = share_of(pixels, 1, i % j->pieces, j->pieces);
    const int first = picture * pixels + p.first, end = picture * pixels + p.end;
    const int step = direct_columns(v, end - first);

    w->first = window_row(j, first / v->out_w);
    w->end = window_row(j, (end - 1) / v->out_w) + 3;
    j->in->conv_input(v, w, w->first, w->end);
    for (int n = 0; n < v->finish.n; n += step) {
        j->in->conv_direct(v, w, first, end, n, smaller(n + step, v->finish.n), scratch);
        const double part = (double)(n + step) / v->finish.n;
        if (!poll(j, i - mine.first + (part < 1 ? part : 1), mine.end - mine.first))
            return false;
    }
    return true;
}

static void direct_own(const struct job *j, void *scratch)
{
    const int t = omp_get_thread_num();
    const struct share mine = share_of(j->v->n * j->pieces, 1, t, omp_get_num_threads());
    struct window w = j->window;

    w.data = (char *)w.data + (size_t)t * j->window_size;
    for (int i = mine.first; i < mine.end; i++)
        if (!direct_piece(j, &w, i, mine, scratch))
            return;
}

static void direct_plan(struct job *j, int threads)
{
    const struct conv3 *const v = j->v;
    const int pixels = v->out_h * v->out_w;
    struct window *const w = &j->window;

    w->rows = (v->out_h - 1) * v->stride + 3;
    w->cols = (v->out_w - 1) * v->stride + 3;
    j->in->conv_window(v->c, w);
    w->end = v->n * w->rows;
    j->shared = (long long)v->n * pixels <= 512LL * threads;
    int rows = w->end;
    if (!j->shared) {
        const int per_picture = ceil_div(threads, v->n), by_size = ceil_div(pixels, 1024);
        j->pieces = by_size > per_picture ? by_size : per_picture;
        rows = ((ceil_div(pixels, j->pieces) + v->out_w - 2) / v->out_w) * v->stride + 3;
        rows = smaller(rows, w->rows);
    }
    w->slice = (ptrdiff_t)rows * w->cols * w->pitch;
    j->window_size = (size_t)w->slice * (size_t)ceil_div(v->c, w->width) * j->in->operand;
    j->scratch_size = (j->in->conv_scratch(v->c) + 63) / 64 * 64;
}

/* ---- Winograd ---------------------------------------------------------- */

/* Let the window hold the rows [first, first + 6), keeping those it has of them. */
static void window_advance(const struct job *j, struct window *w, int first)
{
    const size_t row = (size_t)w->cols * (size_t)w->pitch;
    float *const data = w->data;
    int from = first;

    if (first > w->first && first < w->end) {
        memmove(data, data + (size_t)(first - w->first) * row,
                (size_t)(w->end - first) * row * sizeof(*data));
        from = w->end;
    } else if (first == w->first && w->end == first + WINO_TILE + 2) {
        return;
    }
    w->first = first;
    w->end = first + WINO_TILE + 2;
    j->in->conv_input(j->v, w, from, w->end);
}

static int tiles_across(const struct conv3 *v)
{
    return ceil_div(v->out_w, WINO_TILE);
}

static int tiles_down(const struct conv3 *v)
{
    return ceil_div(v->out_h, WINO_TILE);
}

static void winograd_own(const struct job *j, void *scratch)
{
    const struct conv3 *const v = j->v;
    const int t = omp_get_thread_num(), across = tiles_across(v), down = tiles_down(v);
    const struct share mine = share_of(v->n * across * down, 1, t, omp_get_num_threads());
    struct window w = j->window;
    struct tiles tiles = j->tiles;
    double done = 0;

    w.data = (char *)w.data + (size_t)t * j->window_size;
    w.first = w.end = 0;
    tiles.data += (size_t)t * j->tiles_size;
    for (int i = mine.first, count; i < mine.end; i += count) {
        count = smaller(tiles.capacity, mine.end - i);
        for (int at = 0, run; at < count; at += run) {
            const int row = (i + at) / across;
            run = smaller(count - at, across - (i + at) % across);
            window_advance(j, &w, row / down * w.rows + row % down * WINO_TILE);
            j->r->k->wino_input(v, &w, i + at, i + at + run, &tiles, at);
        }
        for (int n = 0; n < v->finish.n; n += CONV_UNIT) {
            const int end = smaller(n + CONV_UNIT, v->finish.n);
            j->r->k->wino_product(v, &tiles, i, count, n, end, scratch);
            done += (double)(end - n) * count;
            if (!poll(j, done, (double)(mine.end - mine.first) * v->finish.n))
                return;
        }
    }
}

static void winograd_shared(const struct job *j, void *scratch)
{
    const struct conv3 *const v = j->v;
    const int all = v->n * tiles_across(v) * tiles_down(v);
    const struct share columns =
        share_of(v->finish.n, CONV_UNIT, omp_get_thread_num(), omp_get_num_threads());
    double done = 0;
    bool go = true;

#pragma omp for schedule(static)
    for (int i = 0; i < j->window.end; i++)
        j->in->conv_input(v, &j->window, i, i + 1);
    for (int t = 0; t < all; t += j->tiles.capacity) {
        const int count = smaller(j->tiles.capacity, all - t);
#pragma omp for schedule(static)
        for (int i = 0; i < count; i++)
            j->r->k->wino_input(v, &j->window, t + i, t + i + 1, &j->tiles, i);
        for (int n = columns.first; go && n < columns.end; n += CONV_UNIT) {
            const int end = smaller(n + CONV_UNIT, columns.end);
            j->r->k->wino_product(v, &j->tiles, t, count, n, end, scratch);
            done += (double)(end - n) * count;
            go = poll(j, done, (double)(columns.end - columns.first) * all);
        }
#pragma omp barrier
    }
}

static void winograd_plan(struct job *j, int threads)
{
    const struct conv3 *const v = j->v;
    const int all = v->n * tiles_across(v) * tiles_down(v);
    const int chunks = ceil_div(v->c, WINO_CHUNK);
    struct window *const w = &j->window;
    struct tiles *const tiles = &j->tiles;

    w->rows = WINO_TILE * tiles_down(v) + 2;
    w->cols = WINO_TILE * tiles_across(v) + 2;
    w->width = w->pitch = ceil_div(v->c, 16) * 16;
    w->end = v->n * w->rows;
    j->shared = all < 96 * threads;
    const int mine = j->shared ? all : ceil_div(all, threads);
    tiles->capacity = ceil_div(mine, ceil_div(mine, WINO_TILES));
    tiles->chunk = ceil_div(ceil_div(v->c, chunks), 16) * 16;
    tiles->plane = (ptrdiff_t)tiles->capacity * tiles->chunk + 16;
    j->window_size =
        (size_t)(j->shared ? w->end : WINO_TILE + 2) * (size_t)(w->cols * w->pitch) * sizeof(float);
    j->tiles_size = (size_t)ceil_div(v->c, tiles->chunk) * WINO_PLANES * (size_t)tiles->plane;
    j->scratch_size = WINO_SCRATCH * sizeof(float);
}

/* ---- Both -------------------------------------------------------------- */

/* By shape and precision alone: the result must not depend on threads or processor. Of smaller
 * pictures too many tiles would stick out, few channels have too little to multiply; what
 * Winograd's algorithm adds up would lose too much in fewer bits than float32's. */
static bool use_winograd(const struct conv3 *v, enum precision precision)
{
    return precision == PRECISION_F32 && v->stride == 1 && v->out_h >= 8 && v->out_w >= 8 &&
           v->c >= 16 && v->finish.n >= 16;
}

static float *floats(struct run *r, size_t count)
{
    return arena_alloc(&r->arena, count * sizeof(float));
}

static void conv3_run(struct run *r, const struct conv3 *v, enum precision precision)
{
    const bool winograd = use_winograd(v, precision);
    const double flops = 18.0 * v->n * v->out_h * v->out_w * v->c * v->finish.n;
    const int threads = worth_threads(flops, r->n_threads);
    struct job j = { .r = r, .v = v, .in = &r->k->in[precision], .flops = flops };

    (winograd ? winograd_plan : direct_plan)(&j, threads);
    const size_t copies = j.shared ? 1 : (size_t)threads;
    j.window.data = arena_alloc(&r->arena, copies * j.window_size);
    j.tiles.data = floats(r, copies * j.tiles_size);
    j.scratch = arena_alloc(&r->arena, (size_t)threads * j.scratch_size);
    if (!run_begin(r, flops))
        return;
#pragma omp parallel num_threads(threads)
    {
        const unsigned mode = flush_begin();
        char *const scratch = j.scratch + (size_t)omp_get_thread_num() * j.scratch_size;
        if (winograd)
            (j.shared ? winograd_shared : winograd_own)(&j, scratch);
        else
            (j.shared ? direct_shared : direct_own)(&j, scratch);
        flush_end(mode);
    }
}

static struct tensor result_of(struct run *r, const struct conv_extra *e, int n, int h, int w,
                               int c)
{
    if (!e->into)
        return tensor_new(r, n, h, w, c);
    assert(e->into->n == n && e->into->h == h && e->into->w == w && e->into->c == c);
    return *e->into;
}

static struct tensor conv3(struct run *r, const struct conv *l, struct tensor x,
                           struct conv_extra e)
{
    const int h = (e.upsample ? 2 * x.h : x.h) - e.above - e.below;
    const int w = e.upsample ? 2 * x.w : x.w;
    const int border = e.pad_end ? 1 : 2;
    assert(!r->wrap_y || (!e.above && !e.below)); /* a band has no other side */
    const struct tensor y = result_of(r, &e, x.n, (h + border - 3) / l->stride + 1,
                                      (w + border - 3) / l->stride + 1, l->out);
    const size_t mark = arena_mark(&r->arena), folded = (size_t)x.n * (size_t)x.c;
    float *scale = e.norm ? floats(r, folded) : NULL, *shift = e.norm ? floats(r, folded) : NULL;

    if (e.norm)
        group_norm_fold(r, e.norm, x, scale, shift);
    if (e.folded) {
        scale = e.folded->scale;
        shift = e.folded->shift;
    }
    conv3_run(r,
              &(struct conv3){ .x = x.data,
                               .n = x.n,
                               .h = x.h,
                               .w = x.w,
                               .c = x.c,
                               .upsample = e.upsample,
                               .wrap_x = r->wrap_x,
                               .wrap_y = r->wrap_y,
                               .scale = scale,
                               .shift = shift,
                               .pad = e.pad_end ? 0 : 1,
                               .above = e.above,
                               .stride = l->stride,
                               .out_h = y.h,
                               .out_w = y.w,
                               .weight = l->weight.data,
                               .type = (enum storage)l->weight.type,
                               .finish = { .bias = weight_vector(&l->bias),
                                           .time = e.time ? e.time->data : NULL,
                                           .time_rows = y.h * y.w,
                                           .act = e.act,
                                           .residual = e.residual ? e.residual->data : NULL,
                                           .out = y.data,
                                           .n = l->out } },
              (enum precision)l->weight.precision);
    arena_release(&r->arena, mark);
    return y;
}

struct tensor conv(struct run *r, const struct conv *l, struct tensor x, struct conv_extra e)
{
    op_note(r, &(struct op){ .kind = OP_CONV,
                             .conv = l,
                             .x = x,
                             .act = e.act,
                             .extra = e,
                             .time = e.time ? *e.time : (struct tensor){ 0 },
                             .residual = e.residual ? *e.residual : (struct tensor){ 0 } });
    assert(x.c == l->in && (!e.time || e.time->c == l->out));
    if (l->size == 3)
        return conv3(r, l, x, e);
    assert(l->stride == 1 && !e.norm && !e.folded && !e.time && !e.upsample && !e.pad_end &&
           !e.above && !e.below);
    const struct tensor y = result_of(r, &e, x.n, x.h, x.w, l->out);
    product(r, x, &l->weight,
            (struct finish){ .bias = weight_vector(&l->bias),
                             .act = e.act,
                             .residual = e.residual ? e.residual->data : NULL,
                             .out = y.data,
                             .n = l->out });
    return y;
}
