/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* CLIP's tokenizer: the reference's ids, awkward text, damaged vocabularies. */
#include "scratch.h"

#include "base/machine.h"
#include "text/bpe.h"

#include <yyjson.h>
#include <zlib.h>

static char shared[FILE_PATH_MAX], own[FILE_PATH_MAX], scratch[FILE_PATH_MAX];

static struct bpe *open_at(const char *root, const char *name, const char *padding)
{
    char path[FILE_PATH_MAX];
    ebru_error err = { 0 };
    struct bpe *b;

    file_join(path, root, name, NULL);
    b = bpe_open(path, padding, &err);
    if (!b)
        printf("%s\n", err.message);
    CHECK(b);
    return b;
}

/* ---- The reference's ids ----------------------------------------------- */

static void print_ids(const char *what, const int *ids, size_t count)
{
    printf("  %s:", what);
    for (size_t i = 0; i < count; i++)
        printf(" %d", ids[i]);
    printf("\n");
}

/* `text` encodes to `wanted`. */
static bool gives(const struct bpe *b, const char *text, size_t bytes, const int *wanted,
                  size_t count)
{
    struct bpe_ids ids = { 0 };
    const bool same = bpe_encode(b, text, bytes, &ids, NULL) && ids.count == count &&
                      (count == 0 || !memcmp(ids.at, wanted, count * sizeof(int)));

    if (!same) {
        print_ids("got", ids.at, ids.count);
        print_ids("not", wanted, count);
    }
    bpe_ids_clear(&ids);
    return same;
}

/* All rows of a case, whose ids stand between start and end. Returns their number. */
static int check_rows(const char *root, const char *name, const struct bpe *b)
{
    char path[FILE_PATH_MAX];
    static int wanted[4096];
    yyjson_doc *doc;
    yyjson_val *row, *id;
    size_t i, max, j, count;

    file_join(path, root, name, NULL);
    doc = yyjson_read_file(path, 0, NULL, NULL);
    CHECK(doc);
    yyjson_arr_foreach(yyjson_obj_get(yyjson_doc_get_root(doc), "prompts"), i, max, row)
    {
        yyjson_val *text = yyjson_obj_get(row, "text");

        yyjson_arr_foreach(yyjson_obj_get(row, "ids"), j, count, id) wanted[j] = yyjson_get_int(id);
        CHECK(wanted[0] == b->start && wanted[count - 1] == b->end);
        CHECK(gives(b, yyjson_get_str(text), yyjson_get_len(text), wanted + 1, count - 2));
    }
    yyjson_doc_free(doc);
    return (int)max;
}

static void test_reduced(void)
{
    struct bpe *b = open_at(own, "goldens/a/models/sd1/tokenizer", NULL);

    if (b) {
        CHECK(b->size == 1000 && b->start == 998 && b->end == 999 && b->padding == 999);
        CHECK(b->comma == 267);
        CHECK(check_rows(own, "goldens/a/cases/tokenizer_reduced.json", b) == 24);
    }
    bpe_close(b);
}

/* CLIP's own file, made from merges.txt: the same ids. */
static void test_clip_file(void)
{
    char merges[FILE_PATH_MAX], packed[FILE_PATH_MAX];
    size_t bytes = 0;
    char *text;
    gzFile gz;
    struct bpe *b;

    file_join(merges, shared, "clip-tokenizer/merges.txt", NULL);
    file_join(packed, scratch, "bpe_simple_vocab_16e6.txt.gz", NULL);
    text = file_read_all(merges, 1 << 24, 1, &bytes, NULL);
    gz = gzopen(packed, "wb");
    CHECK(text && gz && gzwrite(gz, text, (unsigned)bytes) == (int)bytes);
    CHECK(gzputs(gz, "a merge behind those that count\n") > 0);
    gzclose(gz);
    free(text);
    CHECK(bpe_present(packed));
    b = open_at(scratch, "bpe_simple_vocab_16e6.txt.gz", "!");
    if (b) {
        CHECK(b->size == 49408 && b->start == 49406 && b->end == 49407 && b->padding == 0);
        CHECK(b->comma == 267);
    }
    bpe_close(b);
    b = open_at(scratch, "bpe_simple_vocab_16e6.txt.gz", NULL);
    if (b) {
        CHECK(b->padding == 49407);
        CHECK(check_rows(shared, "goldens/a/cases/tokenizer.json", b) == 64);
    }
    bpe_close(b);
}

