/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "text/emphasis.h"

#include "base/label.h"
#include "text/unicode.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Comments and networks --------------------------------------------- */

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* "#rrggbb" and no letter or digit behind it */
static bool is_colour(const char *hash)
{
    int n = 1;

    while (n <= 6 && is_hex(hash[n]))
        n++;
    return n == 7 && !is_hex(hash[7]) && !(hash[7] >= 'g' && hash[7] <= 'z') &&
           !(hash[7] >= 'G' && hash[7] <= 'Z');
}

bool emphasis_is_comment(const char *hash)
{
    return *hash == '#' && !is_colour(hash);
}

/* Where the first one begins; NULL: there is none. */
static const char *find_comment(const char *text)
{
    for (; *text; text++)
        if (text[0] == '\\' && text[1])
            text++;
        else if (emphasis_is_comment(text))
            return text;
    return NULL;
}

bool emphasis_ends_in_comment(const char *text)
{
    const char *comment;

    while ((comment = find_comment(text))) {
        text = comment + strcspn(comment, "\n");
        if (!*text)
            return true;
    }
    return false;
}

/* A copy of `text` with a line feed for each comment. */
static char *without_comments(const char *text)
{
    char *const clean = malloc(strlen(text) + 1), *to = clean;
    const char *comment;

    if (!clean)
        return NULL;
    while ((comment = find_comment(text))) {
        memcpy(to, text, (size_t)(comment - text));
        to += comment - text;
        *to++ = '\n';
        text = comment + strcspn(comment, "\n");
        text += *text == '\n';
    }
    strcpy(to, text);
    return clean;
}

static bool refuse_networks(const char *text, ebru_error *err)
{
    static const char *const names[] = { "<lora:", "<lyco:", "<hypernet:" };

    for (int i = 0; i < 3; i++) {
        const char *at = strstr(text, names[i]);
        char label[LABEL_MAX];

        if (!at)
            continue;
        label_make(label, at, strcspn(at, ">") + (strchr(at, '>') != NULL));
        return fail_because(err, EBRU_BAD_REQUEST,
                            &(struct cause){ .reason = EBRU_NETWORK, .file = label },
                            "the prompt asks for \"%s\", but LoRA and similar networks are not "
                            "supported yet",
                            label);
    }
    return true;
}

/* ---- Parts ------------------------------------------------------------- */

struct parser {
    struct emphasis *e;
    size_t bytes;                                                 /* of e->text so far */
    size_t round[EMPHASIS_MAX_DEPTH], square[EMPHASIS_MAX_DEPTH]; /* first part inside */
    int n_round, n_square;
    ebru_error *err;
};

static bool add_part(struct parser *p, const char *text, size_t bytes, bool new_chunk)
{
    struct emphasis *e = p->e;

    if (e->count == e->capacity) {
        const size_t capacity = 2 * e->capacity + 16;
        struct emphasis_part *parts = realloc(e->parts, capacity * sizeof(*parts));

        if (!parts)
            return fail(p->err, EBRU_NO_MEMORY, "no memory for a prompt");
        e->parts = parts;
        e->capacity = capacity;
    }
    memcpy(e->text + p->bytes, text, bytes);
    e->parts[e->count++] = (struct emphasis_part){ p->bytes, p->bytes + bytes, 1, new_chunk };
    p->bytes += bytes;
    return true;
}

static void weigh(struct parser *p, size_t first, double weight)
{
    for (size_t i = first; i < p->e->count; i++)
        p->e->parts[i].weight *= weight;
}

static bool open_bracket(struct parser *p, size_t *stack, int *depth)
{
    if (*depth == EMPHASIS_MAX_DEPTH)
        return fail_because(p->err, EBRU_BAD_REQUEST, &(struct cause){ .reason = EBRU_DEEP_PROMPT },
                            "brackets in the prompt nest more than %d deep", EMPHASIS_MAX_DEPTH);
    stack[(*depth)++] = p->e->count;
    return true;
}

/* ---- Text -------------------------------------------------------------- */

static bool is_word(int32_t c)
{
    const enum unicode_kind kind = unicode_kind(c);

    return c == '_' || kind == UNICODE_LETTER || kind == UNICODE_NUMBER;
}

static bool ends_in_word(const char *text, size_t bytes)
{
    int32_t c = 0;
    size_t i = bytes;

    while (i > 0 && bytes - i < 4) { /* back to the lead byte */
        i--;
        if (((unsigned char)text[i] & 0xC0) != 0x80)
            break;
    }
    return i < bytes && unicode_decode(text + i, bytes - i, &c) == bytes - i && is_word(c);
}

static bool begins_with_word(const char *text, size_t bytes)
{
    int32_t c;

    return bytes > 0 && unicode_decode(text, bytes, &c) > 0 && is_word(c);
}

