/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "load/table.h"

#include <stdlib.h>
#include <string.h>

/* Multiply and fold, 8 bytes at a time (the idea of wyhash, public domain). */
static uint64_t mix(uint64_t a, uint64_t b)
{
    const unsigned __int128 product = (unsigned __int128)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t hash(uint64_t key, const char *name, size_t bytes)
{
    uint64_t h = key ^ bytes, word;

    for (; bytes >= sizeof(word); bytes -= sizeof(word), name += sizeof(word)) {
        memcpy(&word, name, sizeof(word));
        h = mix(h ^ word, key | 1);
    }
    word = 0;
    memcpy(&word, name, bytes);
    return mix(h ^ word, 0x9E3779B97F4A7C15);
}

bool table_open(struct table *t, size_t count)
{
    size_t slots = 16;

    while (slots < 2 * count)
        slots *= 2;
    t->slots = calloc(slots, sizeof(*t->slots));
    t->mask = slots - 1;
    /* where the system put things differs from run to run; results do not depend on it */
    t->key = mix((uint64_t)(uintptr_t)t->slots ^ 0xA0761D6478BD642F,
                 (uint64_t)(uintptr_t)&slots ^ 0xE7037ED1A0B428DB);
    return t->slots != NULL;
}

void table_close(struct table *t)
{
    free(t->slots);
    *t = (struct table){ 0 };
}

/* The slot that holds `name`, or the empty one where it would be. */
static struct table_slot *slot_of(const struct table *t, const char *name, size_t bytes)
{
    size_t i = hash(t->key, name, bytes) & t->mask;

    while (t->slots[i].name &&
           (t->slots[i].bytes != bytes || memcmp(t->slots[i].name, name, bytes)))
        i = (i + 1) & t->mask;
    return &t->slots[i];
}

bool table_add(struct table *t, const char *name, size_t bytes, uint32_t value)
{
    struct table_slot *slot = slot_of(t, name, bytes);

    if (slot->name)
        return false;
    *slot = (struct table_slot){ .name = name, .bytes = (uint32_t)bytes, .value = value };
    return true;
}

bool table_find(const struct table *t, const char *name, size_t bytes, uint32_t *value)
{
    const struct table_slot *slot = slot_of(t, name, bytes);

    if (slot->name)
        *value = slot->value;
    return slot->name != NULL;
}
