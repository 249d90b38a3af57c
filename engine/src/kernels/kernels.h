/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * kernels.h - the only code that knows what processor it runs on.
 *
 * A kernel is a plain function on plain arrays: no tensors, no allocation, no
 * threads. kernels_init() starts from the reference in C and lets every
 * instruction set the processor has replace the entries it is better at,
 * oldest first. All sets give the same bytes: each element of a sum is one
 * fused multiply-add, in an order the shape alone decides.
 */
#ifndef ENGINE_KERNELS_KERNELS_H
#define ENGINE_KERNELS_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct attention; /* kernels/attention.h */
struct product;   /* kernels/product.h */
struct conv3;     /* kernels/conv.h */
struct window;
struct tiles;

/* What becomes of a finished product; ACT_GEGLU: value * gelu(gate). */
enum activation { ACT_NONE, ACT_SILU, ACT_GELU, ACT_QUICK_GELU, ACT_RELU, ACT_GEGLU };

/* What products, convolutions and attention (int8: not that) compute in. Everything else is
 * float32.
 * A new one needs: a row of precisions[] (kernels.c), a packer (kernels/pack.h) and
 * templates that fill kernels.in[]. */
enum precision { PRECISION_F32, PRECISION_BF16, PRECISION_INT8, PRECISION_COUNT };

/* How a number of a weight lies in memory; as enum dtype of tensor/tensor.h. */
enum storage { STORED_F32, STORED_F16, STORED_BF16 };

/* The micro-kernel, for tests: rows x columns of c. See kernels/micro.h. */
struct micro {
    int rows, columns;
    void (*run)(const float *const *a, const ptrdiff_t *seg, int nseg, ptrdiff_t len,
                const float *b, float *c, ptrdiff_t ldc, bool first);
};

/* The kernels that multiply, in one precision. */
struct arithmetic {
    /* Rows [m0, m1) and columns [n0, n1) of the weight, of a product: at most
     * product_rows(k) rows and product_columns columns that begin at multiples of
     * PRODUCT_UNIT. GEGLU: n counts values and gates, 16 and 16. scratch:
     * product_scratch(k) bytes, 64-byte aligned. */
    void (*product)(const struct product *p, int m0, int m1, int n0, int n1, void *scratch);
    int (*product_rows)(int k);
    int product_columns, product_unit; /* unit: rows are best divided at multiples of it */
    size_t (*product_scratch)(int k);

    /* Width and pitch of a window for c channels. */
    void (*conv_window)(int c, struct window *w);
    /* Fill rows [r0, r1) of `to`, which lie at [to->first, to->end). */
    void (*conv_input)(const struct conv3 *v, const struct window *to, int r0, int r1);
    size_t operand; /* bytes of a number in a window */
    /* Pixels [p0, p1) of all out_h * out_w * n and columns [n0, n1), directly.
     * Order of the sums: 32 channels, row, column, channel; in int8: row, column.
     * scratch: conv_scratch(channels) bytes, 64-byte aligned. */
    void (*conv_direct)(const struct conv3 *v, const struct window *x, int p0, int p1, int n0,
                        int n1, void *scratch);
    size_t (*conv_scratch)(int c);

    /* Keys and values of block `index` into a->packed. */
    void (*attention_pack)(const struct attention *a, int index);
    /* Queries [first, first + ATTENTION_QUERIES) against all keys, packed before;
     * scratch: 64-byte aligned. */
    void (*attend)(const struct attention *a, int first, float *scratch);
    /* For heads of d columns: keys per block, floats of a packed one and of scratch; the
     * same for all instruction sets. */
    int (*attention_block)(int d);
    size_t (*attention_packed)(int d);
    size_t (*attention_scratch)(int d);
};

struct kernels {
    const char *isa;          /* the newest set used */
    enum precision precision; /* of whatever may lose some; kernels_init(): float32 */
    struct arithmetic in[PRECISION_COUNT];
    struct micro micro;

    /* x[i] = act(x[i]), i < n. Not ACT_GEGLU. */
    void (*activate)(float *x, size_t n, enum activation act);

    /* x[i] += y[i], i < n */
    void (*add)(float *x, const float *y, size_t n);

    /* y[i] = x[i], i < n, exactly */
    void (*widen_f16)(float *y, const uint16_t *x, size_t n);
    void (*widen_bf16)(float *y, const uint16_t *x, size_t n);

    /* sums[2][c]: of the distances of x [pixels][c] from pivot [c], and of their squares */
    void (*sum_piece)(const float *x, int pixels, int c, const float *pivot, float *sums);
    /* total[j] = sum over i < pieces of sums[i * stride + j], j < count */
    void (*add_pieces)(const float *sums, int pieces, ptrdiff_t stride, int count, double *total);
    /* y [rows][c] = x * scale[c] + shift[c] */
    void (*scale_rows)(float *y, const float *x, size_t rows, int c, const float *scale,
                       const float *shift);
    /* LayerNorm: every row of x [rows][c] less its mean, over its deviation; then as above */
    void (*norm_rows)(float *y, const float *x, size_t rows, int c, const float *scale,
                      const float *shift, float eps);

    /* Winograd's algorithm, in float32. Tiles [t0, t1) of all to places [at, ...) of `to`; columns
     * [n0, n1) of tiles [t0, t0 + count), which lie at places [0, count). */
    void (*wino_input)(const struct conv3 *v, const struct window *x, int t0, int t1,
                       const struct tiles *to, int at);
    void (*wino_product)(const struct conv3 *v, const struct tiles *x, int t0, int count, int n0,
                         int n1, float *scratch);
};

/* `newest`: name of the newest instruction set to use; NULL: all the CPU has.
 * False: there is no such set here; *k then holds all the CPU has. */
bool kernels_init(struct kernels *k, const char *newest);

/* Name of a precision, "f32"; NULL: there is no such. */
const char *kernel_precision_name(int p);

/* The precision called `name`, or for NULL, "" and "auto" the best for k; -1: there is no such. */
int kernel_precision_find(const struct kernels *k, const char *name);

/* Name of set i of those this processor has, oldest first; NULL after the last. */
const char *kernel_isa_name(int i);

/* Subnormal numbers count as zero, in and out, between these two, on the thread
 * that calls them: every thread that computes does, so that all sets agree and
 * none is slowed down. flush_end() takes what flush_begin() returned. */
unsigned flush_begin(void);
void flush_end(unsigned mode);

#endif