/* Text without brackets; BREAK as a word of its own divides it. */
static bool add_text(struct parser *p, const char *text, size_t bytes)
{
    enum { BREAK_BYTES = 5 };
    size_t start = 0;

    for (size_t i = 0; i + BREAK_BYTES <= bytes; i++) {
        const size_t end = i + BREAK_BYTES;

        if (text[i] != 'B' || memcmp(text + i, "BREAK", BREAK_BYTES) || ends_in_word(text, i) ||
            begins_with_word(text + end, bytes - end))
            continue;
        if (!add_part(p, text + start, i - start, false) || !add_part(p, "", 0, true))
            return false;
        start = end;
        i = end - 1;
    }
    return add_part(p, text + start, bytes - start, false);
}

static const char *skip_space(const char *s)
{
    return s + strspn(s, " \t\n\v\f\r");
}

/* ": 1.3 )" -> 1.3 and its bytes; 0: something else. Independent of the locale. */
static size_t read_weight(const char *text, double *weight)
{
    const char *s = skip_space(text + 1);
    const bool negative = *s == '-';
    double value = 0, scale = 1;
    int digits = 0, dots = 0;

    s += *s == '+' || *s == '-';
    for (; (*s >= '0' && *s <= '9') || *s == '.'; s++)
        if (*s == '.') {
            dots++;
        } else {
            digits++;
            value = 10 * value + (*s - '0');
            scale *= dots ? 10 : 1;
        }
    s = skip_space(s);
    if (*s != ')' || digits == 0 || dots > 1)
        return 0;
    *weight = (negative ? -value : value) / scale;
    return (size_t)(s + 1 - text);
}

/* One step of the grammar; returns the bytes it took, 0 after an error. */
static size_t step(struct parser *p, const char *text)
{
    double weight;
    size_t bytes = 1;

    switch (text[0]) {
    case '\\':
        bytes = text[1] && strchr("()[]\\#", text[1]) ? 2 : 1;
        return add_part(p, text + 1, bytes - 1, false) ? bytes : 0;
    case '(':
        return open_bracket(p, p->round, &p->n_round) ? 1 : 0;
    case '[':
        return open_bracket(p, p->square, &p->n_square) ? 1 : 0;
    case ':':
        bytes = p->n_round > 0 ? read_weight(text, &weight) : 0;
        if (bytes == 0)
            return add_text(p, text, 1) ? 1 : 0;
        weigh(p, p->round[--p->n_round], weight);
        return bytes;
    case ')':
        if (p->n_round == 0)
            return add_text(p, text, 1) ? 1 : 0;
        weigh(p, p->round[--p->n_round], 1.1);
        return 1;
    case ']':
        if (p->n_square == 0)
            return add_text(p, text, 1) ? 1 : 0;
        weigh(p, p->square[--p->n_square], 1 / 1.1);
        return 1;
    default:
        bytes = strcspn(text, "\\()[]:");
        return add_text(p, text, bytes) ? bytes : 0;
    }
}

static void join_equals(struct emphasis *e)
{
    size_t last = 0;

    for (size_t i = 1; i < e->count; i++) {
        struct emphasis_part *to = &e->parts[last];
        const struct emphasis_part *part = &e->parts[i];

        if (to->weight == part->weight && !to->new_chunk && !part->new_chunk)
            to->end = part->end;
        else
            e->parts[++last] = *part;
    }
    e->count = last + (e->count > 0);
}

static bool parse(struct parser *p, const char *text)
{
    while (*text) {
        const size_t bytes = step(p, text);

        if (bytes == 0)
            return false;
        text += bytes;
    }
    while (p->n_round > 0)
        weigh(p, p->round[--p->n_round], 1.1);
    while (p->n_square > 0)
        weigh(p, p->square[--p->n_square], 1 / 1.1);
    for (size_t i = 0; i < p->e->count; i++)
        if (!(fabs(p->e->parts[i].weight) <= FLT_MAX))
            return fail(p->err, EBRU_BAD_REQUEST, "a weight in the prompt is too large");
    join_equals(p->e);
    return true;
}

bool emphasis_parse(struct emphasis *e, const char *text, ebru_error *err)
{
    struct parser p = { .e = e, .err = err };
    char *clean = without_comments(text);
    bool done;

    *e = (struct emphasis){ .text = malloc(strlen(text) + 1) };
    if (!clean || !e->text)
        done = fail(err, EBRU_NO_MEMORY, "no memory for a prompt");
    else
        done = refuse_networks(clean, err) && parse(&p, clean);
    free(clean);
    if (!done)
        emphasis_clear(e);
    return done;
}

void emphasis_clear(struct emphasis *e)
{
    free(e->text);
    free(e->parts);
    *e = (struct emphasis){ 0 };
}
