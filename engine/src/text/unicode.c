/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "text/unicode.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum {
    REPLACEMENT = 0xFFFD,
    LONGEST_DECOMPOSITION = 4, /* of one character, canonical (Unicode Standard Annex 15) */
    CHARACTER_BITS = 21,
    PLACE_BITS = 35,
};

enum unicode_kind unicode_kind(int32_t c)
{
    if ((c >= '\t' && c <= '\r') || c == 0x85)
        return UNICODE_SPACE;
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return UNICODE_SPACE;
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
        return UNICODE_LETTER;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return UNICODE_NUMBER;
    default:
        return UNICODE_OTHER;
    }
}

/* What the byte after the lead byte may be: not overlong, no surrogate, up to U+10FFFF. */
static bool second_fits(unsigned char lead, unsigned char second)
{
    switch (lead) {
    case 0xE0:
        return second >= 0xA0 && second <= 0xBF;
    case 0xED:
        return second >= 0x80 && second <= 0x9F;
    case 0xF0:
        return second >= 0x90 && second <= 0xBF;
    case 0xF4:
        return second >= 0x80 && second <= 0x8F;
    default:
        return second >= 0x80 && second <= 0xBF;
    }
}

size_t unicode_decode(const char *text, size_t bytes, int32_t *c)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t length, i;

    if (s[0] < 0x80)
        length = 1;
    else if (s[0] >= 0xC2 && s[0] <= 0xDF)
        length = 2;
    else if (s[0] >= 0xE0 && s[0] <= 0xEF)
        length = 3;
    else if (s[0] >= 0xF0 && s[0] <= 0xF4)
        length = 4;
    else
        length = 0;
    *c = length > 1 ? s[0] & (0x7F >> length) : s[0];
    for (i = 1; i < length; i++) {
        if (i == bytes || !second_fits(i == 1 ? s[0] : 0, s[i])) {
            length = 0;
            break;
        }
        *c = *c << 6 | (s[i] & 0x3F);
    }
    if (length == 0)
        *c = REPLACEMENT;
    return i;
}

int unicode_encode(int32_t c, char utf8[4])
{
    return (int)utf8proc_encode_char(c, (utf8proc_uint8_t *)utf8);
}

char *unicode_mend(const char *text)
{
    enum { REPLACEMENT_BYTES = 3 };
    size_t left = strlen(text), n = 0;
    char *const valid = malloc(REPLACEMENT_BYTES * left + 1);

    while (valid && left) {
        int32_t c;
        const size_t taken = unicode_decode(text, left, &c);
        n += (size_t)unicode_encode(c, valid + n);
        text += taken;
        left -= taken;
    }
    if (valid)
        valid[n] = 0;
    return valid;
}

static int compare_keys(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* Sort a run of combining marks by their class, equal ones as they stood. utf8proc's own
 * reordering takes time proportional to the square of the run. */
static void order_run(int32_t *at, uint64_t *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const uint64_t class = (uint64_t)utf8proc_get_property(at[i])->combining_class;

        keys[i] = (class << PLACE_BITS | i) << CHARACTER_BITS | (uint64_t)at[i];
    }
    qsort(keys, count, sizeof(*keys), compare_keys);
    for (size_t i = 0; i < count; i++)
        at[i] = (int32_t)(keys[i] & ((1u << CHARACTER_BITS) - 1));
}

static bool order_marks(struct unicode_text *text)
{
    uint64_t *keys = NULL;
    size_t capacity = 0;

    for (size_t i = 0; i < text->count;) {
        size_t end = i;

        while (end < text->count && utf8proc_get_property(text->at[end])->combining_class)
            end++;
        if (end - i > capacity) {
            free(keys);
            capacity = 2 * (end - i);
            keys = malloc(capacity * sizeof(*keys));
            if (!keys)
                return false;
        }
        if (end - i > 1)
            order_run(text->at + i, keys, end - i);
        i = end > i ? end : i + 1;
    }
    free(keys);
    return true;
}

static bool decompose(struct unicode_text *out, const char *text, size_t bytes)
{
    size_t capacity = 0;

    for (size_t i = 0; i < bytes;) {
        int32_t c;
        int class;

        i += unicode_decode(text + i, bytes - i, &c);
        if (out->count + LONGEST_DECOMPOSITION > capacity) {
            int32_t *more;

            capacity = 2 * capacity + (bytes - i) + LONGEST_DECOMPOSITION;
            more = realloc(out->at, capacity * sizeof(*more));
            if (!more)
                return false;
            out->at = more;
        }
        out->count +=
            (size_t)utf8proc_decompose_char(c, out->at + out->count, LONGEST_DECOMPOSITION,
                                            UTF8PROC_STABLE | UTF8PROC_DECOMPOSE, &class);
    }
    return true;
}

/* İ is the only character whose lower case has two, whatever stands around it. */
static bool lower(struct unicode_text *text)
{
    enum { CAPITAL_I_WITH_DOT = 0x130, DOT_ABOVE = 0x307 };
    size_t dots = 0;
    int32_t *at;

    for (size_t i = 0; i < text->count; i++)
        dots += text->at[i] == CAPITAL_I_WITH_DOT;
    at = malloc((text->count + dots + 1) * sizeof(*at));
    if (!at)
        return false;
    dots = 0;
    for (size_t i = 0; i < text->count; i++) {
        const int32_t c = text->at[i];

        at[i + dots] = c == CAPITAL_I_WITH_DOT ? 'i' : utf8proc_tolower(c);
        if (c == CAPITAL_I_WITH_DOT)
            at[i + ++dots] = DOT_ABOVE;
    }
    free(text->at);
    *text = (struct unicode_text){ at, text->count + dots };
    return true;
}

static bool compose(struct unicode_text *text)
{
    const utf8proc_ssize_t count = utf8proc_normalize_utf32(text->at, (utf8proc_ssize_t)text->count,
                                                            UTF8PROC_STABLE | UTF8PROC_COMPOSE);

    if (count < 0)
        return false;
    text->count = (size_t)count;
    return true;
}

bool unicode_normalize(struct unicode_text *out, const char *text, size_t bytes)
{
    *out = (struct unicode_text){ 0 };
    if (decompose(out, text, bytes) && order_marks(out) && compose(out) && lower(out))
        return true;
    unicode_clear(out);
    return false;
}

void unicode_clear(struct unicode_text *text)
{
    free(text->at);
    *text = (struct unicode_text){ 0 };
}
