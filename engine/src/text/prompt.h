/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * prompt.h - a prompt as the text encoder takes it: chunks of 77 ids, with weights.
 *
 * A chunk is start, up to 75 tokens, end, padding. Longer prompts go on in
 * further chunks, each encoded by itself, as in AUTOMATIC1111's web UI: when a
 * chunk is full and one of its last 20 tokens is a comma, what stands behind
 * the last comma moves to the next chunk, so that phrases stay whole. BREAK
 * begins a new chunk. The language is described in text/emphasis.h. A prompt
 * without emphasis of at most 75 tokens gives the ids of the reference.
 */
#ifndef ENGINE_TEXT_PROMPT_H
#define ENGINE_TEXT_PROMPT_H

#include "base/error.h"
#include "text/bpe.h"

#include <stdbool.h>

enum { PROMPT_LENGTH = 77, PROMPT_ROOM = PROMPT_LENGTH - 2, PROMPT_BACKTRACK = 20 };

/* Released with prompt_clear(). */
struct prompt {
    int chunks; /* at least 1 */
    int (*ids)[PROMPT_LENGTH];
    float (*weights)[PROMPT_LENGTH]; /* 1 for start, end and padding */
    int tokens;                      /* of the text alone */
    bool weighted;                   /* some weight is not 1 */
};

/* Fails with EBRU_BAD_REQUEST as emphasis_parse() does; *p is empty then. */
bool prompt_parse(struct prompt *p, const struct bpe *b, const char *text, ebru_error *err);
void prompt_clear(struct prompt *p);

/* Add empty chunks until there are `chunks`: the prompts of a batch are equally long. */
bool prompt_pad(struct prompt *p, const struct bpe *b, int chunks, ebru_error *err);

/* Weigh the encoding of one chunk in place: each position is multiplied by its weight, then
 * all values by one factor that restores their mean (A1111's "Original" emphasis), unless the
 * mean became 0. embedding: [tokens][c], weights: [tokens]. Weights of 1 change no bit. */
void prompt_apply_weights(float *embedding, const float *weights, int tokens, int c);

#endif
