/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * error.h - how a function fails.
 */
#ifndef ENGINE_BASE_ERROR_H
#define ENGINE_BASE_ERROR_H

#include "base/label.h"

#include <ebru/ebru.h>

/* Fill *err, if there is one, and return false:
 *     return fail(err, EBRU_BAD_FILE, "%s: header of %zu bytes is longer than the file", path, n);
 */
bool fail(ebru_error *err, ebru_status status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* What fills the fields of ebru_error beside the message; file and kind may be NULL. */
struct cause {
    ebru_reason reason;
    const char *file, *kind;
    uint64_t wanted, found;
};

/* The same, for what programs have words of their own for. */
bool fail_because(ebru_error *err, ebru_status status, const struct cause *cause, const char *fmt,
                  ...) __attribute__((format(printf, 4, 5)));

#endif
