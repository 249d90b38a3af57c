/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * json.h - JSON from strangers.
 *
 * yyjson reads RFC 8259 strictly; this adds what it lacks: no key twice in an
 * object, nesting of at most 64, strings of at most 1 MiB, memory of at most
 * four times the text. Errors name the file and the place: "config.json:
 * block_out_channels[2] is -1, not from 1 to 65536". A node is a value in a
 * document, or the knowledge that it is absent and where it would have been;
 * looking further into an absent node gives that same node, so a chain of
 * json_get() needs one check, at its end.
 */
#ifndef ENGINE_LOAD_JSON_H
#define ENGINE_LOAD_JSON_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JSON_MAX_DEPTH = 64, JSON_MAX_STRING = 1 << 20, JSON_PADDING = 8 };

struct json; /* a document; owns everything its nodes point to */

enum json_kind {
    JSON_ABSENT,
    JSON_NULL,
    JSON_BOOL,
    JSON_INT, /* fits int64_t */
    JSON_REAL,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
};

struct json_node {
    const struct json *doc;
    void *value;     /* NULL: absent */
    void *parent;    /* of an absent node: the object without `key` */
    const char *key; /* of an absent node */
};

/* The file at `path`, of at most `limit` bytes. */
struct json *json_open(const char *path, size_t limit, ebru_error *err);

/* The same as Python's json module writes it: Infinity, -Infinity and NaN are numbers,
 * as in the scheduler_config.json of diffusers ("lambda_min_clipped": -Infinity). */
struct json *json_open_python(const char *path, size_t limit, ebru_error *err);

/* Takes over `text`, malloc'ed, `bytes` long with JSON_PADDING more bytes that may be
 * written to, also when it fails. `label` names it in messages and is copied. */
struct json *json_parse(char *text, size_t bytes, const char *label, ebru_error *err);

/* Release the nodes but not the text, where the strings of the nodes lie: the caller
 * frees it. */
char *json_close_keep_text(struct json *doc);
void json_close(struct json *doc);

/* Its name in messages. */
const char *json_label(const struct json *doc);

struct json_node json_root(const struct json *doc);
enum json_kind json_kind(struct json_node n);

/* Member of an object. A value that is no object has no members. */
struct json_node json_get(struct json_node object, const char *key);
/* Members of an object, elements of an array; 0 for all else. */
size_t json_count(struct json_node n);

/* for (struct json_iter i = json_iterate(n); json_next(&i);) ... i.key, i.value */
struct json_iter {
    struct json_node value;
    const char *key; /* NULL in arrays; NUL-terminated, but may hold further NULs */
    size_t key_bytes;
    struct json_node whole;
    size_t left;
    void *next;
};

struct json_iter json_iterate(struct json_node n);
bool json_next(struct json_iter *i);

/* The value itself; fails when it is absent, of another kind, or out of [min, max]. */
bool json_int(struct json_node n, int64_t min, int64_t max, int64_t *value, ebru_error *err);
bool json_real(struct json_node n, double min, double max, double *value, ebru_error *err);
bool json_bool(struct json_node n, bool *value, ebru_error *err);
/* UTF-8 without NULs; lives as long as the document. */
bool json_string(struct json_node n, const char **value, ebru_error *err);
/* An array of 0 to `capacity` integers. */
bool json_ints(struct json_node n, int64_t min, int64_t max, int64_t *values, int capacity,
               int *count, ebru_error *err);

/* The same for the member `key`, which may be absent or null: then *value stays as it is. */
bool json_get_int(struct json_node object, const char *key, int min, int max, int *value,
                  ebru_error *err);
bool json_get_real(struct json_node object, const char *key, double min, double max, double *value,
                   ebru_error *err);
bool json_get_bool(struct json_node object, const char *key, bool *value, ebru_error *err);
bool json_get_string(struct json_node object, const char *key, const char **value, ebru_error *err);
/* 1 to `capacity` of them. */
bool json_get_ints(struct json_node object, const char *key, int min, int max, int *values,
                   int capacity, int *count, ebru_error *err);

/* fail() with the file and the place of `n` in front:
 *     json_fail(n, err, "is %d, which %d heads do not divide", c, heads); */
bool json_fail(struct json_node n, ebru_error *err, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
