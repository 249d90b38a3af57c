/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "text/bpe.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* ---- Lists of ids ------------------------------------------------------ */

bool bpe_ids_push(struct bpe_ids *ids, int id)
{
    if (ids->count == ids->capacity) {
        const size_t capacity = 2 * ids->capacity + 128;
        int *at = realloc(ids->at, capacity * sizeof(*at));

        if (!at)
            return false;
        ids->at = at;
        ids->capacity = capacity;
    }
    ids->at[ids->count++] = id;
    return true;
}

void bpe_ids_clear(struct bpe_ids *ids)
{
    free(ids->at);
    *ids = (struct bpe_ids){ 0 };
}

/* ---- One word ---------------------------------------------------------- */

struct symbol {
    int id;
    int previous, next; /* -1: none. A symbol merged into its left neighbour has id -1 */
};

/* What merging a word needs. The heap holds rank << 32 | index of the left symbol. */
struct merger {
    const struct bpe *b;
    struct symbol *symbols;
    size_t count, capacity; /* of symbols */
    uint64_t *heap;         /* 3 * capacity: a first entry per pair, two new ones per merge */
    size_t heap_count;
    struct bpe_ids *ids;
};

static void heap_push(struct merger *m, uint64_t key)
{
    size_t i = m->heap_count++;

    while (i > 0 && m->heap[(i - 1) / 2] > key) {
        m->heap[i] = m->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    m->heap[i] = key;
}

static uint64_t heap_pop(struct merger *m)
{
    const uint64_t top = m->heap[0], key = m->heap[--m->heap_count];
    size_t i = 0;

    for (;;) {
        size_t child = 2 * i + 1;

        if (child >= m->heap_count)
            break;
        if (child + 1 < m->heap_count && m->heap[child + 1] < m->heap[child])
            child++;
        if (m->heap[child] >= key)
            break;
        m->heap[i] = m->heap[child];
        i = child;
    }
    m->heap[i] = key;
    return top;
}

static const struct bpe_merge *merge_at(const struct merger *m, int left)
{
    const int right = left < 0 ? -1 : m->symbols[left].next;

    return right < 0 ? NULL : bpe_find_merge(m->b, m->symbols[left].id, m->symbols[right].id);
}

static void propose(struct merger *m, int left)
{
    const struct bpe_merge *merge = merge_at(m, left);

    if (merge)
        heap_push(m, (uint64_t)merge->rank << 32 | (uint32_t)left);
}

static void merge_all(struct merger *m)
{
    for (size_t i = 0; i < m->count; i++)
        propose(m, (int)i);
    while (m->heap_count) {
        const uint64_t top = heap_pop(m);
        struct symbol *left = &m->symbols[(uint32_t)top];
        const struct bpe_merge *merge;

        if (left->id < 0)
            continue;
        merge = merge_at(m, (int)(uint32_t)top);
        if (!merge || (uint64_t)merge->rank != top >> 32) /* a neighbour has changed since */
            continue;
        m->symbols[left->next].id = -1;
        left->id = merge->id;
        left->next = m->symbols[left->next].next;
        if (left->next >= 0)
            m->symbols[left->next].previous = (int)(uint32_t)top;
        propose(m, left->previous);
        propose(m, (int)(uint32_t)top);
    }
}

static bool reserve(struct merger *m, size_t count)
{
    struct symbol *symbols;
    uint64_t *heap;
    size_t capacity;

    if (count <= m->capacity)
        return true;
    capacity = 2 * count + 64;
    symbols = realloc(m->symbols, capacity * sizeof(*symbols));
    if (symbols)
        m->symbols = symbols;
    heap = realloc(m->heap, 3 * capacity * sizeof(*heap));
    if (heap)
        m->heap = heap;
    m->capacity = capacity;
    return symbols && heap;
}

/* Characters of one word -> ids. */
static bool encode_word(struct merger *m, const int32_t *at, size_t count)
{
    m->count = 0;
    for (size_t i = 0; i < count; i++) {
        char utf8[4];
        const int bytes = unicode_encode(at[i], utf8);

        if (!reserve(m, m->count + (size_t)bytes))
            return false;
        for (int j = 0; j < bytes; j++) {
            const unsigned char byte = (unsigned char)utf8[j];
            const bool last = i + 1 == count && j + 1 == bytes;

            m->symbols[m->count] = (struct symbol){
                .id = last ? m->b->last_byte_id[byte] : m->b->byte_id[byte],
                .previous = (int)m->count - 1,
                .next = last ? -1 : (int)m->count + 1,
            };
            m->count++;
        }
    }
    merge_all(m);
    for (int i = 0; i >= 0; i = m->symbols[i].next)
        if (!bpe_ids_push(m->ids, m->symbols[i].id))
            return false;
    return true;
}

/* ---- Text to words ----------------------------------------------------- */

/* The expression that cuts text names these two tokens; what they enclose does not join
 * with what follows. */
static size_t marker_length(const int32_t *at, size_t count)
{
    static const char *const markers[] = { "<|startoftext|>", "<|endoftext|>" };

    for (int i = 0; i < 2; i++) {
        size_t n = 0;

        while (n < count && markers[i][n] && at[n] == markers[i][n])
            n++;
        if (!markers[i][n])
            return n;
    }
    return 0;
}

/* 's 't 're 've 'm 'll 'd */
static size_t contraction_length(const int32_t *at, size_t count)
{
    if (count < 2 || at[0] != '\'')
        return 0;
    if (at[1] == 's' || at[1] == 't' || at[1] == 'm' || at[1] == 'd')
        return 2;
    if (count < 3)
        return 0;
    if ((at[1] == 'r' && at[2] == 'e') || (at[1] == 'v' && at[2] == 'e') ||
        (at[1] == 'l' && at[2] == 'l'))
        return 3;
    return 0;
}

/* Contractions, runs of letters, single digits, runs of all else but space. `count` > 0. */
static size_t word_length(const int32_t *at, size_t count)
{
    const enum unicode_kind kind = unicode_kind(at[0]);
    size_t n = contraction_length(at, count);

    if (n > 0)
        return n;
    n = 1;
    if (kind == UNICODE_LETTER || kind == UNICODE_OTHER)
        while (n < count && unicode_kind(at[n]) == kind)
            n++;
    return n;
}

static bool encode_words(struct merger *m, const int32_t *at, size_t count)
{
    size_t limit = 0; /* end of the marker we are in */

    for (size_t i = 0, n; i < count; i += n) {
        if (i >= limit)
            limit = i + marker_length(at + i, count - i);
        n = word_length(at + i, i < limit ? limit - i : count - i);
        if (unicode_kind(at[i]) != UNICODE_SPACE && !encode_word(m, at + i, n))
            return false;
    }
    return true;
}

/* The longest special token that normalised text begins with. */
static const struct bpe_special *find_folded(const struct bpe *b, const int32_t *at, size_t count)
{
    const struct bpe_special *best = NULL;

    for (int i = 0; i < b->n_specials; i++) {
        const struct unicode_text *folded = &b->specials[i].folded;

        if (folded->count && folded->count <= count && folded->at[0] == at[0] &&
            !memcmp(folded->at, at, folded->count * sizeof(*at)) &&
            (!best || folded->count > best->folded.count))
            best = &b->specials[i];
    }
    return best;
}

static bool encode_normalised(struct merger *m, const int32_t *at, size_t count)
{
    size_t done = 0;

    for (size_t i = 0; i < count;) {
        const struct bpe_special *special = find_folded(m->b, at + i, count - i);

        if (!special) {
            i++;
            continue;
        }
        if (!encode_words(m, at + done, i - done) || !bpe_ids_push(m->ids, special->id))
            return false;
        i += special->folded.count;
        done = i;
    }
    return encode_words(m, at + done, count - done);
}

static bool encode_plain(struct merger *m, const char *text, size_t bytes)
{
    struct unicode_text normal;
    bool done;

    if (bytes == 0)
        return true;
    if (!unicode_normalize(&normal, text, bytes))
        return false;
    done = encode_normalised(m, normal.at, normal.count);
    unicode_clear(&normal);
    return done;
}

/* The longest special token that the text begins with as it was written. */
static const struct bpe_special *find_verbatim(const struct bpe *b, const char *text, size_t bytes,
                                               size_t *length)
{
    const struct bpe_special *best = NULL;

    for (int i = 0; i < b->n_specials; i++) {
        const struct bpe_special *s = &b->specials[i];
        size_t n;

        if (s->folded.count || s->text[0] != text[0])
            continue;
        n = strlen(s->text);
        if (n <= bytes && !memcmp(s->text, text, n) && (!best || n > *length)) {
            best = s;
            *length = n;
        }
    }
    return best;
}

static bool encode(struct merger *m, const char *text, size_t bytes)
{
    size_t done = 0;

    for (size_t i = 0; i < bytes;) {
        size_t length = 0;
        const struct bpe_special *special = find_verbatim(m->b, text + i, bytes - i, &length);

        if (!special) {
            i++;
            continue;
        }
        if (!encode_plain(m, text + done, i - done) || !bpe_ids_push(m->ids, special->id))
            return false;
        i += length;
        done = i;
    }
    return encode_plain(m, text + done, bytes - done);
}

bool bpe_encode(const struct bpe *b, const char *text, size_t bytes, struct bpe_ids *ids,
                ebru_error *err)
{
    struct merger m = { .b = b, .ids = ids };
    bool done;

    if (bytes > BPE_MAX_TEXT)
        return fail(err, EBRU_BAD_REQUEST, "the prompt has %zu bytes, more than %d", bytes,
                    BPE_MAX_TEXT);
    done = encode(&m, text, bytes);
    free(m.symbols);
    free(m.heap);
    return done || fail(err, EBRU_NO_MEMORY, "no memory for a prompt of %zu bytes", bytes);
}

int bpe_count(const struct bpe *b, const char *text)
{
    struct bpe_ids ids = { 0 };
    int count = -1;

    if (bpe_encode(b, text, strlen(text), &ids, NULL) && ids.count <= INT_MAX)
        count = (int)ids.count;
    bpe_ids_clear(&ids);
    return count;
}
