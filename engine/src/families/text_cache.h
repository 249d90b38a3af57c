/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * text_cache.h - what the text encoder made of the last few prompts.
 *
 * Whoever tries seeds, sizes or samplers asks for the same words again, and
 * nobody changes both prompts at once. An encoding depends on the tokens, their
 * weights and the layer alone, so a kept one has the bytes of a new one. Several
 * threads may ask at once: one that finds another at work goes without.
 */
#ifndef ENGINE_FAMILIES_TEXT_CACHE_H
#define ENGINE_FAMILIES_TEXT_CACHE_H

#include "text/prompt.h"

struct text_cache;

/* For encodings of `width` numbers per token. NULL without memory. */
struct text_cache *text_cache_new(int width);
void text_cache_close(struct text_cache *c);

/* A copy of the encoding [chunks * 77][width], to be released with free(); NULL: not known. */
float *text_cache_find(struct text_cache *c, const struct prompt *p, int clip_skip);

/* Keep `encoding` in the place of the one used least recently. Long prompts are not kept. */
void text_cache_keep(struct text_cache *c, const struct prompt *p, int clip_skip,
                     const float *encoding);

/* Bytes it may take. */
size_t text_cache_bytes(const struct text_cache *c);

#endif
