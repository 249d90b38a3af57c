/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "text/prompt.h"

#include "text/emphasis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The chunk that is being filled. */
struct filler {
    struct prompt *p;
    const struct bpe *b;
    int ids[PROMPT_ROOM];
    float weights[PROMPT_ROOM];
    int count;
    int last_comma; /* its place in ids, -1: none that counts */
    ebru_error *err;
};

static bool grow(struct prompt *p, ebru_error *err)
{
    const size_t chunks = (size_t)p->chunks + 1;
    int(*ids)[PROMPT_LENGTH] = p->ids;
    float(*weights)[PROMPT_LENGTH] = p->weights;

    if ((p->chunks & (p->chunks - 1)) == 0) { /* full: capacity is a power of two */
        ids = realloc(p->ids, 2 * chunks * sizeof(*ids));
        if (ids)
            p->ids = ids;
        weights = realloc(p->weights, 2 * chunks * sizeof(*weights));
        if (weights)
            p->weights = weights;
    }
    if (!ids || !weights)
        return fail(err, EBRU_NO_MEMORY, "no memory for a prompt of %zu chunks", chunks);
    p->chunks++;
    return true;
}

/* Write the first `count` tokens out as a chunk; the others stay. */
static bool flush(struct filler *f, int count)
{
    const int last = f->p->chunks, rest = f->count - count;

    if (!grow(f->p, f->err))
        return false;
    for (int i = 0; i < PROMPT_LENGTH; i++) {
        const bool text = i >= 1 && i <= count;

        f->p->ids[last][i] = i == 0           ? f->b->start
                             : text           ? f->ids[i - 1]
                             : i == count + 1 ? f->b->end
                                              : f->b->padding;
        f->p->weights[last][i] = text ? f->weights[i - 1] : 1;
    }
    memmove(f->ids, f->ids + count, (size_t)rest * sizeof(*f->ids));
    memmove(f->weights, f->weights + count, (size_t)rest * sizeof(*f->weights));
    f->count = rest;
    f->last_comma = -1;
    return true;
}

static bool add_token(struct filler *f, int id, float weight)
{
    if (id == f->b->comma)
        f->last_comma = f->count;
    else if (f->count == PROMPT_ROOM && f->last_comma >= 0 &&
             f->count - f->last_comma <= PROMPT_BACKTRACK && !flush(f, f->last_comma + 1))
        return false;
    if (f->count == PROMPT_ROOM && !flush(f, f->count))
        return false;
    f->ids[f->count] = id;
    f->weights[f->count++] = weight;
    f->p->tokens++;
    f->p->weighted |= weight != 1;
    return true;
}

static bool add_part(struct filler *f, const char *text, const struct emphasis_part *part)
{
    struct bpe_ids ids = { 0 };
    bool done;

    if (part->new_chunk)
        return flush(f, f->count);
    done = bpe_encode(f->b, text + part->start, part->end - part->start, &ids, f->err);
    for (size_t i = 0; done && i < ids.count; i++)
        done = add_token(f, ids.at[i], (float)part->weight);
    bpe_ids_clear(&ids);
    return done;
}

bool prompt_parse(struct prompt *p, const struct bpe *b, const char *text, ebru_error *err)
{
    struct filler f = { .p = p, .b = b, .last_comma = -1, .err = err };
    struct emphasis e;
    bool done = true;

    *p = (struct prompt){ 0 };
    if (!emphasis_parse(&e, text, err))
        return false;
    for (size_t i = 0; done && i < e.count; i++)
        done = add_part(&f, e.text, &e.parts[i]);
    if (done && (f.count > 0 || p->chunks == 0))
        done = flush(&f, f.count);
    emphasis_clear(&e);
    if (!done)
        prompt_clear(p);
    return done;
}

void prompt_clear(struct prompt *p)
{
    free(p->ids);
    free(p->weights);
    *p = (struct prompt){ 0 };
}

bool prompt_pad(struct prompt *p, const struct bpe *b, int chunks, ebru_error *err)
{
    struct filler f = { .p = p, .b = b, .err = err };

    while (p->chunks < chunks)
        if (!flush(&f, 0))
            return false;
    return true;
}

static double mean(const float *x, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (double)x[i];
    return sum / (double)n;
}

void prompt_apply_weights(float *embedding, const float *weights, int tokens, int c)
{
    const size_t n = (size_t)tokens * (size_t)c;
    double before, factor;
    int weighted = 0;

    for (int t = 0; t < tokens; t++)
        weighted += weights[t] != 1;
    if (!weighted)
        return;
    before = mean(embedding, n);
    for (int t = 0; t < tokens; t++)
        for (int i = 0; i < c; i++)
            embedding[(size_t)t * c + i] *= weights[t];
    factor = before / mean(embedding, n);
    if (isfinite(factor))
        for (size_t i = 0; i < n; i++)
            embedding[i] *= (float)factor;
}
