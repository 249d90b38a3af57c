/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * label.h - text from outside (a path, a name in a file), fit for a message.
 */
#ifndef ENGINE_BASE_LABEL_H
#define ENGINE_BASE_LABEL_H

#include <stddef.h>

enum { LABEL_MAX = 256 };

/* `bytes` of `text` without control characters, shortened in the middle to fewer than
 * LABEL_MAX bytes; UTF-8 stays UTF-8. Returns `label`. */
const char *label_make(char label[LABEL_MAX], const char *text, size_t bytes);

#endif
