/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * number.h - numbers as files and other programs write them, with a point whatever the language of
 * the user: GIMP sets the locale of its plug-ins, and strtod() and printf() go by that.
 */
#ifndef ENGINE_BASE_NUMBER_H
#define ENGINE_BASE_NUMBER_H

#include <stddef.h>

enum { NUMBER_MAX = 64 };

/* As strtod() in the C locale, for up to NUMBER_MAX - 1 bytes; *end is text where there is none. */
double number_read(const char *text, const char **end);

/* As printf's %g in the C locale. Returns `out`. */
const char *number_print(char out[NUMBER_MAX], double value);

#endif
