/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "load/json.h"

#include "base/file.h"
#include "base/label.h"
#include "load/table.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
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

static bool parse(struct json *j, size_t bytes, ebru_error *err)
{
    const yyjson_alc memory = { take, retake, give_back, j };
    yyjson_read_err problem = { 0 };

    j->memory_left = bytes > (SIZE_MAX >> 3) ? 0 : 4 * bytes + ((size_t)1 << 20);
    j->doc = yyjson_read_opts(j->text, bytes, YYJSON_READ_INSITU, &memory, &problem);
    if (j->doc)
        return check_objects(j, yyjson_doc_get_root(j->doc), err);
    if (problem.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION)
        return fail(err, EBRU_BAD_FILE, "%s: takes more than four times its %zu bytes to read",
                    j->label, bytes);
    return fail(err, EBRU_BAD_FILE, "%s: not JSON: %s at byte %zu", j->label, problem.msg,
                problem.pos);
}

struct json *json_parse(char *text, size_t bytes, const char *label, ebru_error *err)
{
    struct json *j = calloc(1, sizeof(*j));

    if (!j) {
        free(text);
        fail(err, EBRU_NO_MEMORY, "%s: no memory", label);
        return NULL;
    }
    j->text = text;
    label_make(j->label, label, strlen(label));
    if (!check_size(j, bytes, err) || !parse(j, bytes, err)) {
        json_close(j);
        return NULL;
    }
    return j;
}

struct json *json_open(const char *path, size_t limit, ebru_error *err)
{
    size_t bytes;
    char *text = file_read_all(path, limit, JSON_PADDING, &bytes, err);

