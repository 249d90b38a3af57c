/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "text/choices.h"

#include "base/file.h"
#include "base/random.h"
#include "text/emphasis.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_MAX_BYTES = 16 << 20, NAME_MAX_BYTES = 200 };

struct chooser {
    struct random random;
    const char *folder;
    char *out;
    size_t bytes, capacity;
    ebru_error *err;
};

static bool append(struct chooser *c, const char *text, size_t n)
{
    if (c->bytes + n > CHOICES_MAX_BYTES)
        return fail(c->err, EBRU_BAD_REQUEST, "the prompt becomes longer than %d bytes",
                    CHOICES_MAX_BYTES);
    if (c->bytes + n + 1 > c->capacity) {
        const size_t capacity = 2 * (c->bytes + n) + 64;
        char *const out = realloc(c->out, capacity);

        if (!out)
            return fail(c->err, EBRU_NO_MEMORY, "no memory for a prompt");
        c->out = out;
        c->capacity = capacity;
    }
    memcpy(c->out + c->bytes, text, n);
    c->bytes += n;
    c->out[c->bytes] = '\0';
    return true;
}

/* A number below n. */
static int draw(struct chooser *c, int n)
{
    return (int)((uint64_t)random_bits(&c->random) * (uint64_t)n >> 32);
}

/* Bytes up to the end of its line, which is none of it. */
static size_t comment_length(const char *hash, const char *end)
{
    size_t n = 1;

    while (hash + n < end && hash[n] != '\n')
        n++;
    return n;
}

/* --- {a|b} ---------------------------------------------------------------- */

/* The next '|' or '}' of this level at or behind `s`, or end. */
static const char *next_mark(const char *s, const char *end)
{
    int depth = 0;

    for (; s < end; s++) {
        if (*s == '\\' && s + 1 < end)
            s++;
        else if (emphasis_is_comment(s))
            s += comment_length(s, end) - 1;
        else if (*s == '{')
            depth++;
        else if (*s == '}' && depth-- == 0)
            return s;
        else if (*s == '|' && depth == 0)
            return s;
    }
    return end;
}

struct span {
    const char *start, *end;
};

/* Alternative number `wanted` of those behind the brace at `open`; returns how many there are, and
 * where the closing brace is. 0: it is not closed. */
static int alternatives(const char *open, const char *end, int wanted, struct span *chosen,
                        const char **close)
{
    const char *s = open + 1;

    for (int n = 0;; n++) {
        const char *const mark = next_mark(s, end);

        if (mark == end)
            return 0;
        if (n == wanted)
            *chosen = (struct span){ s, mark };
        *close = mark;
        if (*mark == '}')
            return n + 1;
        s = mark + 1;
    }
}

/* --- __name__ ------------------------------------------------------------- */

static bool is_name(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
           ch == '-' || ch == '/' || ch == '_' || (unsigned char)ch >= 0x80;
}

/* Bytes of the name between the marks; 0: it is none. */
static size_t name_length(const char *s, const char *end)
{
    size_t n = 2;

    if (end - s < 5 || s[0] != '_' || s[1] != '_' || s[2] == '_' || s[2] == '/')
        return 0;
    while (s + n + 1 < end && is_name(s[n]) && n < NAME_MAX_BYTES) {
        if (s[n] == '_' && s[n + 1] == '_')
            return n - 2;
        n++;
    }
    return 0;
}

static bool counts(const char *line, size_t n)
{
    size_t i = 0;

    while (i < n && (line[i] == ' ' || line[i] == '\t'))
        i++;
    return i < n && line[i] != '#';
}

static size_t line_length(const char *line)
{
    return strcspn(line, "\r\n");
}

/* Line number `wanted` of those that count; returns how many there are. */
static int lines(const char *text, int wanted, struct span *chosen)
{
    int n = 0;

    while (*text) {
        const size_t length = line_length(text);

        if (counts(text, length) && n++ == wanted)
            *chosen = (struct span){ text, text + length };
        text += length;
        text += *text != '\0';
    }
    return n;
}

static bool expand(struct chooser *c, const char *s, const char *end, int depth);

