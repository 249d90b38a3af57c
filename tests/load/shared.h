/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * shared.h - checkpoints among the reference data.
 */
#ifndef TESTS_LOAD_SHARED_H
#define TESTS_LOAD_SHARED_H

#include "../check.h"
#include "base/file.h"
#include "load/checkpoint.h"

static char shared[FILE_PATH_MAX]; /* the folder, set by main() */

/* `name` in it; a failed check, and NULL, where it cannot be opened. */
static inline struct checkpoint *open_shared(const char *name)
{
    char path[FILE_PATH_MAX];
    ebru_error err = { 0 };
    struct checkpoint *c;

    file_join(path, shared, name, NULL);
    c = checkpoint_open(path, &err);
    CHECK(c);
    if (!c)
        printf("%s\n", err.message);
    return c;
}

#endif