static void test_full(void)
{
    const double start = machine_seconds();
    struct bpe *b = open_at(shared, "clip-tokenizer", NULL);

    printf("the full vocabulary was read in %.1f ms\n", 1e3 * (machine_seconds() - start));
    if (b) {
        CHECK(b->size == 49408 && b->start == 49406 && b->end == 49407 && b->padding == 49407);
        CHECK(check_rows(shared, "goldens/a/cases/tokenizer.json", b) == 64);
    }
    bpe_close(b);
    test_clip_file();
}

/* ---- Awkward text ------------------------------------------------------ */

#define TOKENS "\"a\": 0, \"b</w>\": 1, \"ab</w>\": 2, \"!\": 3"
#define ENDS "\"<|startoftext|>\": 4, \"<|endoftext|>\": 5"
#define SMALL "{" TOKENS ", " ENDS "}"

static void write_vocabulary(const char *name, const char *vocab, const char *merges,
                             const char *config, const char *map)
{
    char path[FILE_PATH_MAX];
    const struct {
        const char *name, *text;
    } files[] = { { "vocab.json", vocab },
                  { "merges.txt", merges },
                  { "tokenizer_config.json", config },
                  { "special_tokens_map.json", map } };

    file_join(path, scratch, name, NULL);
    scratch_close(path);
    for (int i = 0; i < 4; i++)
        if (files[i].text) {
            char file[FILE_PATH_MAX];

            file_join(file, name, files[i].name, NULL);
            scratch_write(scratch, file, files[i].text, strlen(files[i].text));
        }
}

/* What is not UTF-8 counts as U+FFFD, once for each maximal part. */
static void test_invalid_utf8(void)
{
    static const struct {
        const char *text, *same_as;
    } rows[] = {
        { "\xFF", "\uFFFD" },
        { "a\xC0\xAF z", "a\uFFFD\uFFFD z" },
        { "\xE2\x82", "\uFFFD" },
        { "\xE2\x82 x", "\uFFFD x" },
        { "\xE0\x80\xAF", "\uFFFD\uFFFD\uFFFD" },
        { "\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD" },
        { "\xF0\x9F\x98", "\uFFFD" },
        { "\xF0\x9F\x98\xE2\x82\xAC", "\uFFFD\u20AC" },
        { "\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD" },
        { "caf\xE9", "caf\uFFFD" },
        { "\x80\xBF", "\uFFFD\uFFFD" },
    };
    struct bpe *b = open_at(own, "goldens/a/models/sd1/tokenizer", NULL);

    for (size_t i = 0; b && i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bpe_ids ids = { 0 };

        CHECK(bpe_encode(b, rows[i].same_as, strlen(rows[i].same_as), &ids, NULL));
        CHECK(gives(b, rows[i].text, strlen(rows[i].text), ids.at, ids.count));
        bpe_ids_clear(&ids);
    }
    bpe_close(b);
}

/* Bytes that are no tokens are "unknown", one token each. */
static void test_unknown(void)
{
    static const int wanted[] = { 5, 2, 0, 5, 5, 5 };
    struct bpe *b;

    write_vocabulary("unknown", SMALL, "#version: 0.2\r\na b</w>\r\n\r\n", NULL, NULL);
    b = open_at(scratch, "unknown", NULL);
    if (b) {
        CHECK(b->comma == -1 && b->padding == 5);
        CHECK(gives(b, "x AB a\u00E9c", 9, wanted, 6));
        CHECK(bpe_count(b, "") == 0 && bpe_count(b, " \t\r\n\u00A0\u3000") == 0);
    }
    bpe_close(b);
}

/* How special tokens are described decides whether they are found in capitals. */
static void test_specials(void)
{
    static const char text[] = "<|ENDOFTEXT|>!!";
    static const char object[] = "{\"pad_token\": \"!\", \"eos_token\":"
                                 " {\"content\": \"<|endoftext|>\", \"normalized\": true}}";
    static const char by_id[] = "{\"pad_token\": \"!\", \"added_tokens_decoder\": {\"5\":"
                                " {\"content\": \"<|endoftext|>\", \"normalized\": true}}}";
    static const struct {
        const char *config, *map;
        int padding;
        bool folded;
    } rows[] = {
        { NULL, NULL, 5, false },
        { "{}", "{}", 5, false },
        { NULL, object, 3, false },
        { object, NULL, 3, false },
        { by_id, NULL, 3, true },
        { by_id, "{\"pad_token\": \"a\"}", 3, true },
        { object, "{\"pad_token\": \"a\"}", 0, false },
        { "{\"unk_token\": \"a\"}", object, 3, true },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bpe *b;

        write_vocabulary("specials", SMALL, "", rows[i].config, rows[i].map);
        b = open_at(scratch, "specials", NULL);
        if (b) {
            CHECK(b->padding == rows[i].padding);
            CHECK((bpe_count(b, text) == 3) == rows[i].folded); /* the end, "!", "!" */
        }
        bpe_close(b);
    }
}

