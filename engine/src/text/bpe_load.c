/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "base/file.h"
#include "load/json.h"
#include "text/bpe_table.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
    MAX_FILE_BYTES = 64 << 20,
    CLIP_MERGES = 49152 - 256 - 2, /* of the 262144 in CLIP's file */
    MAX_ALPHABET_NAME = 8,
};

/* Everything the names of a table point into. */
struct source {
    struct json *vocab, *config, *map;
    char *merges;
    size_t merges_bytes;
    char alphabet[2 * BPE_BYTES][MAX_ALPHABET_NAME];
};

static void source_close(struct source *s)
{
    json_close(s->vocab);
    json_close(s->config);
    json_close(s->map);
    free(s->merges);
}

static void set_label(struct bpe_table *t, const char *path)
{
    label_make(t->label, path, strlen(path));
}

/* ---- Lines ------------------------------------------------------------- */

struct line {
    char *text;
    size_t bytes; /* without what ends it */
};

/* The next line, from *at on; false at the end. */
static bool next_line(const struct source *s, size_t *at, struct line *line)
{
    const char *end;

    if (*at >= s->merges_bytes)
        return false;
    line->text = s->merges + *at;
    end = memchr(line->text, '\n', s->merges_bytes - *at);
    line->bytes = end ? (size_t)(end - line->text) : s->merges_bytes - *at;
    *at += line->bytes + 1;
    if (line->bytes && line->text[line->bytes - 1] == '\r')
        line->bytes--;
    return true;
}

static int count_lines(const struct source *s)
{
    struct line line;
    int count = 0;

    for (size_t at = 0; count <= BPE_MAX_TOKENS && next_line(s, &at, &line);)
        count++;
    return count;
}

/* ---- Special tokens ---------------------------------------------------- */

struct special {
    const char *key, *text;
    bool folded; /* looked for after normalisation */
};

/* A string, or an object with the string as "content". */
static bool read_special(struct json_node object, struct special *s, ebru_error *err)
{
    const struct json_node n = json_get(object, s->key);

    switch (json_kind(n)) {
    case JSON_ABSENT:
    case JSON_NULL:
        return true;
    case JSON_OBJECT:
        s->folded = false;
        return json_string(json_get(n, "content"), &s->text, err) &&
               json_get_bool(n, "normalized", &s->folded, err);
    default:
        s->folded = false;
        return json_string(n, &s->text, err);
    }
}

/* Newer files describe every special token once, by id. */
static bool read_decoder(struct json_node decoder, struct special *s, ebru_error *err)
{
    for (struct json_iter i = json_iterate(decoder); json_next(&i);) {
        const char *content;

        if (!json_string(json_get(i.value, "content"), &content, err))
            return false;
        if (!strcmp(content, s->text))
            return json_get_bool(i.value, "normalized", &s->folded, err);
    }
    return true;
}

static bool add_special(struct bpe_table *t, const struct special *s, int *id, ebru_error *err)
{
    struct bpe *b = t->b;
    struct bpe_special *mine = b->specials;
    const size_t bytes = strlen(s->text);

    *id = bpe_table_find(t, (struct bpe_name){ s->text, bytes });
    if (*id < 0)
        return fail(err, EBRU_BAD_FILE, "%s: its %s, \"%.64s\", is no token", t->label, s->key,
                    s->text);
    while (mine < b->specials + b->n_specials && mine->id != *id)
        mine++;
    if (mine == b->specials + b->n_specials) {
        *mine = (struct bpe_special){ .text = strdup(s->text), .id = *id };
        b->n_specials++;
    }
    unicode_clear(&mine->folded);
    if (!mine->text || (s->folded && !unicode_normalize(&mine->folded, s->text, bytes)))
        return fail(err, EBRU_NO_MEMORY, "no memory for special tokens");
    return true;
}

/* As transformers does it: tokenizer_config.json, overridden by special_tokens_map.json
 * unless the first lists its tokens by id; of two descriptions of one token the later counts. */
