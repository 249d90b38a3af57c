/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "load/safetensors.h"

#include "base/label.h"
#include "load/json.h"
#include "load/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER_MAX = 100000000, LENGTH_BYTES = 8 };

static const int64_t integer_max = ((int64_t)1 << 53) - 1; /* what every JSON reader agrees on */

static const struct {
    const char *name;
    unsigned char bytes;
} types[TYPE_COUNT] = {
    [TYPE_F32] = { "F32", 4 },   [TYPE_F16] = { "F16", 2 }, [TYPE_BF16] = { "BF16", 2 },
    [TYPE_F64] = { "F64", 8 },   [TYPE_I64] = { "I64", 8 }, [TYPE_I32] = { "I32", 4 },
    [TYPE_I16] = { "I16", 2 },   [TYPE_I8] = { "I8", 1 },   [TYPE_U64] = { "U64", 8 },
    [TYPE_U32] = { "U32", 4 },   [TYPE_U16] = { "U16", 2 }, [TYPE_U8] = { "U8", 1 },
    [TYPE_BOOL] = { "BOOL", 1 },
};

/* Types the format has and we do not read. */
static const char *const foreign_types[] = { "F8_E4M3",     "F8_E5M2",     "F8_E8M0",
                                             "F8_E4M3FNUZ", "F8_E5M2FNUZ", "F4",
                                             "F6_E2M3",     "F6_E3M2",     "C64" };

const char *checkpoint_type_name(enum checkpoint_type type)
{
    return types[type].name;
}

size_t checkpoint_type_bytes(enum checkpoint_type type)
{
    return types[type].bytes;
}

/* ---- The header -------------------------------------------------------- */

static bool incomplete(const struct file *f, uint64_t wanted, ebru_error *err)
{
    const struct cause cause = {
        .reason = EBRU_INCOMPLETE, .file = f->label, .wanted = wanted, .found = f->size
    };

    return fail_because(err, EBRU_BAD_FILE, &cause,
                        "%s: incomplete: the header promises %" PRIu64
                        " bytes, the file has %" PRIu64,
                        f->label, wanted, f->size);
}

/* The formats that people try are told apart in checkpoint.c. */
static struct cause of_unknown_kind(const struct file *f)
{
    return (struct cause){ .reason = EBRU_OTHER_FORMAT,
                           .file = f->label,
                           .kind = "a file of an unknown kind" };
}

/* Bytes of the header, as the first 8 of the file say and as there can be. */
static bool read_length(const struct file *f, uint64_t *bytes, ebru_error *err)
{
    const struct cause other = of_unknown_kind(f);
    unsigned char length[LENGTH_BYTES];
    uint64_t n = 0;

    if (f->size < LENGTH_BYTES + 2)
        return fail_because(err, EBRU_BAD_FILE, &other,
                            "%s: %" PRIu64 " bytes are too few for a safetensors file", f->label,
                            f->size);
    if (!file_read(f, 0, length, sizeof(length), err))
        return false;
    for (int i = LENGTH_BYTES - 1; i >= 0; i--)
        n = n << 8 | length[i];
    if (n < 2 || n > HEADER_MAX)
        return fail_because(err, EBRU_BAD_FILE, &other,
                            "%s: header of %" PRIu64
                            " bytes at byte 0, not 2 to %d: not a safetensors file",
                            f->label, n, HEADER_MAX);
    if (n > f->size - LENGTH_BYTES)
        return incomplete(f, n + LENGTH_BYTES, err);
    *bytes = n;
    return true;
}

/* The header as text, *bytes long, or NULL. */
static char *read_header(const struct file *f, size_t *bytes, ebru_error *err)
{
    const struct cause other = of_unknown_kind(f);
    uint64_t n = 0;
    char *text;
    bool ok;

    if (!read_length(f, &n, err))
        return NULL;
    text = calloc(1, (size_t)n + JSON_PADDING);
    if (!text) {
        fail(err, EBRU_NO_MEMORY, "%s: no memory for a header of %" PRIu64 " bytes", f->label, n);
        return NULL;
    }
    ok = file_read(f, LENGTH_BYTES, text, (size_t)n, err);
    if (ok && text[0] != '{')
        ok = fail_because(err, EBRU_BAD_FILE, &other,
                          "%s: header begins with byte 0x%02x at byte 8, not with {", f->label,
                          (unsigned char)text[0]);
    if (!ok) {
        free(text);
        return NULL;
    }
    *bytes = (size_t)n;
    return text;
}

