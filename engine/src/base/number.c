/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "base/number.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *locale_point(void)
{
    const char *const point = localeconv()->decimal_point;

    return *point ? point : ".";
}

double number_read(const char *text, const char **end)
{
    enum { POINT_MAX = 8 };
    const char *const point = locale_point();
    const size_t length = strlen(point);
    const char *const dot = strchr(text, '.');
    /* the user's own point says nothing in a file, and ends the number */
    const size_t all = strcmp(point, ".") ? strcspn(text, point) : strlen(text);
    const size_t n = all < NUMBER_MAX ? all : NUMBER_MAX - 1;
    const size_t before = dot && dot < text + n ? (size_t)(dot - text) : n;
    char copy[NUMBER_MAX + POINT_MAX], *stop;

    snprintf(copy, sizeof(copy), "%.*s%s%.*s", (int)before, text, before < n ? point : "",
             before < n ? (int)(n - before - 1) : 0, before < n ? dot + 1 : "");
    const double value = strtod(copy, &stop);
    const size_t used = (size_t)(stop - copy);
    *end = text + (used > before ? used - length + 1 : used);
    return value;
}

const char *number_print(char out[NUMBER_MAX], double value)
{
    const char *const point = locale_point();

    snprintf(out, NUMBER_MAX, "%g", value);
    char *const at = strstr(out, point);
    if (at) {
        *at = '.';
        memmove(at + 1, at + strlen(point), strlen(at + strlen(point)) + 1);
    }
    return out;
}
