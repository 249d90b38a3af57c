/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "base/arena.h"

#include "base/machine.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { ALIGNMENT = 64 }; /* one cache line, one AVX-512 register */

static size_t round_up(size_t n)
{
    return (n + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

bool arena_open(struct arena *a, size_t size)
{
    *a = (struct arena){ .size = round_up(size) };
    a->base = machine_alloc(a->size);
    return a->base != NULL;
}

void arena_close(struct arena *a)
{
    free(a->base);
    *a = (struct arena){ 0 };
}

void *arena_alloc(struct arena *a, size_t bytes)
{
    const size_t at = a->used;

    a->used += round_up(bytes);
    if (a->used > a->peak)
        a->peak = a->used;
    if (!a->base)
        return NULL;
    if (a->used > a->size) { /* the rehearsal and the run disagree: a bug */
        fprintf(stderr, "arena: %zu of %zu bytes\n", a->used, a->size);
        abort();
    }
    return a->base + at;
}

size_t arena_mark(const struct arena *a)
{
    return a->used;
}

void arena_release(struct arena *a, size_t mark)
{
    assert(mark <= a->used);
    a->used = mark;
}
