/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "families/eight_bit.h"

#include "base/file.h"
#include "kernels/pack_int8.h"
#include "load/safetensors.h"

#include <stdlib.h>
#include <string.h>

enum { PIECE = 1 << 22 }; /* numbers in memory at once, at least a row */

/* A copy under way. Items: all scales, what stays as it is, and the integers. */
struct copy {
    const struct checkpoint *from;
    struct kernels kernels; /* for their conversions */
    struct safetensors_item *items;
    const struct checkpoint_tensor **tensors; /* one per item, its original */
    char **names;                             /* of scales */
    int n, n_scales;
    void *raw;
    float *wide;
    int8_t *integers;
    struct file_writer out;
    struct eight_bit_progress *progress;
};

static size_t row_length(const struct checkpoint_tensor *t)
{
    return (size_t)(checkpoint_elements(t) / t->shape[0]);
}

/* Whether it is a matrix or a convolution that int8 takes. In a file only their names tell
 * tables from matrices. */
static bool becomes_integers(const struct checkpoint_tensor *t)
{
    if (t->type > TYPE_BF16 || t->rank < 2 || t->rank > 4 ||
        !file_name_ends_in(t->name, "weight") ||
        file_name_ends_in(t->name, "token_embedding.weight") ||
        file_name_ends_in(t->name, "position_embedding.weight"))
        return false;
    if (t->shape[0] < 16 || t->shape[1] < 16 || checkpoint_elements(t) < 1)
        return false;
    return t->shape[1] <= (row_length(t) == (size_t)t->shape[1] ? INT8_MOST : INT8_MOST_CHANNELS);
}

static void add_item(struct copy *c, const struct checkpoint_tensor *t, enum checkpoint_type type,
                     const char *name, int rank)
{
    struct safetensors_item *const item = &c->items[c->n];

    *item = (struct safetensors_item){ .name = name, .type = type, .rank = rank };
    for (int i = 0; i < rank; i++)
        item->shape[i] = t->shape[i];
    c->tensors[c->n++] = t;
}

static bool add_scale(struct copy *c, const struct checkpoint_tensor *t)
{
    const size_t n = strlen(t->name);
    char *const name = malloc(n + sizeof("_scale"));

    if (!name)
        return false;
    memcpy(name, t->name, n);
    memcpy(name + n, "_scale", sizeof("_scale"));
    c->names[c->n_scales++] = name;
    add_item(c, t, TYPE_F32, name, 1);
    return true;
}

double eight_bit_numbers(const struct checkpoint *from)
{
    double numbers = 0;

    for (int i = 0; i < checkpoint_count(from); i++) {
        const struct checkpoint_tensor *const t = checkpoint_at(from, i);
        numbers += (double)checkpoint_elements(t) * (becomes_integers(t) ? 2 : 1);
    }
    return numbers;
}

/* What will be in the file, and room for the largest piece on its way there. */
static bool list_items(struct copy *c, ebru_error *err)
{
    const int count = checkpoint_count(c->from);
    size_t most = PIECE;
    bool ok;

    c->items = calloc(2 * (size_t)count + 1, sizeof(*c->items));
    c->tensors = calloc(2 * (size_t)count + 1, sizeof(*c->tensors));
    c->names = calloc((size_t)count + 1, sizeof(*c->names));
    ok = c->items && c->tensors && c->names;
    for (int i = 0; ok && i < count; i++) {
        const struct checkpoint_tensor *const t = checkpoint_at(c->from, i);
        if (!becomes_integers(t))
            continue;
        ok = add_scale(c, t);
        most = row_length(t) > most ? row_length(t) : most;
    }
    for (int integers = 0; ok && integers < 2; integers++)
        for (int i = 0; i < count; i++) {
            const struct checkpoint_tensor *const t = checkpoint_at(c->from, i);
            if (becomes_integers(t) == integers)
                add_item(c, t, integers ? TYPE_I8 : (enum checkpoint_type)t->type, t->name,
                         t->rank);
        }
    c->raw = malloc(most * sizeof(float));
    c->wide = malloc(most * sizeof(float));
    c->integers = malloc(most);
    ok = ok && c->raw && c->wide && c->integers;
    return ok || fail(err, EBRU_NO_MEMORY, "no memory to copy %s", checkpoint_label(c->from));
}

