/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "base/machine.h"
#include "kernels/pack.h"
#include "nn/bind.h"

#include <omp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)DTYPE_F32 == STORED_F32 && (int)DTYPE_F16 == STORED_F16 &&
                   (int)DTYPE_BF16 == STORED_BF16,
               "kernels read what tensors say");

enum { PIECE = 1 << 16 }; /* numbers of a vector or table read at once, at least a row */

/* Numbers per row of the file. */
static size_t row_length(const struct weight *w)
{
    size_t length = 1;

    for (int i = 1; i < w->rank; i++)
        if (w->shape[i])
            length *= (size_t)w->shape[i];
    return length;
}

/* Rows stay whole and in order. */
static bool in_rows(const struct weight *w)
{
    return w->packing == PACK_VECTOR || w->packing == PACK_TABLE;
}

/* Rows of a vector or table that are read at once. */
static int piece_rows(const struct weight *w)
{
    const size_t rows = PIECE / row_length(w);

    return rows ? (int)rows : 1;
}

static int panels_of(const struct weight *w)
{
    return w->packing == PACK_GEGLU ? (w->shape[0] / 2 + PANEL - 1) / PANEL * 2
                                    : panel_count(w->shape[0]);
}

/* In how many pieces a weight is read. */
static int pieces_of(const struct weight *w)
{
    if (in_rows(w))
        return (w->shape[0] + piece_rows(w) - 1) / piece_rows(w);
    return panels_of(w);
}

/* What products with a weight compute in. With few inputs or outputs there is little to
 * gain from less than float32, and where a network begins and ends much to lose. */
static enum precision precision_of(const struct weight *w, const struct kernels *k)
{
    const struct packer *const p = &packers[k->precision];

    if (in_rows(w) || w->shape[0] < 16 || w->shape[1] < 16 ||
        w->shape[1] > (w->packing == PACK_CONV3 ? p->most_channels : p->most_inputs))
        return PRECISION_F32;
    return k->precision;
}

static const struct packer *packer_of(const struct weight *w, const struct kernels *k)
{
    return &packers[precision_of(w, k)];
}

/* As the file has it; place_weights() changes that of the weight. */
static size_t packed_bytes(const struct weight *w, const struct kernels *k)
{
    const enum storage type = (enum storage)w->type;
    size_t bytes;

    if (in_rows(w))
        bytes = (size_t)weight_count(w) *
                (w->packing == PACK_VECTOR ? sizeof(float) : storage_bytes(type));
    else if (w->packing == PACK_CONV3)
        bytes = packer_of(w, k)->conv3_bytes(type, w->shape[1], panels_of(w));
    else
        bytes = packer_of(w, k)->matrix_bytes(type, (int)row_length(w), panels_of(w));
    return (bytes + 63) / 64 * 64;
}

size_t binder_bytes(const struct binder *b, const struct kernels *k)
{
    size_t bytes = 0;

    for (int i = 0; i < b->n_leaves; i++)
        bytes += packed_bytes(b->leaves[i].weight, k);
    return bytes;
}

struct load {
    const struct binder *b;
    const struct kernels *k;
    atomic_bool failed;
    ebru_error *err; /* written by the first to fail */
};

/* Rows [first, first + count) of all parts together. */
static bool read_rows(struct load *l, const struct leaf *leaf, int first, int count, char *rows,
                      ebru_error *err)
{
    const struct weight *const w = leaf->weight;
    const size_t bytes = row_length(w) * dtype_bytes(w->type);
    const struct weight_source *const source = l->b->source;

    for (int i = 0; i < leaf->parts && count > 0; i++) {
        const int n = leaf->rows[i] - first < count ? leaf->rows[i] - first : count;
        if (n > 0) {
            if (!source->read(source->self, leaf->name[i], first, n, rows, err))
                return false;
            if (!all_finite(rows, (enum storage)w->type, (size_t)n * row_length(w)))
                return fail_because(err, EBRU_BAD_MODEL, &(struct cause){ .reason = EBRU_MISFIT },
                                    "%s holds an infinity or a NaN", leaf->name[i]);
            rows += (size_t)n * bytes;
            count -= n;
            first += n;
        }
        first -= leaf->rows[i];
    }
    return true;
}

/* What a thread reads into: rows as the file has them, and room to widen them. */
struct piece {
    char *rows;
    float *wide;
};

/* `count` rows of a matrix or a convolution to panel q. */
static void pack(const struct load *l, const struct weight *w, int q, int count,
                 const struct piece *from, char *to)
{
    const struct packer *const p = packer_of(w, l->k);
    const size_t length = row_length(w);
    enum storage type = (enum storage)w->type;
    const void *rows = from->rows;

    if (p->widened) {
        widen_stored(l->k, rows, type, (size_t)count * length, from->wide);
        rows = from->wide;
        type = STORED_F32;
    }
    if (w->packing == PACK_CONV3)
        p->conv3(rows, count, type, w->shape[1], panels_of(w), q, to);
    else
        p->matrix(rows, count, type, (int)length, panels_of(w), q, to);
}

