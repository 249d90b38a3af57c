/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * guard.h - arrays that end where memory ends: one element past is a fault.
 */
#ifndef TESTS_GUARD_H
#define TESTS_GUARD_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { GUARD_PAGE = 4096 };

struct guarded {
    char *map;
    size_t bytes;
};

/* `bytes`, the last before a page that may not be touched, all ones: a NaN as float. */
static inline void *guarded_new(struct guarded *g, size_t bytes)
{
    const size_t pages = (bytes + GUARD_PAGE - 1) / GUARD_PAGE * GUARD_PAGE;

    g->bytes = pages + 2 * GUARD_PAGE;
    g->map = mmap(NULL, g->bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (g->map == MAP_FAILED || mprotect(g->map + GUARD_PAGE, pages, PROT_READ | PROT_WRITE))
        abort();
    memset(g->map + GUARD_PAGE, 0xff, pages);
    return g->map + GUARD_PAGE + pages - bytes;
}

static inline void guarded_free(struct guarded *g)
{
    munmap(g->map, g->bytes);
}

/* Whether nothing was written before the array. */
static inline int guarded_intact(const struct guarded *g, size_t bytes)
{
    const unsigned char *const start = (const unsigned char *)g->map + GUARD_PAGE;
    const unsigned char *const data = (const unsigned char *)g->map + g->bytes - GUARD_PAGE - bytes;

    for (const unsigned char *p = start; p < data; p++)
        if (*p != 0xff)
            return 0;
    return 1;
}

#endif