static bool report(struct copy *c, size_t numbers, ebru_error *err)
{
    struct eight_bit_progress *const p = c->progress;

    p->done += (double)numbers;
    return !p->go_on || p->go_on(p->user, p->done / p->all) || fail(err, EBRU_CANCELLED, "stopped");
}

/* The bytes of a tensor as they are. */
static bool copy_tensor(struct copy *c, const struct checkpoint_tensor *t, ebru_error *err)
{
    const size_t most = PIECE * sizeof(float);

    for (uint64_t at = 0; at < t->bytes; at += most) {
        const size_t n = t->bytes - at < most ? (size_t)(t->bytes - at) : most;
        if (!file_read(checkpoint_file(c->from, t), t->offset + at, c->raw, n, err) ||
            !file_writer_append(&c->out, c->raw, n, err) ||
            !report(c, n / checkpoint_type_bytes((enum checkpoint_type)t->type), err))
            return false;
    }
    return true;
}

/* The rows of a matrix in pieces; of each row its scale, or itself as integers. */
static bool convert_tensor(struct copy *c, const struct checkpoint_tensor *t, bool scales,
                           ebru_error *err)
{
    const size_t length = row_length(t), step = length < PIECE ? PIECE / length : 1;
    const enum storage type = (enum storage)t->type;

    for (size_t first = 0; first < (size_t)t->shape[0]; first += step) {
        const size_t left = (size_t)t->shape[0] - first, count = left < step ? left : step;
        if (!checkpoint_read_rows(c->from, t, (int64_t)first, (int64_t)count, c->raw, err))
            return false;
        if (!all_finite(c->raw, type, count * length))
            return fail(err, EBRU_BAD_MODEL, "%s holds an infinity or a NaN", t->name);
        widen_stored(&c->kernels, c->raw, type, count * length, c->wide);
        for (size_t r = 0; r < count; r++) {
            const float *const row = c->wide + r * length;
            const float scale = int8_scale(row, length);
            if (scales)
                ((float *)c->raw)[r] = scale;
            else
                int8_round(row, length, scale, c->integers + r * length);
        }
        if (!file_writer_append(&c->out, scales ? c->raw : c->integers,
                                scales ? count * sizeof(float) : count * length, err) ||
            !report(c, count * length, err))
            return false;
    }
    return true;
}

static bool write_items(struct copy *c, const char *to, ebru_error *err)
{
    static const char *const metadata[] = { "format", "pt", "ebru.weights",
                                            "I8 times NAME_scale, one per row", NULL };
    bool ok = safetensors_begin(&c->out, to, c->items, c->n, metadata, err);

    for (int i = 0; ok && i < c->n; i++) {
        const struct checkpoint_tensor *const t = c->tensors[i];
        ok = becomes_integers(t) ? convert_tensor(c, t, i < c->n_scales, err)
                                 : copy_tensor(c, t, err);
    }
    if (ok)
        return file_writer_commit(&c->out, err);
    file_writer_abandon(&c->out);
    return false;
}

bool eight_bit_copy(const struct checkpoint *from, const char *to,
                    struct eight_bit_progress *progress, ebru_error *err)
{
    struct copy c = { .from = from, .progress = progress };

    kernels_init(&c.kernels, NULL);
    const bool ok = list_items(&c, err) && write_items(&c, to, err);
    for (int i = 0; i < c.n_scales; i++)
        free(c.names[i]);
    free(c.names);
    free(c.items);
    free(c.tensors);
    free(c.raw);
    free(c.wide);
    free(c.integers);
    return ok;
}
