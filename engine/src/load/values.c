/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "base/file.h"
#include "load/checkpoint.h"
#include "load/eight_bit.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int64_t checkpoint_elements(const struct checkpoint_tensor *t)
{
    return (int64_t)(t->bytes / checkpoint_type_bytes((enum checkpoint_type)t->type));
}

static bool fail_tensor(const struct checkpoint *c, const struct checkpoint_tensor *t,
                        ebru_error *err, const char *what)
{
    char label[LABEL_MAX];

    return fail(err, EBRU_BAD_MODEL, "%s: %s: %s", checkpoint_file(c, t)->label,
                label_make(label, t->name, strlen(t->name)), what);
}

bool checkpoint_weight(const struct checkpoint *c, const struct checkpoint_tensor *t,
                       enum dtype *type, int *rank, int shape[4], ebru_error *err)
{
    static const enum dtype weights[] = {
        [TYPE_F32] = DTYPE_F32, [TYPE_F16] = DTYPE_F16, [TYPE_BF16] = DTYPE_BF16
    };
    const bool eight_bit = eight_bit_scales(c, t) != NULL;
    int n = t->rank;

    if (t->type > TYPE_BF16 && !eight_bit) {
        char what[64];

        snprintf(what, sizeof(what), "a weight of type %s; F32, F16 and BF16 are supported",
                 checkpoint_type_name((enum checkpoint_type)t->type));
        return fail_tensor(c, t, err, what);
    }
    while (n > 4 && t->shape[n - 1] == 1)
        n--;
    if (n > 4)
        return fail_tensor(c, t, err, "a weight of more than 4 dimensions");
    for (int i = 0; i < n; i++) {
        if (t->shape[i] < 1 || t->shape[i] > INT_MAX)
            return fail_tensor(c, t, err, "a weight with a dimension of 0 or above 2^31");
        shape[i] = (int)t->shape[i];
    }
    *rank = n;
    *type = eight_bit ? DTYPE_F32 : weights[t->type];
    return true;
}

bool checkpoint_read_rows(const struct checkpoint *c, const struct checkpoint_tensor *t,
                          int64_t first, int64_t count, void *rows, ebru_error *err)
{
    const int64_t n = t->rank ? t->shape[0] : 1;
    const uint64_t row = n ? t->bytes / (uint64_t)n : 0;

    if (first < 0 || count < 0 || count > n || first > n - count)
        return fail_tensor(c, t, err, "rows were asked for that it has not");
    return file_read(checkpoint_file(c, t), t->offset + (uint64_t)first * row, rows,
                     (size_t)((uint64_t)count * row), err);
}

/* ---- Conversion -------------------------------------------------------- */

static float float_from_bits(uint32_t bits)
{
    float value;

    memcpy(&value, &bits, sizeof(value));
    return value;
}

/* IEEE 754 binary16, subnormals, infinities and NaNs included. */
static float float_from_half(uint16_t half)
{
    const uint32_t sign = (uint32_t)(half & 0x8000) << 16, magnitude = half & 0x7FFF;

    if (magnitude >= 0x7C00)
        return float_from_bits(sign | 0x7F800000 | (magnitude & 0x3FF) << 13);
    if (magnitude >= 0x400)
        return float_from_bits(sign | ((magnitude << 13) + ((127 - 15) << 23)));
    return (sign ? -1.0f : 1.0f) * (float)magnitude * 0x1p-24f;
}

/* Element `i` of `data`, of any type; integers beyond 2^53 lose their last bits. */
static double real_at(const void *data, enum checkpoint_type type, int64_t i)
{
    switch (type) {
    case TYPE_F32:
        return ((const float *)data)[i];
    case TYPE_F16:
        return float_from_half(((const uint16_t *)data)[i]);
    case TYPE_BF16:
        return float_from_bits((uint32_t)((const uint16_t *)data)[i] << 16);
    case TYPE_F64:
        return ((const double *)data)[i];
    case TYPE_I64:
        return (double)((const int64_t *)data)[i];
    case TYPE_I32:
        return ((const int32_t *)data)[i];
    case TYPE_I16:
        return ((const int16_t *)data)[i];
    case TYPE_I8:
        return ((const int8_t *)data)[i];
    case TYPE_U64:
        return (double)((const uint64_t *)data)[i];
    case TYPE_U32:
        return ((const uint32_t *)data)[i];
    case TYPE_U16:
        return ((const uint16_t *)data)[i];
    case TYPE_U8:
    case TYPE_BOOL:
    case TYPE_COUNT:
        break;
    }
    return ((const uint8_t *)data)[i];
}

/* The same for integers; what is none becomes 0. */
static int64_t integer_at(const void *data, enum checkpoint_type type, int64_t i)
{
    if (type == TYPE_I64 || type == TYPE_U64)
        return ((const int64_t *)data)[i];
    return (int64_t)real_at(data, type, i);
}

static void *read_whole(const struct checkpoint *c, const struct checkpoint_tensor *t,
                        ebru_error *err)
{
    void *data = malloc((size_t)t->bytes + 1);

    if (!data) {
        fail(err, EBRU_NO_MEMORY, "%s: no memory for a tensor of %" PRIu64 " bytes",
             checkpoint_file(c, t)->label, t->bytes);
    } else if (!file_read(checkpoint_file(c, t), t->offset, data, (size_t)t->bytes, err)) {
        free(data);
        return NULL;
    }
    return data;
}

bool checkpoint_read_floats(const struct checkpoint *c, const struct checkpoint_tensor *t,
                            float *values, ebru_error *err)
{
    void *data = read_whole(c, t, err);
    const bool ok = data != NULL;

    for (int64_t i = 0, n = ok ? checkpoint_elements(t) : 0; i < n; i++)
        values[i] = (float)real_at(data, (enum checkpoint_type)t->type, i);
    free(data);
    return ok;
}

bool checkpoint_read_ints(const struct checkpoint *c, const struct checkpoint_tensor *t,
                          int64_t *values, ebru_error *err)
{
    void *data;
    bool ok;

    if (t->type <= TYPE_F64)
        return fail_tensor(c, t, err, "integers were expected");
    data = read_whole(c, t, err);
    ok = data != NULL;
    for (int64_t i = 0, n = ok ? checkpoint_elements(t) : 0; i < n; i++)
        values[i] = integer_at(data, (enum checkpoint_type)t->type, i);
    free(data);
    return ok;
}
