/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * winograd_tmpl.c - the 3x3 convolution as F(4x4, 3x3): Lavin and Gray,
 * arXiv:1509.09308; a quarter of the multiplications.
 *
 * Points 0, +-5/8, +-3/2 and infinity. With the usual +-1 and +-2 the error is
 * twice as large (docs/numerics.md), and as these are short binary fractions
 * the matrices of input and output are still exact. Weights are transformed on
 * the way, some panels and channels at a time: stored transforms would be four
 * times as large as the weights.
 */
#include "kernels/conv.h"
#include "kernels/finish.h"
#include "kernels/micro.h"

#include <assert.h>

enum { SIDE = WINO_TILE + 2, PLANES = WINO_PLANES, TAPS = 9 };

#define A1 0.625f /* 5/8 and its powers */
#define A2 0.390625f
#define A3 0.244140625f
#define B1 1.5f
#define B2 2.25f
#define B3 3.375f

/* Six elements of the input, `step` apart, to the six points. */
INLINE void input_line(const vec *d, int step, vec *to, int to_step)
{
    const vec d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step];
    const vec even_a = vec_fma(vec_set1(-B2), d2, d4), odd_a = vec_fma(vec_set1(-B2), d1, d3);
    const vec even_b = vec_fma(vec_set1(-A2), d2, d4), odd_b = vec_fma(vec_set1(-A2), d1, d3);

    to[0] = vec_fma(vec_set1(A2 * B2), d[0], vec_fma(vec_set1(-A2 - B2), d2, d4));
    to[to_step] = vec_fma(vec_set1(A1), odd_a, even_a);
    to[2 * to_step] = vec_fma(vec_set1(-A1), odd_a, even_a);
    to[3 * to_step] = vec_fma(vec_set1(B1), odd_b, even_b);
    to[4 * to_step] = vec_fma(vec_set1(-B1), odd_b, even_b);
    to[5 * to_step] = vec_fma(vec_set1(A2 * B2), d1, vec_fma(vec_set1(-A2 - B2), d3, d[5 * step]));
}

/* Three weights: values of the polynomial over the product of differences of the points. */
INLINE void weight_line(const vec *g, int step, vec *to, int to_step)
{
    const double fa = 2 * (double)A2 * (A2 - B2), fb = 2 * (double)B2 * (B2 - A2);
    const vec g0 = g[0], g1 = g[step], g2 = g[2 * step];
    const vec a = vec_fma(vec_set1((float)(A2 / fa)), g2, vec_mul(vec_set1((float)(1 / fa)), g0));
    const vec b = vec_fma(vec_set1((float)(B2 / fb)), g2, vec_mul(vec_set1((float)(1 / fb)), g0));

    to[0] = vec_mul(vec_set1((float)(1 / ((double)A2 * B2))), g0);
    to[to_step] = vec_fma(vec_set1((float)(A1 / fa)), g1, a);
    to[2 * to_step] = vec_fma(vec_set1((float)(-A1 / fa)), g1, a);
    to[3 * to_step] = vec_fma(vec_set1((float)(B1 / fb)), g1, b);
    to[4 * to_step] = vec_fma(vec_set1((float)(-B1 / fb)), g1, b);
    to[5 * to_step] = g2;
}

/* Six points to four elements of the output. */
INLINE void output_line(const vec *m, int step, vec *to, int to_step)
{
    const vec sa = vec_add(m[step], m[2 * step]), da = vec_sub(m[step], m[2 * step]);
    const vec sb = vec_add(m[3 * step], m[4 * step]), db = vec_sub(m[3 * step], m[4 * step]);

    to[0] = vec_add(m[0], vec_add(sa, sb));
    to[to_step] = vec_fma(vec_set1(A1), da, vec_mul(vec_set1(B1), db));
    to[2 * to_step] = vec_fma(vec_set1(A2), sa, vec_mul(vec_set1(B2), sb));
    to[3 * to_step] = vec_fma(vec_set1(A3), da, vec_fma(vec_set1(B3), db, m[5 * step]));
}

INLINE void input_transform(const vec *in, vec *to)
{
    vec t[PLANES];

    for (int i = 0; i < SIDE; i++)
        input_line(in + i, SIDE, t + i, SIDE);
    for (int i = 0; i < SIDE; i++)
        input_line(t + i * SIDE, 1, to + i * SIDE, 1);
}

INLINE void weight_transform(const vec *in, vec *to)
{
    vec t[SIDE * 3];

    for (int i = 0; i < 3; i++)
        weight_line(in + i, 3, t + i, 3);
    for (int i = 0; i < SIDE; i++)
        weight_line(t + i * 3, 1, to + i * SIDE, 1);
}

INLINE void output_transform(const vec *in, vec *to)
{
    vec t[WINO_TILE * SIDE];

    for (int i = 0; i < SIDE; i++)
        output_line(in + i, SIDE, t + i, SIDE);
    for (int i = 0; i < WINO_TILE; i++)
        output_line(t + i * SIDE, 1, to + i * WINO_TILE, 1);
}

struct place {
    int picture, y, x; /* of the first output pixel of a tile */
};

static struct place tile_place(const struct conv3 *v, int t)
{
    const int across = (v->out_w + WINO_TILE - 1) / WINO_TILE;
    const int down = (v->out_h + WINO_TILE - 1) / WINO_TILE;

    return (struct place){ t / (across * down), t / across % down * WINO_TILE,
                           t % across * WINO_TILE };
}

