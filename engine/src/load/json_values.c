/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "base/label.h"
#include "load/json.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <yyjson.h>

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
    return fail(err, EBRU_BAD_FILE, "%s: %s %s", json_label(n.doc), p.text, message);
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
    int64_t v = 0;
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