/* A megabyte of text takes no more than its share of time, whatever it is. A method that
 * takes the square of the length needs minutes. */
static void test_long(void)
{
    static const char *const units[] = {
        "a",
        "ab ",
        "a photo of an astronaut, ",
        "!",
        "0",
        "'s",
        " ",
        "\u0301\u0323",
        "\u1100\u1161\u11A8",
        "\xFF",
        "<|endoftext|>",
        "<|endoftext",
        "\U0001F469\u200D",
    };
    enum { BYTES = 1 << 20 };
    struct bpe *b = file_is_folder(shared) ? open_at(shared, "clip-tokenizer", NULL)
                                           : open_at(own, "goldens/a/models/sd1/tokenizer", NULL);
    char *text = malloc(BYTES);

    for (size_t i = 0; b && i < sizeof(units) / sizeof(units[0]); i++) {
        const size_t unit = strlen(units[i]);
        const double start = machine_seconds();
        struct bpe_ids ids = { 0 };
        double seconds;

        for (size_t at = 0; at < BYTES; at++)
            text[at] = units[i][at % unit];
        CHECK(bpe_encode(b, text, BYTES, &ids, NULL));
        seconds = machine_seconds() - start;
        printf("1 MiB of \"%s\": %zu tokens, %.0f ms\n", units[i], ids.count, 1e3 * seconds);
        CHECK(seconds < 60);
        bpe_ids_clear(&ids);
    }
    free(text);
    bpe_close(b);
}

/* ---- Damaged vocabularies ---------------------------------------------- */

static void test_damaged(void)
{
    static const char good[] = "#version: 0.2\na b</w>\n";
    static const struct {
        const char *vocab, *merges, *config, *message;
        ebru_status status;
    } rows[] = {
        { NULL, good, NULL, "vocab.json", EBRU_NO_FILE },
        { SMALL, NULL, NULL, "merges.txt", EBRU_NO_FILE },
        { "", good, NULL, "vocab.json: not JSON", EBRU_BAD_FILE },
        { "{}", good, NULL, "is not an object with tokens as keys", EBRU_BAD_FILE },
        { "[1, 2]", good, NULL, "is not an object with tokens as keys", EBRU_BAD_FILE },
        { "{\"a\": 0, \"a\": 1}", good, NULL, "key \"a\" twice", EBRU_BAD_FILE },
        { "{\"a\": \"0\"}", good, NULL, "a is \"0\", not an integer from 0 to 0", EBRU_BAD_FILE },
        { "{\"a\": 0.5}", good, NULL, "a is 0.5, not an integer", EBRU_BAD_FILE },
        { "{\"a\": -1}", good, NULL, "a is -1, not an integer", EBRU_BAD_FILE },
        { "{\"a\": 0, \"c\": 2}", good, NULL, "c is 2, not an integer from 0 to 1", EBRU_BAD_FILE },
        { "{\"a\": 0, \"c\": 4294967296}", good, NULL, "c is 4294967296", EBRU_BAD_FILE },
        { "{\"a\": 0, \"c\": 0}", good, NULL, "id 0 stands for \"a\" and for \"c\"",
          EBRU_BAD_FILE },
        { "{\"a\xFF\": 0}", good, NULL, "not JSON", EBRU_BAD_FILE },
        { "{\"a\": 0, \"b</w>\": 1}", good, NULL, "line 2 merges to or from \"ab</w>\"",
          EBRU_BAD_FILE },
        { "{" TOKENS "}", good, NULL, "its bos_token, \"<|startoftext|>\", is no token",
          EBRU_BAD_FILE },
        { SMALL, "a x\n", NULL, "merges.txt: line 1 merges to or from \"x\", which is no token",
          EBRU_BAD_FILE },
        { SMALL, "\n\na\n", NULL, "line 3 is not two names with a space between", EBRU_BAD_FILE },
        { SMALL, "a b</w> !\n", NULL, "line 1 is not two names", EBRU_BAD_FILE },
        { SMALL, " a\n", NULL, "line 1 is not two names", EBRU_BAD_FILE },
        { SMALL, "a \n", NULL, "line 1 is not two names", EBRU_BAD_FILE },
        { SMALL, "a \xFF\xFE\n", NULL, "line 1 merges to or from", EBRU_BAD_FILE },
        { SMALL, good, "{\"pad_token\": \"[PAD]\"}", "its pad_token, \"[PAD]\", is no token",
          EBRU_BAD_FILE },
        { SMALL, good, "{\"pad_token\": 7}", "pad_token is 7, not a string", EBRU_BAD_FILE },
        { SMALL, good, "{\"pad_token\": {}}", "content is missing, not a string", EBRU_BAD_FILE },
        { SMALL, good, "{\"pad_token\": ", "tokenizer_config.json: not JSON", EBRU_BAD_FILE },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char path[FILE_PATH_MAX];
        ebru_error err = { 0 };
        struct bpe *b;

        write_vocabulary("damaged", rows[i].vocab, rows[i].merges, rows[i].config, NULL);
        file_join(path, scratch, "damaged", NULL);
        CHECK(bpe_present(path) == (rows[i].vocab && rows[i].merges));
        b = bpe_open(path, NULL, &err);
        CHECK(!b && err.status == rows[i].status);
        CHECK(strstr(err.message, rows[i].message));
        if (!strstr(err.message, rows[i].message))
            printf("  \"%s\" lacks \"%s\"\n", err.message, rows[i].message);
        bpe_close(b);
    }
}