static bool find_type(struct json_node n, short *type, ebru_error *err)
{
    const char *name;

    if (!json_string(n, &name, err))
        return false;
    for (short i = 0; i < TYPE_COUNT; i++)
        if (!strcmp(name, types[i].name)) {
            *type = i;
            return true;
        }
    for (size_t i = 0; i < sizeof(foreign_types) / sizeof(*foreign_types); i++)
        if (!strcmp(name, foreign_types[i]))
            return json_fail(n, err, "is %s, which is not supported", name);
    return json_fail(n, err, "is \"%.40s\", no known type", name);
}

/* Bytes of a tensor of this type and shape; false when they do not fit 63 bits. */
static bool count_bytes(const struct checkpoint_tensor *t, uint64_t *bytes)
{
    bool empty = false;

    *bytes = types[t->type].bytes;
    for (int i = 0; i < t->rank; i++)
        empty |= t->shape[i] == 0;
    for (int i = 0; i < t->rank && !empty; i++) {
        if (*bytes > INT64_MAX / (uint64_t)t->shape[i])
            return false;
        *bytes *= (uint64_t)t->shape[i];
    }
    *bytes = empty ? 0 : *bytes;
    return true;
}

/* One tensor. `data`: where the data begin. */
static bool read_entry(struct json_node n, uint64_t data, struct checkpoint_tensor *t,
                       int64_t *shape, ebru_error *err)
{
    int64_t offsets[2];
    uint64_t bytes;
    int rank, two;
    const struct json_node place = json_get(n, "data_offsets");

    if (json_kind(n) != JSON_OBJECT)
        return json_fail(n, err, "is not an object");
    if (!find_type(json_get(n, "dtype"), &t->type, err) ||
        !json_ints(json_get(n, "shape"), 0, integer_max, shape, CHECKPOINT_MAX_RANK, &rank, err) ||
        !json_ints(place, 0, integer_max, offsets, 2, &two, err))
        return false;
    if (two != 2 || offsets[0] > offsets[1])
        return json_fail(place, err, "is not a begin and an end");
    t->rank = (short)rank;
    t->shape = shape;
    t->offset = data + (uint64_t)offsets[0];
    t->bytes = (uint64_t)(offsets[1] - offsets[0]);
    if (!count_bytes(t, &bytes))
        return json_fail(json_get(n, "shape"), err, "is more than any file holds");
    if (bytes != t->bytes)
        return json_fail(place, err, "spans %" PRIu64 " bytes, type and shape need %" PRIu64,
                         t->bytes, bytes);
    return true;
}

static bool read_metadata(struct safetensors *s, struct json_node n, ebru_error *err)
{
    size_t i = 0;

    if (json_kind(n) != JSON_OBJECT)
        return json_fail(n, err, "is not an object");
    s->metadata = calloc(2 * json_count(n) + 1, sizeof(*s->metadata));
    if (!s->metadata)
        return json_fail(n, err, "is too large for memory");
    for (struct json_iter it = json_iterate(n); json_next(&it); i += 2) {
        const char *value;

        if (!json_string(it.value, &value, err))
            return false;
        s->metadata[i] = (char *)it.key;
        s->metadata[i + 1] = (char *)value;
    }
    return true;
}

static bool read_entries(struct safetensors *s, struct json_node root, uint64_t data,
                         ebru_error *err)
{
    int64_t *shape = s->shapes;

    for (struct json_iter i = json_iterate(root); json_next(&i);) {
        struct checkpoint_tensor *t = &s->tensors[s->count];

        if (!strcmp(i.key, "__metadata__")) {
            if (!read_metadata(s, i.value, err))
                return false;
            continue;
        }
        if (strlen(i.key) != i.key_bytes || !i.key_bytes)
            return json_fail(i.value, err, "has a name that is empty or holds a NUL character");
        t->name = i.key;
        if (!read_entry(i.value, data, t, shape, err))
            return false;
        shape += t->rank;
        s->count++;
    }
    return true;
}

