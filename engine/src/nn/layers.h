/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * layers.h - the layers networks are made of. Each is a struct of weights, a
 * bind function that names them and a function that applies it. Results lie on
 * the run's arena. What costs a pass over memory of its own elsewhere
 * (normalisation, activation, residual) is an option of the product beside it.
 */
#ifndef ENGINE_NN_LAYERS_H
#define ENGINE_NN_LAYERS_H

#include "nn/bind.h"
#include "nn/run.h"

struct linear {
    struct weight weight; /* [out][in] */
    struct weight bias;   /* [out], rank 0 when there is none */
    int in, out;          /* GEGLU: out is half the rows of the weight */
};

struct conv {
    struct weight weight; /* [out][in][size][size], size 1 or 3 */
    struct weight bias;   /* [out], rank 0 when there is none */
    int in, out, size, stride;
};

struct norm {
    struct weight scale; /* [c] */
    struct weight shift; /* [c] */
    int c, groups;       /* groups = 0: per row (LayerNorm) */
    float eps;
};

void linear_bind(struct linear *l, struct scope s, int in, int out);
void linear_bind_no_bias(struct linear *l, struct scope s, int in, int out);
/* Rows 0 to out of the file are values, the other `out` their gates. */
void geglu_bind(struct linear *l, struct scope s, int in, int out);
/* to_q, to_k and to_v (or k and v alone) as one product: names[0..parts), each [each][in]. */
void linear_bind_stack(struct linear *l, struct scope s, const char *const *names, int parts,
                       int in, int each, bool bias);
void conv_bind(struct conv *l, struct scope s, int in, int out, int size, int stride);
void conv_bind_no_bias(struct conv *l, struct scope s, int in, int out, int size, int stride);
void group_norm_bind(struct norm *l, struct scope s, int c, int groups, float eps);
void layer_norm_bind(struct norm *l, struct scope s, int c);

/* [n,h,w,in] -> act([n,h,w,out]). A GEGLU layer takes ACT_GEGLU and no other does. */
struct tensor linear(struct run *r, const struct linear *l, struct tensor x, enum activation act);
/* linear(x), over x: rows are not longer than those of x and begin where x begins. */
struct tensor linear_over(struct run *r, const struct linear *l, struct tensor x);
/* y += linear(x) */
void linear_add(struct run *r, const struct linear *l, struct tensor x, struct tensor y);

/* GroupNorm with its statistics known: x * scale + shift. */
struct folded_norm {
    float *scale, *shift; /* [n][c] */
};

/* What a convolution does beside convolving; zeros are "nothing". */
struct conv_extra {
    const struct norm *norm;          /* GroupNorm and SiLU of the input, on the way in */
    const struct folded_norm *folded; /* the same, with the statistics of a larger picture */
    const struct tensor *time;        /* [n,1,1,out], added to every pixel */
    const struct tensor *residual;    /* [n,h,w,out], added to the result */
    const struct tensor *into;        /* where the result goes, may be the residual; NULL: new */
    enum activation act;              /* of the result, before the residual: ACT_NONE or ACT_RELU */
    bool upsample;                    /* read the input at twice its size, nearest neighbour */
    int above, below; /* rows of the input, at its doubled size if upsample, that are there
                       * as neighbours only: of a band of rows. The same bytes as those of
                       * the whole picture if the band has 16 rows and begins at a multiple
                       * of 4, or at the top. */
    bool pad_end;     /* stride 2: one pixel of padding at the end only (VAE encoder) */
};

/* [n,h,w,in] -> [n,h',w',out]; zero padding of size/2 on all sides. */
struct tensor conv(struct run *r, const struct conv *l, struct tensor x, struct conv_extra e);

struct tensor norm(struct run *r, const struct norm *l, struct tensor x);

/* Heads side by side in c. q: [n,1,tq,*], k and v: [n,1,tk,*], each a window of
 * `heads` x `d` columns of a wider tensor that starts at `data`; rows are `c`
 * apart. scale: of the scores. -> [n,1,tq,heads*d]. causal: key j <= query i only. */
struct tensor attention(struct run *r, struct tensor q, struct tensor k, struct tensor v, int heads,
                        int d, float scale, bool causal);

/* Columns [first, first + count) of x as a window: the same rows, no copy. Rows
 * stay x.c apart, so only attention() may read it. */
struct tensor columns(struct tensor x, int first);

struct tensor concat(struct run *r, struct tensor a, struct tensor b); /* along c */
/* Rows `ids` [n][tokens] of table [vocabulary][c] plus position [tokens][c] -> [n,1,tokens,c] */
struct tensor embed(struct run *r, const struct weight *table, const struct weight *position,
                    const int *ids, int n, int tokens);
void add(struct run *r, struct tensor x, struct tensor y); /* x += y */
void activate(struct run *r, struct tensor x, enum activation act);

#endif
