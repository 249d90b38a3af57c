/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "families/text_cache.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { ENTRIES = 6, MOST_CHUNKS = 4 };

struct entry {
    struct prompt prompt; /* ids and weights alone */
    int clip_skip;
    float *encoding; /* NULL: free */
    unsigned used;   /* when */
};

struct text_cache {
    atomic_flag busy;
    int width;
    unsigned clock;
    struct entry entry[ENTRIES];
};

static size_t ids_bytes(const struct prompt *p)
{
    return (size_t)p->chunks * sizeof(*p->ids);
}

static size_t weights_bytes(const struct prompt *p)
{
    return (size_t)p->chunks * sizeof(*p->weights);
}

static size_t encoding_bytes(const struct text_cache *c, int chunks)
{
    return (size_t)chunks * PROMPT_LENGTH * (size_t)c->width * sizeof(float);
}

struct text_cache *text_cache_new(int width)
{
    struct text_cache *const c = calloc(1, sizeof(*c));

    if (c) {
        atomic_flag_clear(&c->busy);
        c->width = width;
    }
    return c;
}

static void entry_clear(struct entry *e)
{
    prompt_clear(&e->prompt);
    free(e->encoding);
    *e = (struct entry){ 0 };
}

void text_cache_close(struct text_cache *c)
{
    for (int i = 0; c && i < ENTRIES; i++)
        entry_clear(&c->entry[i]);
    free(c);
}

static bool same(const struct entry *e, const struct prompt *p, int clip_skip)
{
    return e->encoding && e->clip_skip == clip_skip && e->prompt.chunks == p->chunks &&
           !memcmp(e->prompt.ids, p->ids, ids_bytes(p)) &&
           !memcmp(e->prompt.weights, p->weights, weights_bytes(p));
}

static struct entry *find(struct text_cache *c, const struct prompt *p, int clip_skip)
{
    for (int i = 0; i < ENTRIES; i++)
        if (same(&c->entry[i], p, clip_skip)) {
            c->entry[i].used = ++c->clock;
            return &c->entry[i];
        }
    return NULL;
}

float *text_cache_find(struct text_cache *c, const struct prompt *p, int clip_skip)
{
    float *copy = NULL;

    if (!c || p->chunks > MOST_CHUNKS || atomic_flag_test_and_set(&c->busy))
        return NULL;
    const struct entry *const e = find(c, p, clip_skip);
    if (e && (copy = malloc(encoding_bytes(c, p->chunks))))
        memcpy(copy, e->encoding, encoding_bytes(c, p->chunks));
    atomic_flag_clear(&c->busy);
    return copy;
}

static bool fill(struct entry *e, const struct text_cache *c, const struct prompt *p)
{
    e->prompt.chunks = p->chunks;
    e->prompt.ids = malloc(ids_bytes(p));
    e->prompt.weights = malloc(weights_bytes(p));
    e->encoding = malloc(encoding_bytes(c, p->chunks));
    return e->prompt.ids && e->prompt.weights && e->encoding;
}

void text_cache_keep(struct text_cache *c, const struct prompt *p, int clip_skip,
                     const float *encoding)
{
    if (!c || p->chunks > MOST_CHUNKS || atomic_flag_test_and_set(&c->busy))
        return;
    struct entry *e = &c->entry[0];
    for (int i = 1; i < ENTRIES; i++)
        if (c->entry[i].used < e->used)
            e = &c->entry[i];
    if (!find(c, p, clip_skip)) {
        entry_clear(e);
        if (fill(e, c, p)) {
            memcpy(e->prompt.ids, p->ids, ids_bytes(p));
            memcpy(e->prompt.weights, p->weights, weights_bytes(p));
            memcpy(e->encoding, encoding, encoding_bytes(c, p->chunks));
            e->clip_skip = clip_skip;
            e->used = ++c->clock;
        } else {
            entry_clear(e);
        }
    }
    atomic_flag_clear(&c->busy);
}

size_t text_cache_bytes(const struct text_cache *c)
{
    return c ? ENTRIES * encoding_bytes(c, MOST_CHUNKS) : 0;
}
