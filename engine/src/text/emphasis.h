/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * emphasis.h - the language prompts are written in: text to weighted parts.
 *
 * The grammar is that of AUTOMATIC1111's web UI, so that prompts travel:
 *
 *     (x)         weight 1.1          (x:1.3)   weight 1.3
 *     [x]         weight 1/1.1        nesting multiplies
 *     \( \) \[ \] \\                  the character itself
 *     BREAK                           a new chunk of 75 tokens begins
 *     # to the end of the line        a comment; but \# and #ff8800 are text
 *
 * A bracket left open closes at the end; one that closes nothing is text, and so
 * is what follows a colon without being a number and ")". A backslash before
 * anything else is dropped. Neighbours of equal weight are one part: a prompt
 * without emphasis is a single part, tokenized as if there were no grammar.
 * Three things differ from the model: BREAK works between brackets too, "1.2.3"
 * is text and not an exception, and brackets nest at most 64 deep.
 */
#ifndef ENGINE_TEXT_EMPHASIS_H
#define ENGINE_TEXT_EMPHASIS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { EMPHASIS_MAX_DEPTH = 64 };

struct emphasis_part {
    size_t start, end; /* of its text; empty parts are possible */
    double weight;
    bool new_chunk; /* a BREAK, without text */
};

/* Released with emphasis_clear(). */
struct emphasis {
    char *text; /* of all parts */
    struct emphasis_part *parts;
    size_t count, capacity;
};

/* Whether a comment begins at this '#': it is not that of a colour. */
bool emphasis_is_comment(const char *hash);

/* Whether what would follow the text would be part of a comment. */
bool emphasis_ends_in_comment(const char *text);

/* Fails with EBRU_BAD_REQUEST when brackets are too deep, when a weight is beyond what float
 * holds, and for <lora:...> and the like, which are not supported. */
bool emphasis_parse(struct emphasis *e, const char *text, ebru_error *err);
void emphasis_clear(struct emphasis *e);

#endif
