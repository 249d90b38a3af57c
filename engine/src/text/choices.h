/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * choices.h - prompts that leave something open, decided by a seed.
 *
 *     {red|green|dark {blue|grey}}   one of them; they nest, and may be empty
 *     __animal__                     a line of animal.txt in the folder of word lists
 *
 * A line may hold both again. "\{", "\|" and "\}" are the characters, a brace
 * that is not closed is text, and in comments nothing is decided. Lines that are
 * empty or begin with # do not count. The same text, seed and lists give the
 * same answer; what has nothing open comes back as it is. The numbers are those
 * of base/random.h, one for each decision, from left to right, outside first.
 */
#ifndef ENGINE_TEXT_CHOICES_H
#define ENGINE_TEXT_CHOICES_H

#include "base/error.h"

#include <stdint.h>

enum { CHOICES_MAX_DEPTH = 32, CHOICES_MAX_BYTES = 1 << 20 };

/* To be freed with free(). NULL with EBRU_BAD_REQUEST when a list is missing, has no words or
 * names itself, or when all becomes longer than CHOICES_MAX_BYTES. folder: NULL when there is
 * none. */
char *choices_resolve(const char *text, int64_t seed, const char *folder, ebru_error *err);

/* The style with {prompt} replaced by the prompt; one that has no {prompt} follows it after a
 * comma. NULL without memory. */
char *choices_style(const char *style, const char *prompt);

#endif
