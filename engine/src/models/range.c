/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "models/range.h"

#include <stdio.h>
#include <string.h>

bool ranges_check(const char *network, const void *config, const struct range *ranges, int level,
                  ebru_error *err)
{
    char place[16] = "";

    if (level >= 0)
        snprintf(place, sizeof(place), "[%d]", level);
    for (; ranges->name; ranges++) {
        const size_t first = level > 0 ? (size_t)level * sizeof(int) : 0;
        int value;

        memcpy(&value, (const char *)config + ranges->offset + first, sizeof(value));
        if (value < ranges->min || value > ranges->max)
            return fail(err, EBRU_BAD_MODEL, "%s: %s%s is %d, expected %d to %d", network,
                        ranges->name, place, value, ranges->min, ranges->max);
    }
    return true;
}
