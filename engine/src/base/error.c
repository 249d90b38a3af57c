/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

bool fail(ebru_error *err, ebru_status status, const char *fmt, ...)
{
    va_list ap;

    if (!err)
        return false;
    err->status = status;
    va_start(ap, fmt);
    vsnprintf(err->message, sizeof(err->message), fmt, ap);
    va_end(ap);
    return false;
}
