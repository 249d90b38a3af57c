/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "base/label.h"

#include <stdbool.h>
#include <string.h>

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

const char *label_make(char label[LABEL_MAX], const char *text, size_t bytes)
{
    size_t n = bytes;

    if (bytes < LABEL_MAX) {
        memcpy(label, text, bytes);
    } else {
        size_t head = LABEL_MAX / 4, tail = bytes - (LABEL_MAX - LABEL_MAX / 4 - 4);

        while (head && is_continuation(text[head]))
            head--;
        while (tail < bytes && is_continuation(text[tail]))
            tail++;
        memcpy(label, text, head);
        memcpy(label + head, "...", 3);
        memcpy(label + head + 3, text + tail, bytes - tail);
        n = head + 3 + bytes - tail;
    }
    label[n] = 0;
    for (char *c = label; c < label + n; c++)
        if ((unsigned char)*c < ' ' || *c == 127)
            *c = '?';
    return label;
}
