/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "nn/op.h"

#include <stdio.h>
#include <string.h>

void op_note(const struct run *r, const struct op *op)
{
    if (r->noted && r->skip)
        r->noted(r->note_user, op);
}

/* --- names -------------------------------------------------------------- */

static const char *act_name(enum activation act)
{
    static const char *const names[] = { "", " silu", " gelu", " quick-gelu", " relu", " geglu" };

    return names[act];
}

static int conv_label(const struct op *op, char *label, size_t size)
{
    const struct conv *const l = op->conv;

    return snprintf(label, size, "conv%d %dx%d %d>%d%s%s%s%s%s%s", l->size, op->x.h, op->x.w, l->in,
                    l->out, l->stride > 1 ? " /2" : "", op->extra.upsample ? " x2" : "",
                    op->extra.norm ? " norm" : "", op->time.n ? " time" : "",
                    op->residual.n ? " residual" : "", act_name(op->act));
}

static int rest_label(const struct op *op, char *label, size_t size)
{
    static const char *const names[] = {
        [OP_CONCAT] = "concat", [OP_EMBED] = "embed", [OP_ADD] = "add", [OP_ACTIVATE] = "activate"
    };

    return snprintf(label, size, "%s %zux%d%s", names[op->kind], tensor_rows(op->x),
                    op->x.c + (op->kind == OP_CONCAT ? op->y.c : 0), act_name(op->act));
}

void op_label(const struct op *op, char *label, size_t size)
{
    const size_t rows = tensor_rows(op->x);
    int n;

    switch (op->kind) {
    case OP_LINEAR:
    case OP_LINEAR_ADD:
        n = snprintf(label, size, "linear %zux%d>%d%s%s", rows, op->linear->in, op->linear->out,
                     act_name(op->act), op->kind == OP_LINEAR_ADD ? " residual" : "");
        break;
    case OP_CONV:
        n = conv_label(op, label, size);
        break;
    case OP_NORM:
        n = snprintf(label, size, "%s %zux%d", op->norm->groups ? "group norm" : "layer norm", rows,
                     op->x.c);
        break;
    case OP_ATTENTION:
        n = snprintf(label, size, "attention %dx%dx%d d%d%s", op->heads, op->x.h * op->x.w,
                     op->y.h * op->y.w, op->d, op->causal ? " causal" : "");
        break;
    default:
        n = rest_label(op, label, size);
    }
    if (op->x.n > 1 && n > 0 && (size_t)n < size)
        snprintf(label + n, size - (size_t)n, " n%d", op->x.n);
}

/* --- running ------------------------------------------------------------ */

static struct tensor filled(struct run *r, struct tensor like)
{
    const struct tensor t = tensor_new(r, like.n, like.h, like.w, like.c);
    unsigned state = 1;

    for (size_t i = 0; !r->skip && i < tensor_count(t); i++) {
        state = state * 1664525u + 1013904223u;
        t.data[i] = (float)(state >> 8) / (1 << 23) - 1;
    }
    return t;
}

/* Token 0, whatever the vocabulary: its row is as long as any. */
static struct tensor ids(struct run *r, struct tensor like)
{
    const struct tensor t = tensor_new(r, like.n, like.h, like.w, 1);

    if (!r->skip)
        memset(t.data, 0, tensor_count(t) * sizeof(float));
    return t;
}

void op_prepare(struct run *r, struct op *op)
{
    if (op->kind == OP_EMBED) {
        op->y = ids(r, op->x);
        return;
    }
    op->x = filled(r, op->x);
    if (op->y.n)
        op->y = filled(r, op->y);
    if (op->z.n)
        op->z = filled(r, op->z);
    if (op->time.n)
        op->time = filled(r, op->time);
    if (op->residual.n)
        op->residual = filled(r, op->residual);
}

static void run_conv(struct run *r, const struct op *op)
{
    struct conv_extra e = op->extra;

    e.folded = NULL;
    e.into = NULL;
    e.time = op->time.n ? &op->time : NULL;
    e.residual = op->residual.n ? &op->residual : NULL;
    conv(r, op->conv, op->x, e);
}

void op_run(struct run *r, const struct op *op)
{
    const size_t mark = arena_mark(&r->arena);

    switch (op->kind) {
    case OP_LINEAR:
        linear(r, op->linear, op->x, op->act);
        break;
    case OP_LINEAR_ADD:
        linear_add(r, op->linear, op->x, op->y);
        break;
    case OP_CONV:
        run_conv(r, op);
        break;
    case OP_NORM:
        norm(r, op->norm, op->x);
        break;
    case OP_ATTENTION:
        attention(r, op->x, op->y, op->z, op->heads, op->d, op->scale, op->causal);
        break;
    case OP_CONCAT:
        concat(r, op->x, op->y);
        break;
    case OP_EMBED:
        embed(r, op->table, op->position, (const int *)(const void *)op->y.data, op->x.n, op->x.w);
        break;
    case OP_ADD:
        add(r, op->x, op->y);
        break;
    case OP_ACTIVATE:
        activate(r, op->x, op->act);
        break;
    }
    arena_release(&r->arena, mark);
}

/* --- traffic ------------------------------------------------------------ */

static double weight_bytes(const struct weight *w)
{
    return (double)weight_count(w) *
           (w->precision == PRECISION_INT8 ? 1 : (double)dtype_bytes(w->type));
}

/* Numbers of the result. */
static double result_count(const struct op *op)
{
    const double rows = (double)tensor_rows(op->x);

    switch (op->kind) {
    case OP_LINEAR:
    case OP_LINEAR_ADD:
        return rows * op->linear->out;
    case OP_CONV:
        return rows * op->conv->out * (op->extra.upsample ? 4 : 1) /
               (op->conv->stride * op->conv->stride);
    case OP_ATTENTION:
        return rows * op->heads * op->d;
    case OP_CONCAT:
        return rows * (op->x.c + op->y.c);
    default:
        return rows * op->x.c;
    }
}

double op_bytes(const struct op *op)
{
    double floats =
        (double)tensor_count(op->x) + (double)tensor_count(op->residual) + result_count(op);

    if (op->kind == OP_ATTENTION) /* windows of wider tensors */
        floats = 2 * result_count(op) + 2.0 * (double)tensor_rows(op->y) * op->heads * op->d;
    else if (op->kind != OP_EMBED)
        floats += (double)tensor_count(op->y);
    if (op->linear)
        return 4 * floats + weight_bytes(&op->linear->weight);
    if (op->conv)
        return 4 * floats + weight_bytes(&op->conv->weight);
    return 4 * floats;
}
