/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * bpe.h - CLIP's byte-pair tokenizer: text to token ids.
 *
 * The ids are those of transformers' CLIPTokenizer, whatever the text: special
 * tokens are cut out first; the rest is normalised (text/unicode.h), cut into
 * words, numbers and runs of signs, and in each of these pairs of neighbours are
 * merged, the pair of lowest rank first, the leftmost of equals. A vocabulary is
 * read once and never changes, so threads may share it. Every operation takes
 * time n log n at most.
 */
#ifndef ENGINE_TEXT_BPE_H
#define ENGINE_TEXT_BPE_H

#include "base/error.h"
#include "text/unicode.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A token that stands for itself wherever it is found. */
struct bpe_special {
    char *text;
    struct unicode_text folded; /* what is looked for in normalised text; else empty, and
                                   `text` is looked for before normalisation */
    int id;
};

struct bpe_merge {
    uint64_t pair; /* ids of left << 32 | right */
    int32_t rank;  /* -1: free slot of the table */
    int32_t id;    /* of both together */
};

enum { BPE_SPECIALS = 4, BPE_BYTES = 256, BPE_MAX_TEXT = 64 << 20 };

/* Read-only; made by bpe_open(). */
struct bpe {
    int size;       /* ids are 0 to size - 1 */
    int start, end; /* "<|startoftext|>" and "<|endoftext|>" */
    int padding;    /* what fills a prompt up behind `end` */
    int comma;      /* "," as a word, -1: none */

    int byte_id[BPE_BYTES], last_byte_id[BPE_BYTES]; /* last: with "</w>" */
    struct bpe_merge *merges;                        /* hash table, see bpe_find_merge() */
    unsigned merge_bits;                             /* of its size */
    struct bpe_special specials[BPE_SPECIALS];
    int n_specials;
};

/* The vocabulary at `path`: a folder with vocab.json and merges.txt, and perhaps
 * tokenizer_config.json and special_tokens_map.json; or CLIP's own file
 * bpe_simple_vocab_16e6.txt.gz. `padding` is the text of the token to pad with; NULL: the
 * one that the folder names, else the end of text. As in the reference the padding token
 * becomes a special token: "!" for Stable Diffusion 2 is never part of another token.
 * Fails with EBRU_NO_FILE, EBRU_BAD_FILE and EBRU_NO_MEMORY. */
struct bpe *bpe_open(const char *path, const char *padding, ebru_error *err);
void bpe_close(struct bpe *b);

/* Whether bpe_open() would find its files at `path`; they may still be damaged. */
bool bpe_present(const char *path);

struct bpe_ids {
    int *at;
    size_t count, capacity;
};

bool bpe_ids_push(struct bpe_ids *ids, int id);
void bpe_ids_clear(struct bpe_ids *ids);

/* Append the ids of `text`, without start, end and padding. Text that is not UTF-8 is read
 * with U+FFFD for what is wrong; NUL is a character like others. Fails without memory, and
 * for more than BPE_MAX_TEXT bytes. */
bool bpe_encode(const struct bpe *b, const char *text, size_t bytes, struct bpe_ids *ids,
                ebru_error *err);

/* Tokens of `text`, without start, end and padding; -1 where bpe_encode() fails. */
int bpe_count(const struct bpe *b, const char *text);

/* The merge of `left` and `right`, or NULL. */
const struct bpe_merge *bpe_find_merge(const struct bpe *b, int left, int right);

#endif
