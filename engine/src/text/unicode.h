/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * unicode.h - text as CLIP's tokenizer sees it.
 *
 * The reference (transformers' CLIPTokenizer) brings text into canonical
 * composition (NFC), then into lower case character by character, and cuts it
 * by four kinds of characters. utf8proc knows the characters; this module puts
 * its answers together. It may know an older Unicode than the reference (Debian
 * 13: 15.1): letters, digits and marks added since are then cut or ordered
 * otherwise. Time is n log n at most, also for a megabyte of combining marks.
 * No text is ill-formed: what is not UTF-8 becomes U+FFFD.
 */
#ifndef ENGINE_TEXT_UNICODE_H
#define ENGINE_TEXT_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum unicode_kind {
    UNICODE_SPACE,  /* White_Space */
    UNICODE_LETTER, /* general category L */
    UNICODE_NUMBER, /* general category N */
    UNICODE_OTHER
};

enum unicode_kind unicode_kind(int32_t c);

/* The character at the start of `text`, `bytes` > 0 long; returns the bytes it takes.
 * U+FFFD for each maximal ill-formed part (The Unicode Standard, section 3.9, table 3-8). */
size_t unicode_decode(const char *text, size_t bytes, int32_t *c);

/* `c` as UTF-8; returns its bytes, 1 to 4. */
int unicode_encode(int32_t c, char utf8[4]);

/* A copy in which what is not UTF-8 is U+FFFD; NULL without memory. */
char *unicode_mend(const char *text);

struct unicode_text {
    int32_t *at; /* owned by whoever filled it, see unicode_clear() */
    size_t count;
};

/* `bytes` of UTF-8, composed and in lower case. False without memory; then *out is empty. */
bool unicode_normalize(struct unicode_text *out, const char *text, size_t bytes);
void unicode_clear(struct unicode_text *text);

#endif
