/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Where vocabularies are found, and in which order. */
#include "scratch.h"

#include "text/vocabulary.h"

#include <zlib.h>

#define MODEL "program/models/checkpoints/model.safetensors"
#define CLIP_FILE "bpe_simple_vocab_16e6.txt.gz"

enum { ROWS = 1000 };

static const char six[] = "{\"a\": 0, \"b</w>\": 1, \"ab</w>\": 2, \"!\": 3,"
                          " \"<|startoftext|>\": 4, \"<|endoftext|>\": 5}";
static char scratch[FILE_PATH_MAX], merges[4096], vocab[1 << 16];

static void read_golden(const char *name, char *text, size_t size)
{
    char path[FILE_PATH_MAX];
    size_t bytes;
    char *all;

    file_join(path, getenv("EBRU_TESTS"), "goldens/a/models/sd1/tokenizer", NULL);
    file_join(path, path, name, NULL);
    all = file_read_all(path, size - 1, 1, &bytes, NULL);
    CHECK(all);
    snprintf(text, size, "%s", all ? all : "");
    free(all);
}

static void under(char path[FILE_PATH_MAX], const char *name)
{
    file_join(path, scratch, name, NULL);
}

static void write_vocabulary(const char *folder, const char *names, const char *config)
{
    char file[FILE_PATH_MAX];

    snprintf(file, sizeof(file), "%s/vocab.json", folder);
    scratch_write(scratch, file, names, strlen(names));
    snprintf(file, sizeof(file), "%s/merges.txt", folder);
    scratch_write(scratch, file, names == six ? "" : merges, names == six ? 0 : strlen(merges));
    snprintf(file, sizeof(file), "%s/tokenizer_config.json", folder);
    if (config)
        scratch_write(scratch, file, config, strlen(config));
}

static void write_clip_file(const char *name)
{
    char path[FILE_PATH_MAX];
    gzFile gz;

    scratch_write(scratch, name, "", 0);
    under(path, name);
    gz = gzopen(path, "wb");
    CHECK(gz && gzputs(gz, merges) > 0);
    gzclose(gz);
}

/* `name` in the scratch folder, with variable set to it, or NULL. */
static void set(const char *variable, const char *name)
{
    char path[FILE_PATH_MAX];

    under(path, name ? name : "");
    if (name)
        setenv(variable, path, 1);
    else
        unsetenv(variable);
}

static void set_up(void)
{
    char a[FILE_PATH_MAX], both[3 * FILE_PATH_MAX];

    read_golden("vocab.json", vocab, sizeof(vocab));
    read_golden("merges.txt", merges, sizeof(merges));
    set("HOME", "home");
    set("XDG_DATA_HOME", "data");
    set("XDG_CACHE_HOME", NULL);
    set("HF_HOME", "hf");
    set("HF_HUB_CACHE", "hub");
    under(a, "roots/a");
    snprintf(both, sizeof(both), "%s::%s/roots/b:/nowhere", a, scratch);
    setenv("EBRU_MODEL_PATH", both, 1);
    scratch_write(scratch, MODEL, "", 0);
}

/* For a single file: from the last place that is looked at to the first, each time one more. */
static void test_order(void)
{
    static const char *const places[] = {
        "home/.local/lib/python3.11/site-packages/open_clip/" CLIP_FILE,
        "home/.cache/huggingface/hub/models--openai--clip-vit-large-patch14/snapshots/1f",
        "home/.cache/huggingface/hub/models--x--y/snapshots/1f/tokenizer",
        "hf/hub/models--x--y/snapshots/1f/tokenizer",
        "hub/models--x--y/snapshots/1f/tokenizer",
        "home/stable-diffusion-webui/venv/lib/python3.10/site-packages/clip/" CLIP_FILE,
        "home/stable-diffusion-webui-forge/backend/huggingface/x/y/tokenizer",
        "home/ComfyUI/comfy/sd1_tokenizer",
        "program/comfy/sd1_tokenizer",
        "data/ebru/vocabulary/any",
        "home/.local/share/ebru/vocabulary",
        "data/ebru/vocabulary",
        "home/.local/share/ebru/models/m/tokenizer",
        "data/ebru/models/m/tokenizer",
        "roots/b/m/tokenizer",
        "roots/a/m/tokenizer",
        "program/models/checkpoints/" CLIP_FILE,
        "program/models/checkpoints/tokenizer",
        "program/models/checkpoints",
    };
    char model[FILE_PATH_MAX], wanted[FILE_PATH_MAX], found[FILE_PATH_MAX];

    under(model, MODEL);
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        ebru_error err = { 0 };
        struct bpe *b;

        if (strstr(places[i], CLIP_FILE))
            write_clip_file(places[i]);
        else
            write_vocabulary(places[i], vocab, NULL);
        under(wanted, places[i]);
        found[0] = '\0';
        CHECK(vocabulary_find(model, NULL, ROWS, found, sizeof(found), &err));
        CHECK(!strcmp(found, wanted));
        if (strcmp(found, wanted))
            printf("  %s%s, not %s\n", found, err.message, wanted);
        b = vocabulary_open(model, "", ROWS, "!", &err);
        CHECK(b && b->size == ROWS && b->padding == 0);
        bpe_close(b);
    }
    CHECK(!vocabulary_find(model, NULL, ROWS, found, strlen(wanted), NULL));
    CHECK(vocabulary_find(model, NULL, 0, found, sizeof(found), NULL) && !strcmp(found, wanted));
}

static void check_message(const ebru_error *err, ebru_status status, const char *part)
{
    CHECK(err->status == status && strstr(err->message, part));
    if (!strstr(err->message, part))
        printf("  \"%s\" lacks \"%s\"\n", err->message, part);
}