static void input_tile(const struct conv3 *v, const struct window *x, const float *from,
                       const struct tiles *to, int at)
{
    for (int c = 0; c < v->c; c += VL) {
        const int chunk = c / to->chunk;
        float *const d = to->data + (ptrdiff_t)chunk * PLANES * to->plane +
                         (ptrdiff_t)at * to->chunk + (c - chunk * to->chunk);
        vec in[PLANES], out[PLANES];
        for (int i = 0; i < SIDE; i++)
            for (int j = 0; j < SIDE; j++)
                in[i * SIDE + j] = vec_load(from + (ptrdiff_t)(i * x->cols + j) * x->pitch + c);
        input_transform(in, out);
        for (int i = 0; i < PLANES; i++)
            vec_store(d + i * to->plane, out[i]);
    }
}

static void wino_input(const struct conv3 *v, const struct window *x, int t0, int t1,
                       const struct tiles *to, int at)
{
    for (int t = t0; t < t1; t++, at++) {
        const struct place p = tile_place(v, t);
        const ptrdiff_t row = (ptrdiff_t)p.picture * x->rows + p.y - x->first;
        input_tile(v, x, (const float *)x->data + (row * x->cols + p.x) * x->pitch, to, at);
    }
}

/* Panels from column n on, channels [c0, c0 + len): [c][9][16] -> [36][panel][len][16]. */
static void wino_weights(const struct conv3 *v, int n, int c0, int len, float *to, ptrdiff_t plane)
{
    for (int q = 0; q < NR / PANEL; q++)
        for (int c = 0; c < len; c++) {
            const size_t at =
                ((size_t)(n / PANEL + q) * (size_t)v->c + (size_t)(c0 + c)) * TAPS * PANEL;
            for (int j = 0; j < PANEL; j += VL) {
                float *const d = to + (q * len + c) * PANEL + j;
                vec g[TAPS], u[PLANES];
                for (int t = 0; t < TAPS; t++)
                    g[t] = vec_load_stored(v->weight, v->type, at + (size_t)(t * PANEL + j));
                weight_transform(g, u);
                for (int i = 0; i < PLANES; i++)
                    vec_store(d + i * plane, u[i]);
            }
        }
}

/* Place `at` of the sums, which is tile t, columns [n, n + NR). */
static void output_tile(const struct conv3 *v, const float *sums, ptrdiff_t plane, int t, int n)
{
    const struct place p = tile_place(v, t);
    const ptrdiff_t first = ((ptrdiff_t)p.picture * v->out_h + p.y) * v->out_w + p.x;
    const int rows = v->out_h - p.y < WINO_TILE ? v->out_h - p.y : WINO_TILE;
    const int cols = v->out_w - p.x < WINO_TILE ? v->out_w - p.x : WINO_TILE;
    const float *const time = finish_time(&v->finish, first);

    for (int j = 0; j < NR && n + j < v->finish.n; j += VL) {
        const int count = v->finish.n - n - j < VL ? v->finish.n - n - j : VL;
        const vec offset = finish_offset(v->finish.bias, time, n + j, count);
        vec m[PLANES], y[WINO_TILE * WINO_TILE];
        for (int i = 0; i < PLANES; i++)
            m[i] = vec_load(sums + i * plane + j);
        output_transform(m, y);
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < cols; c++)
                finish_vec(&v->finish, y[r * WINO_TILE + c], offset, first + r * v->out_w + c,
                           n + j, count);
    }
}

/* One turn of columns: all channels, a chunk at a time. */
static void wino_columns(const struct conv3 *v, const struct tiles *x, int count, int n,
                         float *sums, ptrdiff_t sums_plane, float *wide)
{
    static const ptrdiff_t zero = 0;
    const ptrdiff_t wide_plane = (ptrdiff_t)x->chunk * NR + 16;
    const float *row[MR];

    for (int c = 0; c < v->c; c += x->chunk) {
        const int len = v->c - c < x->chunk ? v->c - c : x->chunk;
        const float *a = x->data + (ptrdiff_t)(c / x->chunk) * PLANES * x->plane;
        wino_weights(v, n, c, len, wide, wide_plane);
        for (int i = 0; i < PLANES; i++, a += x->plane)
            for (int t = 0; t < count; t += MR) {
                for (int r = 0; r < MR; r++)
                    row[r] = a + (ptrdiff_t)(t + r < count ? t + r : count - 1) * x->chunk;
                micro(row, &zero, 1, len, wide + i * wide_plane,
                      sums + i * sums_plane + (ptrdiff_t)t * NR, NR, c == 0);
            }
    }
}

static void wino_product(const struct conv3 *v, const struct tiles *x, int t0, int count, int n0,
                         int n1, float *scratch)
{
    const ptrdiff_t plane = (ptrdiff_t)(count + MR - 1) / MR * MR * NR + 16;

    assert(count <= WINO_TILES && x->chunk <= WINO_CHUNK && n0 % CONV_UNIT == 0);
    for (int n = n0; n < n1; n += NR) {
        wino_columns(v, x, count, n, scratch, plane, scratch + PLANES * plane);
        for (int t = 0; t < count; t++)
            output_tile(v, scratch + (ptrdiff_t)t * NR, plane, t0 + t, n);
    }
}

void FOR_ISA(winograd_init)(struct kernels *k);

void FOR_ISA(winograd_init)(struct kernels *k)
{
    k->wino_input = wino_input;
    k->wino_product = wino_product;
}
