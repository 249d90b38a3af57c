/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * range.h - the least and the most of every number in a network's configuration.
 *
 * A configuration comes from a file of a stranger. Each network lists its
 * numbers in a table; nothing is bound or allocated before all of them, and
 * then what they say together, have been checked.
 */
#ifndef ENGINE_MODELS_RANGE_H
#define ENGINE_MODELS_RANGE_H

#include "base/error.h"

#include <stddef.h>

/* An int at `offset` of the configuration, or an array of them, one for each level. */
struct range {
    const char *name; /* as in config.json */
    size_t offset;
    int min, max;
};

/* Whether the ints of `config` that `ranges` names, up to the one without a name, are
 * within them. level: which of an array; -1: these are no arrays.
 * "UNet: block_out_channels[2] is -1, expected 8 to 8192" */
bool ranges_check(const char *network, const void *config, const struct range *ranges, int level,
                  ebru_error *err);

#endif
