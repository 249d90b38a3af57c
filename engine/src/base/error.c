/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void fill(ebru_error *err, ebru_status status, const struct cause *cause, const char *fmt,
                 va_list ap)
{
    const char *const file = cause->file ? cause->file : "";

    err->status = status;
    err->reason = cause->reason;
    label_make(err->file, file, strlen(file));
    err->kind = cause->kind;
    err->wanted = (int64_t)cause->wanted;
    err->found = (int64_t)cause->found;
    vsnprintf(err->message, sizeof(err->message), fmt, ap);
}

bool fail(ebru_error *err, ebru_status status, const char *fmt, ...)
{
    const struct cause unknown = { 0 };
    va_list ap;

    va_start(ap, fmt);
    if (err)
        fill(err, status, &unknown, fmt, ap);
    va_end(ap);
    return false;
}

bool fail_because(ebru_error *err, ebru_status status, const struct cause *cause, const char *fmt,
                  ...)
{
    va_list ap;

    va_start(ap, fmt);
    if (err)
        fill(err, status, cause, fmt, ap);
    va_end(ap);
    return false;
}
