/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "load/eight_bit.h"

#include <stdio.h>

enum { NAME_MAX_BYTES = 512, SCALES = 64 /* read at once */ };

const struct checkpoint_tensor *eight_bit_scales(const struct checkpoint *c,
                                                 const struct checkpoint_tensor *t)
{
    char name[NAME_MAX_BYTES];

    if (t->type != TYPE_I8 || !t->rank || !t->shape[0] ||
        snprintf(name, sizeof(name), "%s_scale", t->name) >= (int)sizeof(name))
        return NULL;
    const struct checkpoint_tensor *const s = checkpoint_find(c, name);
    return s && s->type == TYPE_F32 && s->rank && s->shape[0] == t->shape[0] &&
                   checkpoint_elements(s) == t->shape[0]
               ? s
               : NULL;
}

bool eight_bit_present(const struct checkpoint *c)
{
    for (int i = 0; i < checkpoint_count(c); i++)
        if (eight_bit_scales(c, checkpoint_at(c, i)))
            return true;
    return false;
}

/* The integers are read to the end of where the floats shall be and widened from the
 * front: none is overwritten before its turn. */
bool eight_bit_read_rows(const struct checkpoint *c, const struct checkpoint_tensor *t,
                         int64_t first, int64_t count, float *rows, ebru_error *err)
{
    const struct checkpoint_tensor *const scales = eight_bit_scales(c, t);
    const size_t length = (size_t)(t->bytes / (uint64_t)t->shape[0]);
    const size_t all = (size_t)count * length;
    int8_t *const q = (int8_t *)rows + 3 * all;
    float scale[SCALES];

    if (!checkpoint_read_rows(c, t, first, count, q, err))
        return false;
    for (int64_t r = 0; r < count; r += SCALES) {
        const int64_t n = count - r < SCALES ? count - r : SCALES;
        if (!checkpoint_read_rows(c, scales, first + r, n, scale, err))
            return false;
        for (size_t i = (size_t)r * length; i < (size_t)(r + n) * length; i++)
            rows[i] = (float)q[i] * scale[i / length - (size_t)r];
    }
    return true;
}
