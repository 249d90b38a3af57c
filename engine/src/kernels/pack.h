/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * pack.h - how weights lie in memory: in panels of 16 outputs. The number of
 * panels is even, because some sets take two at a time; what is behind the last
 * output is zero. For float32 they keep the file's own type and lie as [i][16],
 * so that the 16 columns of a micro-kernel are one load away:
 *
 *   matrix [n][k]:        [chunk of k][panel][chunk][16]
 *   GEGLU [2 * n][k]:     the same, panels of values and of their gates in turn
 *   conv3 [n][c][3][3]:   [panel][c][3][3][16]
 */
#ifndef ENGINE_KERNELS_PACK_H
#define ENGINE_KERNELS_PACK_H

#include "kernels/kernels.h"

enum { PANEL = 16 }; /* columns per packed panel */

static inline size_t storage_bytes(enum storage type)
{
    return type == STORED_F32 ? 4 : 2;
}

/* Panels of n outputs. */
static inline int panel_count(int n)
{
    return (n + 2 * PANEL - 1) / (2 * PANEL) * 2;
}

/* Columns of one chunk: a panel of it, as float, is at most 20 KiB, part of an
 * L1 cache. The last chunk may be shorter. */
static inline int matrix_chunk(int k)
{
    const int chunks = (k + 319) / 320;

    return chunks < 2 ? k : ((k + chunks - 1) / chunks + 7) / 8 * 8;
}

/* How the products of one precision want weights that a file has as `type`. */
struct packer {
    bool widened;                   /* `rows` and their `type` are float32, whatever the file has */
    int most_inputs, most_channels; /* k of a matrix, c of a convolution it can be used for */
    /* Of the packed numbers, as far as it means anything to the kernels. */
    enum storage (*stored)(enum storage type);
    /* Bytes of all `panels`. */
    size_t (*matrix_bytes)(enum storage type, int k, int panels);
    size_t (*conv3_bytes)(enum storage type, int c, int panels);
    /* `count` (0 to 16) rows of k numbers, or of [c][3][3], one behind the other, to
     * panel q of `panels`. From several threads at once, each panel once. */
    void (*matrix)(const void *rows, int count, enum storage type, int k, int panels, int q,
                   void *packed);
    void (*conv3)(const void *rows, int count, enum storage type, int c, int panels, int q,
                  void *packed);
};

extern const struct packer packers[PRECISION_COUNT];

/* n numbers as floats, exactly. */
void widen_stored(const struct kernels *k, const void *from, enum storage type, size_t n,
                  float *to);

/* Whether none of n numbers is an infinity or a NaN. */
bool all_finite(const void *x, enum storage type, size_t n);

#endif