static bool read_specials(struct bpe_table *t, const struct source *s, const char *padding,
                          ebru_error *err)
{
    struct special specials[BPE_SPECIALS] = {
        { "bos_token", "<|startoftext|>", false },
        { "eos_token", "<|endoftext|>", false },
        { "unk_token", "<|endoftext|>", false },
        { "pad_token", "<|endoftext|>", false },
    };
    const struct json_node config = s->config ? json_root(s->config) : (struct json_node){ 0 };
    const struct json_node map = s->map ? json_root(s->map) : (struct json_node){ 0 };
    const struct json_node decoder = json_get(config, "added_tokens_decoder");
    int ids[BPE_SPECIALS];

    for (int i = 0; i < BPE_SPECIALS; i++) {
        if (!read_special(config, &specials[i], err) ||
            (json_count(decoder) == 0 && !read_special(map, &specials[i], err)) ||
            !read_decoder(decoder, &specials[i], err))
            return false;
        if (padding && i == BPE_SPECIALS - 1)
            specials[i] = (struct special){ "pad_token", padding, false };
        if (!add_special(t, &specials[i], &ids[i], err))
            return false;
    }
    t->b->start = ids[0];
    t->b->end = ids[1];
    t->b->padding = ids[3];
    bpe_table_finish(t, ids[2]);
    return true;
}

/* ---- vocab.json and merges.txt ----------------------------------------- */

static bool open_optional(struct json **json, const char *folder, const char *name, ebru_error *err)
{
    char path[FILE_PATH_MAX];

    if (!file_join(path, folder, name, err))
        return false;
    if (!file_exists(path))
        return true;
    *json = json_open(path, MAX_FILE_BYTES, err);
    return *json != NULL;
}

static bool source_open(struct source *s, const char *folder, ebru_error *err)
{
    char path[FILE_PATH_MAX];

    if (!file_join(path, folder, "vocab.json", err))
        return false;
    s->vocab = json_open(path, MAX_FILE_BYTES, err);
    if (!s->vocab || !file_join(path, folder, "merges.txt", err))
        return false;
    s->merges = file_read_all(path, MAX_FILE_BYTES, 1, &s->merges_bytes, err);
    return s->merges && open_optional(&s->config, folder, "tokenizer_config.json", err) &&
           open_optional(&s->map, folder, "special_tokens_map.json", err);
}

static bool read_names(struct bpe_table *t, struct json_node vocab, ebru_error *err)
{
    for (struct json_iter i = json_iterate(vocab); json_next(&i);) {
        int64_t id;

        if (!json_int(i.value, 0, t->b->size - 1, &id, err) ||
            !bpe_table_name(t, (struct bpe_name){ i.key, i.key_bytes }, (int)id, err))
            return false;
    }
    return true;
}

static bool read_merges(struct bpe_table *t, const struct source *s, ebru_error *err)
{
    struct line line;

    t->line = 0;
    for (size_t at = 0; next_line(s, &at, &line);) {
        t->line++;
        if (line.bytes == 0 || !strncmp(line.text, "#version", 8))
            continue;
        if (!bpe_table_merge(t, line.text, line.bytes, -1, err))
            return false;
    }
    return true;
}

static bool read_folder(struct bpe_table *t, struct source *s, const char *folder,
                        const char *padding, ebru_error *err)
{
    char path[FILE_PATH_MAX];
    struct json_node vocab;
    int lines;

    if (!source_open(s, folder, err) || !file_join(path, folder, "vocab.json", err))
        return false;
    vocab = json_root(s->vocab);
    lines = count_lines(s);
    if (json_count(vocab) == 0 || json_kind(vocab) != JSON_OBJECT)
        return json_fail(vocab, err, "is not an object with tokens as keys");
    if (json_count(vocab) > BPE_MAX_TOKENS || lines > BPE_MAX_TOKENS)
        return json_fail(vocab, err, "has %zu tokens and %s%d merges, more than %d",
                         json_count(vocab), lines > BPE_MAX_TOKENS ? "over " : "",
                         lines > BPE_MAX_TOKENS ? BPE_MAX_TOKENS : lines, BPE_MAX_TOKENS);
    set_label(t, path);
    if (!bpe_table_open(t, t->b, (int)json_count(vocab), lines, err) ||
        !read_names(t, vocab, err) || !file_join(path, folder, "merges.txt", err))
        return false;
    set_label(t, path);
    if (!read_merges(t, s, err))
        return false;
    set_label(t, folder);
    return read_specials(t, s, padding, err);
}

/* ---- CLIP's own file --------------------------------------------------- */

static bool inflate_all(z_stream *z, struct source *s, ebru_error *err, const char *label)
{
    int state = Z_OK;

    while (state == Z_OK) {
        const size_t capacity = 2 * s->merges_bytes + (1 << 20);
        char *more = capacity > MAX_FILE_BYTES ? NULL : realloc(s->merges, capacity);

        if (!more)
            return fail(err, EBRU_BAD_FILE, "%s: unpacks to more than %d bytes", label,
                        MAX_FILE_BYTES / 2);
        s->merges = more;
        z->next_out = (Bytef *)more + s->merges_bytes;
        z->avail_out = (uInt)(capacity - s->merges_bytes);
        state = inflate(z, Z_NO_FLUSH);
        s->merges_bytes = capacity - z->avail_out;
    }
    return state == Z_STREAM_END || fail(err, EBRU_BAD_FILE, "%s: not a whole gzip file: %s", label,
                                         z->msg ? z->msg : "it ends too early");
}