/* Every way to cut off the end, and every flipped bit of a small vocabulary: an error or ids. */
static void test_mutations(void)
{
    static const char good[] = "#version: 0.2\na b</w>\n";
    char vocab[sizeof(SMALL)], merges[sizeof(good)];

    for (size_t i = 0; i < 8 * (sizeof(SMALL) - 1 + sizeof(good) - 1); i++) {
        const size_t at = i / 8 % (sizeof(SMALL) - 1 + sizeof(good) - 1);
        const bool cut = i % 8 == 7; /* the highest bit would only make invalid UTF-8 */
        char path[FILE_PATH_MAX];
        struct bpe *b;
        char *byte;

        memcpy(vocab, SMALL, sizeof(SMALL));
        memcpy(merges, good, sizeof(good));
        byte = at < sizeof(SMALL) - 1 ? &vocab[at] : &merges[at - (sizeof(SMALL) - 1)];
        *byte = (char)(cut ? 0 : *byte ^ 1 << i % 8);
        write_vocabulary("mutated", vocab, merges, NULL, NULL);
        file_join(path, scratch, "mutated", NULL);
        b = bpe_open(path, NULL, NULL);
        CHECK(!b || bpe_count(b, "ab ba !") > 0);
        bpe_close(b);
    }
}

/* A damaged copy of CLIP's file. */
static void test_damaged_clip_file(void)
{
    static const char *const texts[] = { "", "header\n", "header\ni n\nx\n", "header\ni n\ni n\n" };
    static const char *const messages[] = { "holds no merges", "holds no merges",
                                            "line 3 is not two names",
                                            "token \"in\" has the ids 512 and 513" };
    char path[FILE_PATH_MAX];
    ebru_error err;

    file_join(path, scratch, "bad.txt.gz", NULL);
    for (int i = 0; i < 4; i++) {
        gzFile gz = gzopen(path, "wb");

        CHECK(gz && gzputs(gz, texts[i]) >= 0);
        gzclose(gz);
        CHECK(!bpe_open(path, NULL, &err) && err.status == EBRU_BAD_FILE);
        CHECK(strstr(err.message, messages[i]));
    }
    scratch_write(scratch, "bad.txt.gz", "not gzip", 8);
    CHECK(!bpe_open(path, NULL, &err) && strstr(err.message, "not a whole gzip file"));
    scratch_write(scratch, "bad.txt.gz", "\x1F\x8B\x08\0\0\0\0\0\0\x03", 10);
    CHECK(!bpe_open(path, NULL, &err) && strstr(err.message, "it ends too early"));
    file_join(path, scratch, "none.txt.gz", NULL);
    CHECK(!bpe_open(path, NULL, &err) && err.status == EBRU_NO_FILE && !bpe_present(path));
}

int main(void)
{
    const char *root = check_shared(), *tests = getenv("EBRU_TESTS");

    snprintf(shared, sizeof(shared), "%s", root ? root : "");
    snprintf(own, sizeof(own), "%s", tests ? tests : "");
    scratch_open(scratch);
    test_reduced();
    test_invalid_utf8();
    test_unknown();
    test_specials();
    test_long();
    test_damaged();
    test_mutations();
    test_damaged_clip_file();
    if (root)
        test_full();
    else
        SKIP("no ../shared: not compared with the full vocabulary");
    scratch_close(scratch);
    return check_done();
}
