/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "nn/bind.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void binder_init(struct binder *b, const struct weight_source *source)
{
    *b = (struct binder){ .source = source };
}

void binder_clear(struct binder *b)
{
    for (int i = 0; i < b->n_leaves; i++)
        for (int j = 0; j < b->leaves[i].parts; j++)
            free(b->leaves[i].name[j]);
    free(b->leaves);
    *b = (struct binder){ 0 };
}

bool binder_finish(const struct binder *b, const char *what, ebru_error *err)
{
    if (!b->n_missing)
        return true;
    return fail_because(err, EBRU_BAD_MODEL, &(struct cause){ .reason = EBRU_MISFIT },
                        "%s: %d of %d weights do not fit, the first: %s", what, b->n_missing,
                        b->n_weights, b->first_error);
}

struct scope scope_root(struct binder *b, const char *path)
{
    struct scope s = { .b = b };

    snprintf(s.path, sizeof(s.path), "%s", path);
    return s;
}

struct scope at(struct scope s, const char *fmt, ...)
{
    size_t len = strlen(s.path);
    va_list ap;

    if (len && len + 1 < sizeof(s.path))
        s.path[len++] = '.';
    va_start(ap, fmt);
    vsnprintf(s.path + len, sizeof(s.path) - len, fmt, ap);
    va_end(ap);
    return s;
}

bool scope_has(struct scope s, const char *name)
{
    const struct weight_source *const source = s.b->source;
    enum dtype type;
    int rank, shape[4];

    return source && source->find(source->self, at(s, "%s", name).path, &type, &rank, shape);
}

static void bind_error(struct binder *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void bind_error(struct binder *b, const char *fmt, ...)
{
    va_list ap;

    if (b->n_missing++)
        return;
    va_start(ap, fmt);
    vsnprintf(b->first_error, sizeof(b->first_error), fmt, ap);
    va_end(ap);
}

/* The next free leaf; errors of memory stick like all others. */
static struct leaf *leaf_new(struct binder *b, struct weight *w)
{
    if (b->n_leaves == b->capacity) {
        const int capacity = b->capacity ? 2 * b->capacity : 256;
        struct leaf *const more = realloc(b->leaves, (size_t)capacity * sizeof(*more));
        if (!more) {
            bind_error(b, "no memory for %d names", capacity);
            return NULL;
        }
        b->leaves = more;
        b->capacity = capacity;
    }
    struct leaf *const l = &b->leaves[b->n_leaves++];
    *l = (struct leaf){ .weight = w };
    return l;
}

static void shape_text(char *text, size_t size, int rank, const int *shape)
{
    size_t len = 0;

    text[0] = 0;
    for (int i = 0; i < rank && len < size; i++)
        len += (size_t)snprintf(text + len, size - len, i ? " x %d" : "%d", shape[i]);
}

/* Equal but for dimensions of 1 at the end. */
static bool same_shape(int rank, const int *shape, int other_rank, const int *other)
{
    for (int i = 0; i < 4; i++)
        if ((i < rank ? shape[i] : 1) != (i < other_rank ? other[i] : 1))
            return false;
    return true;
}

/* Look for one tensor of the file; its type, or that of `type` where there is none. */
static enum dtype find_part(struct binder *b, const char *name, int rank, const int *shape,
                            enum dtype type)
{
    const struct weight_source *const source = b->source;
    int found_rank = 0, found[4] = { 0 };
    char want_text[64], found_text[64];
    int64_t count = 1;

    for (int i = 0; i < rank; i++)
        count *= shape[i];
    b->n_weights++;
    b->n_params += count;
    if (!source)
        return type;
    if (!source->find(source->self, name, &type, &found_rank, found)) {
        bind_error(b, "%s is missing", name);
    } else if (!same_shape(rank, shape, found_rank, found)) {
        shape_text(want_text, sizeof(want_text), rank, shape);
        shape_text(found_text, sizeof(found_text), found_rank, found);
        bind_error(b, "%s is %s, expected %s", name, found_text, want_text);
    }
    return type;
}

static void bind_parts(struct scope s, const char *const *names, const int *rows, int parts,
                       struct weight *w)
{
    struct leaf *const l = leaf_new(s.b, w);
    int shape[4];

    if (!l)
        return;
    memcpy(shape, w->shape, sizeof(shape));
    for (int i = 0; i < parts; i++) {
        const struct scope full = at(s, "%s", names[i]);
        shape[0] = rows[i];
        const enum dtype type = find_part(s.b, full.path, w->rank, shape, w->type);
        if (i && type != w->type)
            bind_error(s.b, "%s has another type than %s", full.path, names[0]);
        w->type = type;
        l->rows[i] = rows[i];
        l->name[i] = strdup(full.path);
        l->parts++;
    }
}

void bind_weight(struct scope s, const char *name, struct weight *w, enum packing packing, int rank,
                 ...)
{
    va_list ap;

    *w = (struct weight){ .packing = packing, .rank = rank };
    va_start(ap, rank);
    for (int i = 0; i < rank; i++)
        w->shape[i] = va_arg(ap, int);
    va_end(ap);
    bind_parts(s, &name, &w->shape[0], 1, w);
}

void bind_stack(struct scope s, const char *const *names, const int *rows, int parts, int in,
                struct weight *w)
{
    *w = (struct weight){ .packing = in ? PACK_MATRIX : PACK_VECTOR, .rank = in ? 2 : 1 };
    for (int i = 0; i < parts; i++)
        w->shape[0] += rows[i];
    w->shape[1] = in;
    bind_parts(s, names, rows, parts, w);
}