/* Dimensions of all tensors together. */
static size_t count_dimensions(struct json_node root)
{
    size_t n = 0;

    for (struct json_iter i = json_iterate(root); json_next(&i);)
        n += json_count(json_get(i.value, "shape"));
    return n + CHECKPOINT_MAX_RANK;
}

static int compare_offsets(const void *a, const void *b)
{
    const struct checkpoint_tensor *const *x = a, *const *y = b;

    if ((*x)->offset != (*y)->offset)
        return (*x)->offset < (*y)->offset ? -1 : 1;
    return ((*x)->bytes > (*y)->bytes) - ((*x)->bytes < (*y)->bytes);
}

static bool in_order(const struct safetensors *s)
{
    for (int i = 1; i < s->count; i++)
        if (s->tensors[i].offset < s->tensors[i - 1].offset)
            return false;
    return true;
}

/* Each begins where the one before it ends, the first at *end; then *end is where the last
 * ends. `order`: NULL when they lie in the order of the header. */
static bool check_order(const struct safetensors *s, const struct checkpoint_tensor *const *order,
                        const struct file *f, uint64_t *end, ebru_error *err)
{
    for (int i = 0; i < s->count; i++) {
        const struct checkpoint_tensor *t = order ? order[i] : &s->tensors[i];
        char label[LABEL_MAX];

        if (t->offset != *end)
            return fail(err, EBRU_BAD_FILE, "%s: %s: begins at byte %" PRIu64 ", %s %" PRIu64,
                        f->label, label_make(label, t->name, strlen(t->name)), t->offset,
                        t->offset < *end ? "inside the tensor that ends at"
                                         : "which leaves a hole after byte",
                        *end);
        *end += t->bytes;
    }
    return true;
}

/* The tensors cover the data from `data` to the end of the file, each byte once. */
static bool check_cover(const struct safetensors *s, const struct file *f, uint64_t data,
                        ebru_error *err)
{
    const struct checkpoint_tensor **order = NULL;
    uint64_t end = data;
    bool ok;

    if (!in_order(s)) {
        order = calloc((size_t)s->count, sizeof(*order));
        if (!order)
            return fail(err, EBRU_NO_MEMORY, "%s: no memory for %d tensors", f->label, s->count);
        for (int i = 0; i < s->count; i++)
            order[i] = &s->tensors[i];
        qsort(order, (size_t)s->count, sizeof(*order), compare_offsets);
    }
    ok = check_order(s, order, f, &end, err);
    free(order);
    if (ok && end > f->size)
        return incomplete(f, end, err);
    if (ok && end < f->size)
        return fail(err, EBRU_BAD_FILE,
                    "%s: %" PRIu64 " bytes after byte %" PRIu64 " belong to no tensor", f->label,
                    f->size - end, end);
    return ok;
}

bool safetensors_open(struct safetensors *s, const struct file *f, ebru_error *err)
{
    struct json *doc;
    size_t bytes;
    char *text;
    bool ok;

    *s = (struct safetensors){ 0 };
    text = read_header(f, &bytes, err);
    doc = text ? json_parse(text, bytes, f->label, err) : NULL;
    if (!doc)
        return false;
    s->tensors = calloc(json_count(json_root(doc)) + 1, sizeof(*s->tensors));
    s->shapes = calloc(count_dimensions(json_root(doc)), sizeof(*s->shapes));
    if (s->tensors && s->shapes)
        ok = read_entries(s, json_root(doc), LENGTH_BYTES + bytes, err);
    else
        ok = fail(err, EBRU_NO_MEMORY, "%s: no memory for the header", f->label);
    s->text = json_close_keep_text(doc);
    ok = ok && check_cover(s, f, LENGTH_BYTES + bytes, err);
    if (!ok)
        safetensors_close(s);
    return ok;
}

void safetensors_close(struct safetensors *s)
{
    free(s->tensors);
    free(s->shapes);
    free(s->metadata);
    free(s->text);
    *s = (struct safetensors){ 0 };
}