static bool unpack(struct source *s, const char *path, const char *label, ebru_error *err)
{
    enum { GZIP = 16 };
    size_t bytes;
    char *packed = file_read_all(path, MAX_FILE_BYTES, 1, &bytes, err);
    z_stream z = { .next_in = (Bytef *)packed, .avail_in = packed ? (uInt)bytes : 0 };
    bool done;

    if (!packed)
        return false;
    if (inflateInit2(&z, MAX_WBITS + GZIP) != Z_OK) {
        free(packed);
        return fail(err, EBRU_NO_MEMORY, "%s: no memory to unpack it", label);
    }
    done = inflate_all(&z, s, err, label);
    inflateEnd(&z);
    free(packed);
    return done;
}

/* Bytes in the order of their characters, then the same at the end of a word. */
static bool name_bytes(struct bpe_table *t, struct source *s, ebru_error *err)
{
    int id = 0;

    for (int last = 0; last < 2; last++)
        for (int printable = 1; printable >= 0; printable--)
            for (int byte = 0; byte < BPE_BYTES; byte++) {
                const int32_t c = bpe_byte_character(byte);
                char *name = s->alphabet[id];
                size_t bytes;

                if ((c == byte) != printable)
                    continue;
                bytes = (size_t)unicode_encode(c, name);
                memcpy(name + bytes, "</w>", 4);
                bytes += last ? 4 : 0;
                if (!bpe_table_name(t, (struct bpe_name){ name, bytes }, id++, err))
                    return false;
            }
    return true;
}

static bool read_clip_file(struct bpe_table *t, struct source *s, const char *path,
                           const char *padding, ebru_error *err)
{
    static const char start[] = "<|startoftext|>", end[] = "<|endoftext|>";
    struct line line;
    size_t at = 0;
    int merges, id = 2 * BPE_BYTES;

    set_label(t, path);
    if (!unpack(s, path, t->label, err))
        return false;
    merges = count_lines(s) - 1;
    if (merges < 1 || !next_line(s, &at, &line))
        return fail(err, EBRU_BAD_FILE, "%s: holds no merges", t->label);
    if (merges > CLIP_MERGES)
        merges = CLIP_MERGES;
    if (!bpe_table_open(t, t->b, 2 * BPE_BYTES + merges + 2, merges, err) || !name_bytes(t, s, err))
        return false;
    for (t->line = 2; t->line < merges + 2 && next_line(s, &at, &line); t->line++)
        if (!bpe_table_merge(t, line.text, line.bytes, id++, err))
            return false;
    return bpe_table_name(t, (struct bpe_name){ start, sizeof(start) - 1 }, id, err) &&
           bpe_table_name(t, (struct bpe_name){ end, sizeof(end) - 1 }, id + 1, err) &&
           read_specials(t, s, padding, err);
}

/* ---- Both -------------------------------------------------------------- */

bool bpe_present(const char *path)
{
    char vocab[FILE_PATH_MAX], merges[FILE_PATH_MAX];

    if (file_name_ends_in(path, ".gz"))
        return file_exists(path);
    return file_join(vocab, path, "vocab.json", NULL) && file_exists(vocab) &&
           file_join(merges, path, "merges.txt", NULL) && file_exists(merges);
}

struct bpe *bpe_open(const char *path, const char *padding, ebru_error *err)
{
    struct bpe *b = calloc(1, sizeof(*b));
    struct source *s = calloc(1, sizeof(*s));
    struct bpe_table t = { .b = b };
    bool done = false;

    if (!b || !s)
        fail(err, EBRU_NO_MEMORY, "no memory for a vocabulary");
    else if (file_name_ends_in(path, ".gz"))
        done = read_clip_file(&t, s, path, padding, err);
    else
        done = read_folder(&t, s, path, padding, err);
    bpe_table_close(&t);
    if (s)
        source_close(s);
    free(s);
    if (done)
        return b;
    bpe_close(b);
    return NULL;
}

void bpe_close(struct bpe *b)
{
    if (!b)
        return;
    for (int i = 0; i < b->n_specials; i++) {
        free(b->specials[i].text);
        unicode_clear(&b->specials[i].folded);
    }
    free(b->merges);
    free(b);
}
