/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * error.h - how a function fails.
 */
#ifndef ENGINE_BASE_ERROR_H
#define ENGINE_BASE_ERROR_H

#include <ebru/ebru.h>

/* Fill *err, if there is one, and return false:
 *     return fail(err, EBRU_BAD_FILE, "%s: header of %zu bytes is longer than the file", path, n);
 */
bool fail(ebru_error *err, ebru_status status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
