/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * arena.h - the one block of memory a generation runs in.
 *
 * An arena is a stack: allocate on top, release back to a mark. Before any
 * real work the network is run once in rehearsal (see nn/run.h): the arena
 * then hands out no memory and only counts, so its peak is known, in bytes,
 * before the first page is touched.
 */
#ifndef ENGINE_BASE_ARENA_H
#define ENGINE_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena {
    char *base;  /* NULL during rehearsal */
    size_t size; /* bytes at base */
    size_t used;
    size_t peak;
};

/* Reserve `size` bytes, 64-byte aligned. False when the system has none. */
bool arena_open(struct arena *a, size_t size);
void arena_close(struct arena *a);

/* `bytes` on top of the stack, 64-byte aligned; NULL during rehearsal. The
 * arena was sized by a rehearsal of the same calls, so it cannot run out. */
void *arena_alloc(struct arena *a, size_t bytes);

size_t arena_mark(const struct arena *a);
void arena_release(struct arena *a, size_t mark);

#endif
