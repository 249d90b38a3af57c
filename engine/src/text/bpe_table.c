/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "text/bpe_table.h"

#include <stdlib.h>
#include <string.h>

/* ---- Names ------------------------------------------------------------- */

bool bpe_table_open(struct bpe_table *t, struct bpe *b, int tokens, int merges, ebru_error *err)
{
    *t = (struct bpe_table){ .b = b };
    b->size = tokens;
    b->merge_bits = 4;
    while ((size_t)1 << b->merge_bits < 2 * (size_t)merges)
        b->merge_bits++;
    b->merges = malloc(sizeof(*b->merges) << b->merge_bits);
    t->names = calloc((size_t)tokens + 1, sizeof(*t->names));
    if (!table_open(&t->ids, (size_t)tokens) || !t->names || !b->merges)
        return fail(err, EBRU_NO_MEMORY, "no memory for a vocabulary of %d tokens", tokens);
    for (size_t i = 0; i < (size_t)1 << b->merge_bits; i++)
        b->merges[i] = (struct bpe_merge){ .rank = -1 };
    return true;
}

void bpe_table_close(struct bpe_table *t)
{
    free(t->names);
    table_close(&t->ids);
    *t = (struct bpe_table){ 0 };
}

bool bpe_table_name(struct bpe_table *t, struct bpe_name name, int id, ebru_error *err)
{
    const struct bpe_name other = t->names[id];
    char a[LABEL_MAX], b[LABEL_MAX];

    if (other.text)
        return fail(err, EBRU_BAD_FILE, "%s: id %d stands for \"%s\" and for \"%s\"", t->label, id,
                    label_make(a, other.text, other.bytes), label_make(b, name.text, name.bytes));
    if (!table_add(&t->ids, name.text, name.bytes, (uint32_t)id))
        return fail(err, EBRU_BAD_FILE, "%s: token \"%s\" has the ids %d and %d", t->label,
                    label_make(a, name.text, name.bytes), bpe_table_find(t, name), id);
    t->names[id] = name;
    return true;
}

int bpe_table_find(const struct bpe_table *t, struct bpe_name name)
{
    uint32_t id;

    return table_find(&t->ids, name.text, name.bytes, &id) ? (int)id : -1;
}

/* ---- Merges ------------------------------------------------------------ */

static struct bpe_merge *slot_of(const struct bpe *b, uint64_t pair)
{
    const size_t mask = ((size_t)1 << b->merge_bits) - 1;
    size_t i = (size_t)((pair ^ pair >> 29) * 0x9E3779B97F4A7C15u >> (64 - b->merge_bits));

    while (b->merges[i].rank >= 0 && b->merges[i].pair != pair)
        i = (i + 1) & mask;
    return &b->merges[i];
}

const struct bpe_merge *bpe_find_merge(const struct bpe *b, int left, int right)
{
    const struct bpe_merge *m = slot_of(b, (uint64_t)left << 32 | (uint32_t)right);

    return m->rank < 0 ? NULL : m;
}

static bool no_token(const struct bpe_table *t, struct bpe_name name, ebru_error *err)
{
    char label[LABEL_MAX];

    return fail(err, EBRU_BAD_FILE, "%s: line %d merges to or from \"%s\", which is no token",
                t->label, t->line, label_make(label, name.text, name.bytes));
}

bool bpe_table_merge(struct bpe_table *t, char *line, size_t bytes, int id, ebru_error *err)
{
    char *space = memchr(line, ' ', bytes);
    const size_t left_bytes = space ? (size_t)(space - line) : bytes;
    struct bpe_name left = { line, left_bytes }, right, both = { line, bytes - 1 };
    uint64_t pair;
    int a, b;

    if (!space || left_bytes == 0 || left_bytes == bytes - 1 ||
        memchr(space + 1, ' ', both.bytes - left_bytes))
        return fail(err, EBRU_BAD_FILE, "%s: line %d is not two names with a space between",
                    t->label, t->line);
    right = (struct bpe_name){ space + 1, both.bytes - left_bytes };
    a = bpe_table_find(t, left);
    b = bpe_table_find(t, right);
    if (a < 0 || b < 0)
        return no_token(t, a < 0 ? left : right, err);
    memmove(space, right.text, right.bytes);
    if (id < 0)
        id = bpe_table_find(t, both);
    else if (!bpe_table_name(t, both, id, err))
        return false;
    if (id < 0)
        return no_token(t, both, err);
    pair = (uint64_t)a << 32 | (uint32_t)b;
    *slot_of(t->b, pair) = (struct bpe_merge){ pair, t->n_merges++, id };
    return true;
}

/* ---- Bytes ------------------------------------------------------------- */

/* Printable Latin-1 stands for itself; the others, in their order, from U+0100 on. */
int32_t bpe_byte_character(int byte)
{
    if ((byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte != 0xAD))
        return byte;
    if (byte <= ' ')
        return 0x100 + byte;
    return byte == 0xAD ? 0x143 : 0x121 + (byte - 0x7F);
}

void bpe_table_finish(struct bpe_table *t, int unknown)
{
    for (int i = 0; i < BPE_BYTES; i++) {
        char utf8[4 + 4];
        const size_t n = (size_t)unicode_encode(bpe_byte_character(i), utf8);
        int id = bpe_table_find(t, (struct bpe_name){ utf8, n });

        t->b->byte_id[i] = id < 0 ? unknown : id;
        memcpy(utf8 + n, "</w>", 4);
        id = bpe_table_find(t, (struct bpe_name){ utf8, n + 4 });
        t->b->last_byte_id[i] = id < 0 ? unknown : id;
    }
    t->b->comma = bpe_table_find(t, (struct bpe_name){ ",</w>", 5 });
}
