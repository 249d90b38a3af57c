/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * table.h - from names to their numbers.
 *
 * A hash table of strings it does not own. Built once, for a known number of
 * names, then only asked. Names come from files of strangers, so the hash is
 * keyed: nobody can prepare names that all collide.
 */
#ifndef ENGINE_LOAD_TABLE_H
#define ENGINE_LOAD_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct table_slot {
    const char *name; /* NULL: empty */
    uint32_t bytes, value;
};

struct table {
    struct table_slot *slots;
    size_t mask;
    uint64_t key;
};

/* Room for `count` names. False: no memory. */
bool table_open(struct table *t, size_t count);
void table_close(struct table *t);

/* Add `name`, of `bytes` bytes. False: it is there already, and stays as it is. */
bool table_add(struct table *t, const char *name, size_t bytes, uint32_t value);
/* The value added with `name`. False: none. */
bool table_find(const struct table *t, const char *name, size_t bytes, uint32_t *value);

#endif
