/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "nn/run.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Bytes that are not worth a second thread; that one copies at once. */
enum { SMALL = 1 << 20, PIECE = 1 << 16 };

struct tensor tensor_new(struct run *r, int n, int h, int w, int c)
{
    struct tensor t = { NULL, n, h, w, c };

    t.data = arena_alloc(&r->arena, tensor_count(t) * sizeof(float));
    return t;
}

void run_copy(const struct run *r, void *to, const void *from, size_t bytes)
{
    char *const y = to;
    const char *const x = from;

#pragma omp parallel for num_threads(r->n_threads) schedule(static) if (bytes > SMALL)
    for (size_t i = 0; i < bytes; i += PIECE)
        memcpy(y + i, x + i, bytes - i < PIECE ? bytes - i : PIECE);
}

/* Down in memory: parts as long as the way overlap nothing. */
static void move_down(const struct run *r, char *to, const char *from, size_t bytes)
{
    const size_t way = (size_t)(from - to);

    if (way < SMALL) {
        memmove(to, from, bytes);
        return;
    }
    for (size_t i = 0; i < bytes; i += way)
        run_copy(r, to + i, from + i, bytes - i < way ? bytes - i : way);
}

struct tensor keep(struct run *r, size_t mark, struct tensor t)
{
    const size_t bytes = tensor_count(t) * sizeof(float);

    arena_release(&r->arena, mark);
    float *const low = arena_alloc(&r->arena, bytes);
    if (low && !r->skip)
        move_down(r, (char *)low, (const char *)t.data, bytes);
    t.data = low;
    return t;
}

void tap(struct run *r, struct tensor t, const char *fmt, ...)
{
    char name[128];
    va_list ap;

    if (!r->tapped || r->skip)
        return;
    va_start(ap, fmt);
    vsnprintf(name, sizeof(name), fmt, ap);
    va_end(ap);
    r->tapped(r->tap_user, name, t);
}

static void report(struct run *r, double work)
{
    if (atomic_load(&r->cancelled))
        return;
    if (r->progress && !r->progress(r->user, r->work_total > 0 ? work / r->work_total : 0))
        atomic_store(&r->cancelled, true);
}

bool run_begin(struct run *r, double flops)
{
    if (!r->skip) {
        report(r, r->work_done);
        r->skip = atomic_load(&r->cancelled);
    }
    r->work_done += flops;
    return !r->skip;
}

bool run_poll(struct run *r, int thread, double flops, double part)
{
    if (thread == 0 && !atomic_load(&r->cancelled))
        report(r, r->work_done - flops * (1 - part));
    return !atomic_load_explicit(&r->cancelled, memory_order_relaxed);
}