    return text ? json_parse(text, bytes, path, err) : NULL;
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

/* ---- Places ------------------------------------------------------------ */

struct place {
    char text[LABEL_MAX];
    size_t length;
};

static void place_add(struct place *p, const char *fmt, ...)
{
    const size_t room = sizeof(p->text) - p->length;
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(p->text + p->length, room, fmt, ap);
    va_end(ap);
    p->length += n < 0 ? 0 : (size_t)n < room ? (size_t)n : room - 1;
}

static void place_add_key(struct place *p, const char *key, size_t bytes)
{
    char label[LABEL_MAX];

    place_add(p, "%s%s", p->length ? "." : "", label_make(label, key, bytes));
}

/* Add to `p` the way from `n` down to `target`; false and nothing when it is not there.
 * Only taken when something failed, so it may look everywhere. */
static bool find_place(struct json_node n, const void *target, struct place *p)
{
    const size_t length = p->length;
    size_t index = 0;

    if (n.value == target)
        return true;
    for (struct json_iter i = json_iterate(n); json_next(&i); index++) {
        if (json_kind(n) == JSON_OBJECT)
            place_add_key(p, i.key, i.key_bytes);
        else
            place_add(p, "[%zu]", index);
        if (find_place(i.value, target, p))
            return true;
        p->length = length;
    }
    return false;
}

bool json_fail(struct json_node n, ebru_error *err, const char *fmt, ...)
{
    struct place p = { .text = "" };
    char message[sizeof(err->message)];
    va_list ap;

    find_place(json_root(n.doc), n.value ? n.value : n.parent, &p);
    if (!n.value)
        place_add_key(&p, n.key, strlen(n.key));
    if (!p.length)
        place_add(&p, "the whole");
    va_start(ap, fmt);
    vsnprintf(message, sizeof(message), fmt, ap);
    va_end(ap);
    return fail(err, EBRU_BAD_FILE, "%s: %s %s", n.doc->label, p.text, message);
}

/* "is 3.5", "is an array", "is missing" */
static void describe(struct json_node n, char text[LABEL_MAX])
{
    static const char *const kinds[] = { "missing", "null",     "",         "",
                                         "",        "a string", "an array", "an object" };
    char label[LABEL_MAX];

    switch (json_kind(n)) {
    case JSON_BOOL:
        snprintf(text, LABEL_MAX, "is %s", yyjson_get_bool(n.value) ? "true" : "false");
        break;
    case JSON_INT:
        snprintf(text, LABEL_MAX, "is %" PRId64, yyjson_get_sint(n.value));
        break;
    case JSON_REAL:
        snprintf(text, LABEL_MAX, "is %.17g", yyjson_get_num(n.value));
        break;
    case JSON_STRING:
        if (yyjson_get_len(n.value) < LABEL_MAX / 4) {
            label_make(label, yyjson_get_str(n.value), yyjson_get_len(n.value));
            snprintf(text, LABEL_MAX, "is \"%.*s\"", LABEL_MAX / 4, label);
            break;
        } /* fall through */
    default:
        snprintf(text, LABEL_MAX, "is %s", kinds[json_kind(n)]);
    }
}

static bool fail_kind(struct json_node n, const char *wanted, ebru_error *err)
{
    char is[LABEL_MAX];

    describe(n, is);
    return json_fail(n, err, "%s, not %s", is, wanted);
}

/* ---- Values ------------------------------------------------------------ */

bool json_int(struct json_node n, int64_t min, int64_t max, int64_t *value, ebru_error *err)
{
    char wanted[LABEL_MAX];
    const int64_t v = yyjson_get_sint(n.value);

    if (json_kind(n) != JSON_INT || v < min || v > max) {
        snprintf(wanted, sizeof(wanted), "an integer from %" PRId64 " to %" PRId64, min, max);
        return fail_kind(n, wanted, err);
    }
    *value = v;
    return true;
}

bool json_real(struct json_node n, double min, double max, double *value, ebru_error *err)
{
    char wanted[LABEL_MAX];
    const double v = yyjson_get_num(n.value);

    if (!yyjson_is_num(n.value) || !(v >= min && v <= max)) {
        snprintf(wanted, sizeof(wanted), "a number from %g to %g", min, max);
        return fail_kind(n, wanted, err);
    }
    *value = v;
    return true;
}

bool json_bool(struct json_node n, bool *value, ebru_error *err)
{
    if (json_kind(n) != JSON_BOOL)
        return fail_kind(n, "true or false", err);
    *value = yyjson_get_bool(n.value);
    return true;
}

bool json_string(struct json_node n, const char **value, ebru_error *err)
{
    const char *v = yyjson_get_str(n.value);

    if (!v)
        return fail_kind(n, "a string", err);
    if (strlen(v) != yyjson_get_len(n.value))
        return json_fail(n, err, "holds a NUL character");
    *value = v;
    return true;
}

bool json_ints(struct json_node n, int64_t min, int64_t max, int64_t *values, int capacity,
               int *count, ebru_error *err)
{
    int c = 0;

    if (json_kind(n) != JSON_ARRAY)
        return fail_kind(n, "an array of integers", err);
    if (json_count(n) > (size_t)capacity)
        return json_fail(n, err, "has %zu elements, at most %d are possible", json_count(n),
                         capacity);
    for (struct json_iter i = json_iterate(n); json_next(&i); c++)
        if (!json_int(i.value, min, max, &values[c], err))
            return false;
    *count = c;
    return true;
}

/* ---- Members that may be absent ---------------------------------------- */

static bool is_set(struct json_node n)
{
    return json_kind(n) != JSON_ABSENT && json_kind(n) != JSON_NULL;
}

bool json_get_int(struct json_node object, const char *key, int min, int max, int *value,
                  ebru_error *err)
{
    const struct json_node n = json_get(object, key);
    int64_t v = *value;

    if (is_set(n) && !json_int(n, min, max, &v, err))
        return false;
    *value = (int)v;
    return true;
}

bool json_get_real(struct json_node object, const char *key, double min, double max, double *value,
                   ebru_error *err)
{
    const struct json_node n = json_get(object, key);

    return !is_set(n) || json_real(n, min, max, value, err);
}

bool json_get_bool(struct json_node object, const char *key, bool *value, ebru_error *err)
{
    const struct json_node n = json_get(object, key);

    return !is_set(n) || json_bool(n, value, err);
}

bool json_get_string(struct json_node object, const char *key, const char **value, ebru_error *err)
{
    const struct json_node n = json_get(object, key);

    return !is_set(n) || json_string(n, value, err);
}

bool json_get_ints(struct json_node object, const char *key, int min, int max, int *values,
                   int capacity, int *count, ebru_error *err)
{
    const struct json_node n = json_get(object, key);
    int64_t v;
    int c = 0;

    if (!is_set(n))
        return true;
    if (json_kind(n) != JSON_ARRAY)
        return fail_kind(n, "an array of integers", err);
    if (json_count(n) < 1 || json_count(n) > (size_t)capacity)
        return json_fail(n, err, "has %zu elements, not 1 to %d", json_count(n), capacity);
    for (struct json_iter i = json_iterate(n); json_next(&i); c++) {
        if (!json_int(i.value, min, max, &v, err))
            return false;
        values[c] = (int)v;
    }
    *count = c;
    return true;
}
