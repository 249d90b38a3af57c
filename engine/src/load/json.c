/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "load/json.h"

#include "base/file.h"
#include "base/label.h"
#include "load/table.h"

#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

struct json {
    yyjson_doc *doc;
    char *text;
    size_t memory_left;
    char label[LABEL_MAX];
};

/* ---- Parsing ----------------------------------------------------------- */

static void *take(void *ctx, size_t bytes)
{
    struct json *j = ctx;

    if (bytes > j->memory_left)
        return NULL;
    j->memory_left -= bytes;
    return malloc(bytes);
}

static void *retake(void *ctx, void *old, size_t old_bytes, size_t bytes)
{
    struct json *j = ctx;

    if (bytes > old_bytes && bytes - old_bytes > j->memory_left)
        return NULL;
    j->memory_left -= bytes > old_bytes ? bytes - old_bytes : 0;
    return realloc(old, bytes);
}

static void give_back(void *ctx, void *old)
{
    (void)ctx;
    free(old);
}

/* One past the end of the string that opens at text[i]; `bytes` when it does not end. */
static size_t skip_string(const char *text, size_t bytes, size_t i)
{
    for (i++; i < bytes && text[i] != '"'; i++)
        i += text[i] == '\\';
    return i < bytes ? i + 1 : bytes;
}

/* What is too deep or too long is found before it costs memory. */
static bool check_size(const struct json *j, size_t bytes, ebru_error *err)
{
    static const signed char step[256] = {
        ['{'] = 1, ['['] = 1, ['}'] = -1, [']'] = -1, ['"'] = 2
    };
    int depth = 0;

    for (size_t i = 0; i < bytes; i++) {
        const int d = step[(unsigned char)j->text[i]];

        if (d == step['"']) {
            const size_t end = skip_string(j->text, bytes, i);

            if (end - i > JSON_MAX_STRING)
                return fail(err, EBRU_BAD_FILE, "%s: string of more than %d bytes at byte %zu",
                            j->label, JSON_MAX_STRING, i);
            i = end - 1;
            continue;
        }
        depth += d;
        if (depth > JSON_MAX_DEPTH)
            return fail(err, EBRU_BAD_FILE, "%s: nested more than %d deep at byte %zu", j->label,
                        JSON_MAX_DEPTH, i);
    }
    return true;
}

static bool same_key(yyjson_val *a, yyjson_val *b)
{
    return yyjson_get_len(a) == yyjson_get_len(b) &&
           !memcmp(yyjson_get_str(a), yyjson_get_str(b), yyjson_get_len(a));
}

/* A key of `object` that was there before; NULL: there is none. */
static yyjson_val *find_twin(yyjson_val *object, struct table *keys)
{
    yyjson_obj_iter i = yyjson_obj_iter_with(object);

    for (yyjson_val *k = yyjson_obj_iter_next(&i); k; k = yyjson_obj_iter_next(&i))
        if (!table_add(keys, yyjson_get_str(k), yyjson_get_len(k), 0))
            return k;
    return NULL;
}

/* The same without a table, for a handful of keys. */
static yyjson_val *find_twin_of_few(yyjson_val *object)
{
    yyjson_obj_iter i = yyjson_obj_iter_with(object);

    for (yyjson_val *k = yyjson_obj_iter_next(&i); k; k = yyjson_obj_iter_next(&i)) {
        yyjson_obj_iter before = yyjson_obj_iter_with(object);

        for (yyjson_val *b = yyjson_obj_iter_next(&before); b != k;
             b = yyjson_obj_iter_next(&before))
            if (same_key(b, k))
                return k;
    }
    return NULL;
}

static bool check_keys(const struct json *j, yyjson_val *object, ebru_error *err)
{
    enum { FEW = 8 };
    struct table keys;
    char label[LABEL_MAX];
    yyjson_val *twin;

    if (yyjson_obj_size(object) <= FEW) {
        twin = find_twin_of_few(object);
    } else {
        if (!table_open(&keys, yyjson_obj_size(object)))
            return fail(err, EBRU_NO_MEMORY, "%s: no memory for the keys", j->label);
        twin = find_twin(object, &keys);
        table_close(&keys);
    }
    return !twin || fail(err, EBRU_BAD_FILE, "%s: key \"%s\" twice in an object, again at byte %zu",
                         j->label, label_make(label, yyjson_get_str(twin), yyjson_get_len(twin)),
                         (size_t)(yyjson_get_str(twin) - j->text));
}

/* No key twice, in any object. Nesting is limited, and so the recursion. */
static bool check_objects(const struct json *j, yyjson_val *v, ebru_error *err)
{
    yyjson_val *part;
    bool ok = true;

    if (yyjson_is_obj(v)) {
        yyjson_obj_iter i = yyjson_obj_iter_with(v);

        ok = check_keys(j, v, err);
        while (ok && (part = yyjson_obj_iter_next(&i)))
            ok = check_objects(j, yyjson_obj_iter_get_val(part), err);
    } else if (yyjson_is_arr(v)) {
        yyjson_arr_iter i = yyjson_arr_iter_with(v);

        while (ok && (part = yyjson_arr_iter_next(&i)))
            ok = check_objects(j, part, err);
    }
    return ok;
}

