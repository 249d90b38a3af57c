/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * bpe_table.h - a vocabulary while it is read.
 *
 * A token's name is its bytes, each written as a printable character (the
 * table of GPT-2), with "</w>" where a word ends. Both readers of vocabularies
 * fill the same table; after bpe_table_finish() only ids are kept. Names point
 * into what the reader has in memory and must live until then. Errors name the
 * file and line that the reader has put into the table.
 */
#ifndef ENGINE_TEXT_BPE_TABLE_H
#define ENGINE_TEXT_BPE_TABLE_H

#include "base/label.h"
#include "load/table.h"
#include "text/bpe.h"

enum { BPE_MAX_TOKENS = 1 << 20 };

struct bpe_name {
    const char *text; /* need not end with NUL */
    size_t bytes;
};

struct bpe_table {
    struct bpe *b;
    char label[LABEL_MAX]; /* of the file being read */
    int line;              /* in it, from 1 */

    struct bpe_name *names; /* [b->size], by id; text NULL: not yet named */
    struct table ids;
    int n_merges;
};

/* Room for `tokens` tokens and `merges` merges, at most BPE_MAX_TOKENS of each. Sets
 * b->size. */
bool bpe_table_open(struct bpe_table *t, struct bpe *b, int tokens, int merges, ebru_error *err);
void bpe_table_close(struct bpe_table *t);

/* Call token `id`, from 0 to b->size - 1, `name`. Fails when either is taken. */
bool bpe_table_name(struct bpe_table *t, struct bpe_name name, int id, ebru_error *err);

/* The id, or -1. */
int bpe_table_find(const struct bpe_table *t, struct bpe_name name);

/* The next merge, of lower priority than all before; of two for the same pair the later
 * counts. `line` is the two names with a space between, and is joined to one in place, to be
 * the name of a new token `id`, or, for `id` -1, of a token there is. */
bool bpe_table_merge(struct bpe_table *t, char *line, size_t bytes, int id, ebru_error *err);

/* The character that stands for `byte`. */
int32_t bpe_byte_character(int byte);

/* Look up the bytes; those that are no tokens are `unknown`. */
void bpe_table_finish(struct bpe_table *t, int unknown);

#endif
