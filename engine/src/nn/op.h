/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * op.h - layers as things to be listed and run alone.
 *
 * In rehearsal every layer reports what it was asked for, if somebody listens
 * (run.noted). That is enough to run it again on other data, so the operations
 * of a network, their shapes and their work come from the network itself and
 * cannot disagree with it. For benchmarks.
 */
#ifndef ENGINE_NN_OP_H
#define ENGINE_NN_OP_H

#include "nn/layers.h"

enum op_kind {
    OP_LINEAR,
    OP_LINEAR_ADD,
    OP_CONV,
    OP_NORM,
    OP_ATTENTION,
    OP_CONCAT,
    OP_EMBED,
    OP_ADD,
    OP_ACTIVATE
};

/* One call of a layer; of tensors the shapes count. */
struct op {
    enum op_kind kind;
    const struct linear *linear;
    const struct conv *conv;
    const struct norm *norm;
    const struct weight *table, *position;
    struct tensor x, y, z; /* the arguments in their order */
    enum activation act;
    struct conv_extra extra;      /* its pointers are not followed but for `norm` */
    struct tensor time, residual; /* those of `extra`; n = 0: none */
    int heads, d;                 /* attention */
    float scale;                  /* likewise */
    bool causal;                  /* likewise */
};

/* Tell who listens of `op`; in rehearsal only. */
void op_note(const struct run *r, const struct op *op);

/* "conv3 64x64 320>320 norm residual": the same for operations that take the same time. */
void op_label(const struct op *op, char *label, size_t size);

/* Put arguments on the arena, filled with numbers that look random: call before op_run(),
 * in rehearsal too. */
void op_prepare(struct run *r, struct op *op);

/* The layer itself; its result is released. */
void op_run(struct run *r, const struct op *op);

/* Bytes that must cross the memory bus where no cache holds anything: arguments, result,
 * weights. */
double op_bytes(const struct op *op);

#endif