static bool parse(struct json *j, size_t bytes, yyjson_read_flag flags, ebru_error *err)
{
    const yyjson_alc memory = { take, retake, give_back, j };
    yyjson_read_err problem = { 0 };

    j->memory_left = bytes > (SIZE_MAX >> 3) ? 0 : 4 * bytes + ((size_t)1 << 20);
    j->doc = yyjson_read_opts(j->text, bytes, YYJSON_READ_INSITU | flags, &memory, &problem);
    if (j->doc)
        return check_objects(j, yyjson_doc_get_root(j->doc), err);
    if (problem.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION)
        return fail(err, EBRU_BAD_FILE, "%s: takes more than four times its %zu bytes to read",
                    j->label, bytes);
    return fail(err, EBRU_BAD_FILE, "%s: not JSON: %s at byte %zu", j->label, problem.msg,
                problem.pos);
}

static struct json *open_text(char *text, size_t bytes, const char *label, yyjson_read_flag flags,
                              ebru_error *err)
{
    struct json *j = calloc(1, sizeof(*j));

    if (!j) {
        free(text);
        fail(err, EBRU_NO_MEMORY, "%s: no memory", label);
        return NULL;
    }
    j->text = text;
    memset(text + bytes, 0, JSON_PADDING); /* or a number at the end goes on into it */
    label_make(j->label, label, strlen(label));
    if (!check_size(j, bytes, err) || !parse(j, bytes, flags, err)) {
        json_close(j);
        return NULL;
    }
    return j;
}

struct json *json_parse(char *text, size_t bytes, const char *label, ebru_error *err)
{
    return open_text(text, bytes, label, 0, err);
}

static struct json *open_file(const char *path, size_t limit, yyjson_read_flag flags,
                              ebru_error *err)
{
    size_t bytes;
    char *text = file_read_all(path, limit, JSON_PADDING, &bytes, err);

    return text ? open_text(text, bytes, path, flags, err) : NULL;
}

struct json *json_open(const char *path, size_t limit, ebru_error *err)
{
    return open_file(path, limit, 0, err);
}

struct json *json_open_python(const char *path, size_t limit, ebru_error *err)
{
    return open_file(path, limit, YYJSON_READ_ALLOW_INF_AND_NAN, err);
}

char *json_close_keep_text(struct json *j)
{
    char *text = j->text;

    yyjson_doc_free(j->doc);
    free(j);
    return text;
}

void json_close(struct json *j)
{
    if (j)
        free(json_close_keep_text(j));
}

/* ---- Walking ----------------------------------------------------------- */

struct json_node json_root(const struct json *j)
{
    return (struct json_node){ .doc = j, .value = yyjson_doc_get_root(j->doc) };
}

enum json_kind json_kind(struct json_node n)
{
    yyjson_val *v = n.value;

    switch (yyjson_get_type(v)) {
    case YYJSON_TYPE_NULL:
        return JSON_NULL;
    case YYJSON_TYPE_BOOL:
        return JSON_BOOL;
    case YYJSON_TYPE_NUM:
        if (yyjson_is_real(v) || (yyjson_is_uint(v) && yyjson_get_uint(v) > INT64_MAX))
            return JSON_REAL;
        return JSON_INT;
    case YYJSON_TYPE_STR:
        return JSON_STRING;
    case YYJSON_TYPE_ARR:
        return JSON_ARRAY;
    case YYJSON_TYPE_OBJ:
        return JSON_OBJECT;
    }
    return JSON_ABSENT;
}

struct json_node json_get(struct json_node object, const char *key)
{
    yyjson_val *v = yyjson_obj_get(object.value, key);

    if (v || !object.value)
        return (struct json_node){ object.doc, v, object.parent, object.key };
    return (struct json_node){ object.doc, NULL, object.value, key };
}

size_t json_count(struct json_node n)
{
    return yyjson_is_obj(n.value) ? yyjson_obj_size(n.value) : yyjson_arr_size(n.value);
}

struct json_iter json_iterate(struct json_node n)
{
    const size_t left = json_count(n);

    return (struct json_iter){ .whole = n,
                               .left = left,
                               .next = left ? unsafe_yyjson_get_first(n.value) : NULL };
}

bool json_next(struct json_iter *i)
{
    yyjson_val *v = i->next;

    if (!i->left)
        return false;
    if (yyjson_is_obj(i->whole.value)) {
        i->key = yyjson_get_str(v);
        i->key_bytes = yyjson_get_len(v);
        v = unsafe_yyjson_get_next(v);
    }
    i->value = (struct json_node){ .doc = i->whole.doc, .value = v };
    i->left--;
    i->next = i->left ? unsafe_yyjson_get_next(v) : NULL;
    return true;
}

const char *json_label(const struct json *j)
{
    return j->label;
}