static void test_none(void)
{
    static char long_path[2 * FILE_PATH_MAX];
    char model[FILE_PATH_MAX], none[FILE_PATH_MAX];
    ebru_error err = { 0 };

    under(model, MODEL);
    CHECK(!vocabulary_open(model, NULL, ROWS, NULL, &err));
    check_message(&err, EBRU_NO_VOCABULARY, "comes without a vocabulary");
    check_message(&err, EBRU_NO_VOCABULARY, "model.safetensors");
    check_message(&err, EBRU_NO_VOCABULARY, "1000 tokens");
    check_message(&err, EBRU_NO_VOCABULARY, "data/ebru/vocabulary");
    CHECK(!strstr(err.message, "passed over") && strstr(err.file, "model.safetensors"));
    under(none, "nothing here");
    CHECK(!vocabulary_open(model, none, ROWS, NULL, &err));
    check_message(&err, EBRU_NO_VOCABULARY, "nothing here: no vocabulary");
    memset(long_path, 'a', sizeof(long_path) - 1);
    memcpy(long_path + sizeof(long_path) - 3, "/a", 3);
    CHECK(!vocabulary_open(long_path, NULL, ROWS, NULL, &err));
    check_message(&err, EBRU_NO_VOCABULARY, "comes without a vocabulary");
    CHECK(!vocabulary_open(model, long_path, ROWS, NULL, &err));
    check_message(&err, EBRU_NO_VOCABULARY, "no vocabulary");
    CHECK(!vocabulary_open("", NULL, ROWS, NULL, &err) && err.status == EBRU_NO_VOCABULARY);
    CHECK(!vocabulary_open("/", NULL, ROWS, NULL, &err) && err.status == EBRU_NO_VOCABULARY);
}

/* What does not fit or is damaged is passed over, and named when nothing else is found. */
static void test_passed_over(void)
{
    char model[FILE_PATH_MAX], found[FILE_PATH_MAX], wanted[FILE_PATH_MAX];
    ebru_error err = { 0 };

    under(model, MODEL);
    write_vocabulary("roots/a/small/tokenizer", six, NULL);
    write_vocabulary("roots/b/broken/tokenizer", "{", NULL);
    CHECK(!vocabulary_open(model, NULL, ROWS, NULL, &err));
    check_message(&err, EBRU_NO_VOCABULARY, "roots/a/small/tokenizer has 6 tokens");
    check_message(&err, EBRU_NO_VOCABULARY, "roots/b/broken/tokenizer is damaged");
    under(wanted, "roots/a/small/tokenizer");
    CHECK(vocabulary_find(model, NULL, 6, found, sizeof(found), NULL) && !strcmp(found, wanted));
    write_vocabulary("roots/b/good/tokenizer", vocab, NULL);
    under(wanted, "roots/b/good/tokenizer");
    CHECK(vocabulary_find(model, NULL, ROWS, found, sizeof(found), NULL) && !strcmp(found, wanted));
}

static void test_chosen(void)
{
    char model[FILE_PATH_MAX], chosen[FILE_PATH_MAX];
    ebru_error err = { 0 };
    struct bpe *b;

    under(model, MODEL);
    write_vocabulary("chosen/tokenizer", vocab, NULL);
    under(chosen, "chosen");
    b = vocabulary_open(model, chosen, ROWS, NULL, &err);
    CHECK(b && b->size == ROWS);
    bpe_close(b);
    CHECK(!vocabulary_open(model, chosen, 49408, NULL, &err));
    check_message(&err, EBRU_NO_VOCABULARY, "the model has 49408 tokens");
    check_message(&err, EBRU_NO_VOCABULARY, "chosen/tokenizer has 1000 tokens");
    write_vocabulary("chosen", "{}", NULL);
    CHECK(!vocabulary_open(model, chosen, ROWS, NULL, &err));
    check_message(&err, EBRU_BAD_FILE, "vocab.json");
    write_clip_file("clip/" CLIP_FILE);
    under(chosen, "clip");
    b = vocabulary_open(model, chosen, ROWS, NULL, &err);
    CHECK(b && b->size == ROWS);
    bpe_close(b);
}

/* A folder's own vocabulary comes first, with its own padding; a damaged one is an error. */
static void test_folder(void)
{
    static const char padding[] = "{\"pad_token\": \"a\"}";
    char model[FILE_PATH_MAX], found[FILE_PATH_MAX], wanted[FILE_PATH_MAX];
    ebru_error err = { 0 };
    struct bpe *b;

    write_vocabulary("roots/a/other/tokenizer", vocab, NULL);
    write_vocabulary("model/tokenizer", vocab, padding);
    under(model, "model/");
    b = vocabulary_open(model, NULL, ROWS, "!", &err);
    CHECK(b && b->padding == 64); /* "a" */
    bpe_close(b);
    under(wanted, "model/tokenizer");
    CHECK(vocabulary_find(model, NULL, ROWS, found, sizeof(found), NULL) && !strcmp(found, wanted));
    write_vocabulary("model/tokenizer", six, NULL);
    b = vocabulary_open(model, NULL, ROWS, "!", &err);
    CHECK(b && b->size == ROWS && b->padding == 0); /* the other's, padded as its kind pads */
    bpe_close(b);
    write_vocabulary("model/tokenizer", "{", NULL);
    CHECK(!vocabulary_open(model, NULL, ROWS, "!", &err));
    check_message(&err, EBRU_BAD_FILE, "model/tokenizer/vocab.json");
}

int main(void)
{
    static void (*const tests[])(void) = { test_none, test_passed_over, test_chosen, test_folder,
                                           test_order };

    for (int i = 0; i < 5; i++) {
        scratch_open(scratch);
        set_up();
        tests[i]();
        scratch_close(scratch);
    }
    return check_done();
}