static bool no_list(const struct chooser *c, const char *name, size_t n, const char *file)
{
    const struct cause cause = { .reason = EBRU_NO_LIST, .file = file };

    return fail_because(c->err, EBRU_BAD_REQUEST, &cause,
                        "the prompt asks for __%.*s__, but there is no %s", (int)n, name,
                        c->folder ? file : "folder of word lists");
}

static bool choose_line(struct chooser *c, const char *name, size_t n, int depth)
{
    char file[NAME_MAX_BYTES + 8], path[FILE_PATH_MAX];
    struct span line = { 0 };
    size_t bytes;

    snprintf(file, sizeof(file), "%.*s.txt", (int)n, name);
    if (!c->folder)
        return no_list(c, name, n, file);
    if (!file_join(path, c->folder, file, c->err))
        return false;
    if (!file_exists(path))
        return no_list(c, name, n, path);
    char *const text = file_read_all(path, LIST_MAX_BYTES, 1, &bytes, c->err);
    if (!text)
        return false;
    const int count = lines(text, -1, &line);
    const struct cause empty = { .reason = EBRU_EMPTY_LIST, .file = path };
    bool ok =
        count > 0 || fail_because(c->err, EBRU_BAD_REQUEST, &empty, "%s: no words in it", path);
    if (ok) {
        lines(text, draw(c, count), &line);
        ok = expand(c, line.start, line.end, depth + 1);
    }
    free(text);
    return ok;
}

/* --- all of it ------------------------------------------------------------ */

/* One piece of the text; *s moves behind it. */
static bool expand_next(struct chooser *c, const char **s, const char *end, int depth)
{
    const char *const at = *s, *close = NULL;
    struct span chosen = { 0 };
    size_t n = 1;

    if (*at == '\\' && at + 1 < end) {
        n = 2;
    } else if (emphasis_is_comment(at)) {
        n = comment_length(at, end);
        if (depth > 0) { /* the end of its line may be none of what is chosen: all behind it would
                            become part of it */
            *s = at + n;
            return true;
        }
    } else if (*at == '{' && alternatives(at, end, -1, &chosen, &close)) {
        const int count = alternatives(at, end, -1, &chosen, &close);
        alternatives(at, end, draw(c, count), &chosen, &close);
        *s = close + 1;
        return expand(c, chosen.start, chosen.end, depth + 1);
    } else if (*at == '_' && name_length(at, end)) {
        n = name_length(at, end);
        *s = at + n + 4;
        return choose_line(c, at + 2, n, depth);
    }
    *s = at + n;
    return append(c, at, n);
}

static bool expand(struct chooser *c, const char *s, const char *end, int depth)
{
    if (depth > CHOICES_MAX_DEPTH)
        return fail_because(
            c->err, EBRU_BAD_REQUEST, &(struct cause){ .reason = EBRU_DEEP_PROMPT },
            "alternatives in the prompt nest more than %d deep, or a list names itself",
            CHOICES_MAX_DEPTH);
    while (s < end)
        if (!expand_next(c, &s, end, depth))
            return false;
    return true;
}

char *choices_resolve(const char *text, int64_t seed, const char *folder, ebru_error *err)
{
    struct chooser c = { .folder = folder, .err = err };

    random_seed(&c.random, (uint64_t)seed);
    if (append(&c, "", 0) && expand(&c, text, text + strlen(text), 0))
        return c.out;
    free(c.out);
    return NULL;
}

char *choices_style(const char *style, const char *prompt)
{
    static const char place[] = "{prompt}";
    const char *const at = strstr(style, place);
    const size_t before = at ? (size_t)(at - style) : 0;
    const char *const line = emphasis_ends_in_comment(prompt) ? "\n" : "";
    const size_t size = strlen(style) + strlen(prompt) + 4;
    char *const out = malloc(size);

    if (!out)
        return NULL;
    if (at)
        snprintf(out, size, "%.*s%s%s%s", (int)before, style, prompt, line, at + strlen(place));
    else
        snprintf(out, size, "%s%s%s%s", prompt, *style ? line : "", *prompt && *style ? ", " : "",
                 style);
    return out;
}