/* Piece q of a leaf, through `piece`, to its place at `to`. */
static bool load_piece(struct load *l, const struct leaf *leaf, int q, const struct piece *piece,
                       char *to, ebru_error *err)
{
    const struct weight *const w = leaf->weight;
    const enum storage type = (enum storage)w->type;
    char *const rows = piece->rows;
    const bool geglu = w->packing == PACK_GEGLU;
    const int step = in_rows(w) ? piece_rows(w) : PANEL,
              all = geglu ? w->shape[0] / 2 : w->shape[0];
    const int first = (geglu ? q / 2 : q) * step;
    const int left = first < all ? all - first : 0, count = left < step ? left : step;
    const size_t length = row_length(w);

    if (!read_rows(l, leaf, first + (geglu ? q % 2 * all : 0), count, rows, err))
        return false;
    if (w->packing == PACK_VECTOR)
        widen_stored(l->k, rows, type, (size_t)count * length,
                     (float *)(void *)to + (size_t)first * length);
    else if (w->packing == PACK_TABLE)
        memcpy(to + (size_t)first * length * dtype_bytes(w->type), rows,
               (size_t)count * length * dtype_bytes(w->type));
    else
        pack(l, w, q, count, piece, to);
    return true;
}

static void load_failed(struct load *l, const ebru_error *err)
{
#pragma omp critical(load_error)
    if (!atomic_exchange(&l->failed, true) && l->err)
        *l->err = *err;
}

/* What one thread does: some pieces of each weight, whichever is next. */
static void load_share(struct load *l, char *block, const struct piece *piece)
{
    ebru_error err;

    for (int i = 0; i < l->b->n_leaves; i++) {
        const struct leaf *const leaf = &l->b->leaves[i];
        const int pieces = pieces_of(leaf->weight);
#pragma omp for schedule(dynamic) nowait
        for (int q = 0; q < pieces; q++)
            if (!atomic_load(&l->failed) && !load_piece(l, leaf, q, piece, block, &err))
                load_failed(l, &err);
        block += packed_bytes(leaf->weight, l->k);
    }
}

/* Bytes of the largest piece as it is in the file, and widened, where that is done. */
static size_t largest_piece(const struct binder *b, const struct kernels *k, size_t *wide)
{
    size_t largest = 1;

    *wide = 0;
    for (int i = 0; i < b->n_leaves; i++) {
        const struct weight *const w = b->leaves[i].weight;
        const int rows = in_rows(w) ? piece_rows(w) : PANEL;
        const size_t bytes = (size_t)rows * row_length(w) * dtype_bytes(w->type);
        if (bytes > largest)
            largest = bytes;
        if (packer_of(w, k)->widened && PANEL * row_length(w) > *wide)
            *wide = PANEL * row_length(w);
    }
    *wide *= sizeof(float);
    return (largest + 63) / 64 * 64;
}

static void place_weights(const struct binder *b, const struct kernels *k, char *block)
{
    for (int i = 0; i < b->n_leaves; i++) {
        struct weight *const w = b->leaves[i].weight;
        const size_t bytes = packed_bytes(w, k);
        w->data = block;
        w->precision = precision_of(w, k);
        if (w->packing == PACK_VECTOR)
            w->type = DTYPE_F32;
        else if (!in_rows(w))
            w->type = (enum dtype)packers[w->precision].stored((enum storage)w->type);
        block += bytes;
    }
}

bool binder_load(struct binder *b, const struct kernels *k, int threads, void **block,
                 size_t *bytes, ebru_error *err)
{
    size_t wide;
    const size_t piece = largest_piece(b, k, &wide);
    struct load l = { .b = b, .k = k, .err = err };

    *bytes = binder_bytes(b, k);
    *block = machine_alloc(*bytes);
    char *const rows = machine_alloc((size_t)threads * (piece + wide));
    if (!*block || !rows) {
        free(rows);
        free(*block);
        *block = NULL;
        return fail(err, EBRU_NO_MEMORY, "no memory for weights of %zu bytes", *bytes);
    }
#pragma omp parallel num_threads(threads)
    {
        char *const own = rows + (size_t)omp_get_thread_num() * (piece + wide);
        load_share(&l, *block, &(struct piece){ own, (float *)(void *)(own + piece) });
    }
    free(rows);
    if (atomic_load(&l.failed)) {
        free(*block);
        *block = NULL;
        return false;
    }
    place_weights(b, k, *block);
    return true;
}
