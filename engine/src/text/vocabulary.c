/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "text/vocabulary.h"

#include "base/file.h"

#include <stdio.h>
#include <string.h>

#define CLIP_FILE "bpe_simple_vocab_16e6.txt.gz"

struct search {
    const char *padding;
    int rows;
    struct bpe *found;
    char path[FILE_PATH_MAX]; /* of what was found */
    char passed_over[300];    /* for the message: "; FOLDER has 1000 tokens" */
};

/* ---- One place --------------------------------------------------------- */

static void pass_over(struct search *s, const char *path, const char *why)
{
    const size_t used = strlen(s->passed_over);
    char label[LABEL_MAX];
    int n;

    label_make(label, path, strlen(path));
    n = snprintf(s->passed_over + used, sizeof(s->passed_over) - used, "; %s %s", label, why);
    if (n >= (int)(sizeof(s->passed_over) - used)) /* no room: enough are named */
        s->passed_over[used] = '\0';
}

static bool take(struct search *s, struct bpe *b, const char *path)
{
    char why[64];

    if (s->rows == 0 || b->size == s->rows) {
        s->found = b;
        snprintf(s->path, sizeof(s->path), "%s", path);
        return true;
    }
    snprintf(why, sizeof(why), "has %d tokens", b->size);
    pass_over(s, path, why);
    bpe_close(b);
    return false;
}

static bool try_path(struct search *s, const char *path)
{
    struct bpe *b = bpe_present(path) ? bpe_open(path, s->padding, NULL) : NULL;

    if (!b && bpe_present(path))
        pass_over(s, path, "is damaged");
    return b && take(s, b, path);
}

/* The first `length` characters of `pattern`, where * stands for any characters. */
static bool matches(const char *pattern, size_t length, const char *name)
{
    if (length == 0)
        return !*name;
    if (*pattern == '*')
        return matches(pattern + 1, length - 1, name) ||
               (*name && matches(pattern, length, name + 1));
    return *pattern == *name && matches(pattern + 1, length - 1, name + 1);
}

static bool try_pattern(struct search *s, const char *folder, const char *pattern);

/* One entry of a folder, and what of the pattern is left for below it. */
static bool try_entry(struct search *s, const char *folder, const char *name, const char *rest)
{
    char path[FILE_PATH_MAX];

    if (!file_join(path, folder, name, NULL))
        return false;
    return *rest ? file_is_folder(path) && try_pattern(s, path, rest) : try_path(s, path);
}

/* All paths below `folder` that fit the pattern, in the order of their names. */
static bool try_pattern(struct search *s, const char *folder, const char *pattern)
{
    const size_t length = strcspn(pattern, "/");
    const char *rest = pattern + length + (pattern[length] == '/');
    char name[256];
    struct file_list list;
    bool found = false;

    if (!memchr(pattern, '*', length)) {
        snprintf(name, sizeof(name), "%.*s", (int)length, pattern);
        return try_entry(s, folder, name, rest);
    }
    if (!file_list_open(&list, folder, "", NULL))
        return false;
    for (int i = 0; i < list.count && !found; i++)
        if (matches(pattern, length, list.names[i]))
            found = try_entry(s, folder, list.names[i], rest);
    file_list_close(&list);
    return found;
}

static bool try_folder(struct search *s, const char *folder)
{
    return try_path(s, folder) || try_pattern(s, folder, "tokenizer") ||
           try_pattern(s, folder, CLIP_FILE);
}

/* ---- Ebru's own places ------------------------------------------------- */

/* "a/b/" -> "a", "b" -> ".", "/" -> "/"; in place, if need be. */
static void parent_of(char parent[FILE_PATH_MAX], const char *path)
{
    size_t n = strlen(path);

    while (n > 1 && path[n - 1] == '/')
        n--;
    while (n > 0 && path[n - 1] != '/')
        n--;
    while (n > 1 && path[n - 1] == '/')
        n--;
    if (n == 0 || n >= FILE_PATH_MAX) { /* none, or none that can be opened */
        path = ".";
        n = 1;
    }
    memmove(parent, path, n);
    parent[n] = '\0';
}

static bool try_model_roots(struct search *s)
{
    const char *list = file_environment("EBRU_MODEL_PATH");

    while (list && *list) {
        const size_t n = strcspn(list, ":");
        char root[FILE_PATH_MAX];

        snprintf(root, sizeof(root), "%.*s", (int)n, list);
        if (n && n < sizeof(root) && try_pattern(s, root, "*/tokenizer"))
            return true;
        list += n + (list[n] == ':');
    }
    return false;
}

/* models and vocabulary in each of the folders for data of programs. */
static bool try_data(struct search *s)
{
    char data[4][FILE_PATH_MAX] = { "", "", EBRU_DATADIR, "/usr/share" };
    char home[FILE_PATH_MAX];
    static const char *const patterns[] = { "ebru/models/*/tokenizer", "ebru/vocabulary",
                                            "ebru/vocabulary/*" };

    file_place(PLACE_DATA, data[0]);
    if (file_place(PLACE_HOME, home)) /* a sandbox sets another XDG_DATA_HOME */
        file_join(data[1], home, ".local/share", NULL);
    for (int i = 1; i < 4; i++)
        for (int j = 0; j < i; j++)
            if (!strcmp(data[i], data[j]))
                data[i][0] = '\0';
    for (int p = 0; p < 3; p++)
        for (int i = 0; i < 4; i++)
            if (data[i][0] && try_pattern(s, data[i], patterns[p]))
                return true;
    return false;
}

/* ---- Other programs ---------------------------------------------------- */

/* ComfyUI, Forge, A1111's web UI; `prefix` is where in `folder` they are installed. */
static bool try_program(struct search *s, const char *folder, const char *prefix)
{
    static const char *const patterns[] = {
        "comfy/sd1_tokenizer",
        "backend/huggingface/*/*/tokenizer",
        "venv/lib/python3*/site-packages/*clip/" CLIP_FILE,
        ".venv/lib/python3*/site-packages/*clip/" CLIP_FILE,
    };
    char pattern[128];

    for (int i = 0; i < 4; i++) {
        snprintf(pattern, sizeof(pattern), "%s%s", prefix, patterns[i]);
        if (try_pattern(s, folder, pattern))
            return true;
    }
    return false;
}

static bool try_programs(struct search *s, const char *model)
{
    char home[FILE_PATH_MAX], folder[FILE_PATH_MAX];

    parent_of(folder, model);
    for (int i = 0; i < 4; i++) { /* the model may be one of the program's: models/sub/sub/x */
        if (try_program(s, folder, ""))
            return true;
        parent_of(folder, folder);
    }
    return file_place(PLACE_HOME, home) &&
           (try_program(s, home, "ComfyUI*/") || try_program(s, home, "stable-diffusion-webui*/"));
}

static bool try_hub(struct search *s, const char *folder, const char *name)
{
    char hub[FILE_PATH_MAX];

    return file_join(hub, folder, name, NULL) &&
           (try_pattern(s, hub, "models--*/snapshots/*/tokenizer") ||
            try_pattern(s, hub, "models--*clip*/snapshots/*") ||
            try_pattern(s, hub, "models--*CLIP*/snapshots/*"));
}

static bool try_hugging_face(struct search *s)
{
    const char *hub = file_environment("HF_HUB_CACHE"), *home = file_environment("HF_HOME");
    char cache[FILE_PATH_MAX];

    return (hub && try_hub(s, hub, "")) || (home && try_hub(s, home, "hub")) ||
           (file_place(PLACE_CACHE, cache) && try_hub(s, cache, "huggingface/hub"));
}

static bool try_python(struct search *s)
{
    char home[FILE_PATH_MAX];

    return (file_place(PLACE_HOME, home) &&
            try_pattern(s, home, ".local/lib/python3*/site-packages/*clip/" CLIP_FILE)) ||
           try_pattern(s, "/usr/local/lib", "python3*/*-packages/*clip/" CLIP_FILE) ||
           try_pattern(s, "/usr/lib", "python3/dist-packages/*clip/" CLIP_FILE);
}

/* ---- All of them ------------------------------------------------------- */

/* Only there; what is wrong with it is an error. */
static bool open_chosen(struct search *s, const char *chosen, ebru_error *err)
{
    static const char *const names[] = { "", "tokenizer", CLIP_FILE };
    char label[LABEL_MAX];

    for (int i = 0; i < 3; i++) {
        char path[FILE_PATH_MAX];
        struct bpe *b;

        if (!file_join(path, chosen, names[i], NULL) || !bpe_present(path))
            continue;
        b = bpe_open(path, s->padding, err);
        return b && (take(s, b, path) ||
                     fail_because(
                         err, EBRU_NO_VOCABULARY, &(struct cause){ .file = chosen },
                         "the model has %d tokens, the vocabulary chosen for it another number%s",
                         s->rows, s->passed_over));
    }
    return fail_because(err, EBRU_NO_VOCABULARY, &(struct cause){ .file = chosen },
                        "%s: no vocabulary: neither vocab.json and merges.txt nor " CLIP_FILE,
                        label_make(label, chosen, strlen(chosen)));
}

/* The model folder's own, where its own padding counts. *damaged: there is one, but *err. */
static bool try_own(struct search *s, const char *model, bool *damaged, ebru_error *err)
{
    char path[FILE_PATH_MAX];
    struct bpe *b;

    if (!file_join(path, model, "tokenizer", NULL) || !bpe_present(path))
        return false;
    b = bpe_open(path, NULL, err);
    *damaged = !b;
    return b && take(s, b, path);
}

static bool try_all(struct search *s, const char *model)
{
    char folder[FILE_PATH_MAX];

    if (file_is_folder(model))
        snprintf(folder, sizeof(folder), "%s", model);
    else
        parent_of(folder, model);
    return try_folder(s, folder) || try_model_roots(s) || try_data(s) || try_programs(s, model) ||
           try_hugging_face(s) || try_python(s);
}

static bool fail_missing(const struct search *s, const char *model, ebru_error *err)
{
    char label[LABEL_MAX], data[FILE_PATH_MAX], data_label[LABEL_MAX], tokens[32] = "";

    if (!file_place(PLACE_DATA, data))
        snprintf(data, sizeof(data), "%s", EBRU_DATADIR);
    if (s->rows)
        snprintf(tokens, sizeof(tokens), " of %d tokens", s->rows);
    return fail_because(
        err, EBRU_NO_VOCABULARY, &(struct cause){ .file = model },
        "%s: comes without a vocabulary (vocab.json and merges.txt), and none%s was found "
        "beside it, in the model folders, or with ComfyUI, A1111, Forge, open_clip or "
        "Hugging Face; choose the folder of one, or put the folder \"tokenizer\" of any "
        "model of its kind, for example stable-diffusion-v1-5/stable-diffusion-v1-5 on "
        "huggingface.co, into %s/ebru/vocabulary%s",
        label_make(label, model, strlen(model)), tokens, label_make(data_label, data, strlen(data)),
        s->passed_over);
}

static bool run(struct search *s, const char *model, const char *chosen, ebru_error *err)
{
    bool damaged = false;

    if (chosen && *chosen)
        return open_chosen(s, chosen, err);
    if (try_own(s, model, &damaged, err))
        return true;
    return !damaged && (try_all(s, model) || fail_missing(s, model, err));
}

struct bpe *vocabulary_open(const char *model, const char *chosen, int rows, const char *padding,
                            ebru_error *err)
{
    struct search s = { .padding = padding, .rows = rows };

    return run(&s, model, chosen, err) ? s.found : NULL;
}

bool vocabulary_find(const char *model, const char *chosen, int rows, char *path, size_t size,
                     ebru_error *err)
{
    struct search s = { .rows = rows };

    if (!run(&s, model, chosen, err))
        return false;
    bpe_close(s.found);
    if (strlen(s.path) >= size)
        return fail(err, EBRU_NO_VOCABULARY, "%s: longer than %zu bytes", s.path, size);
    memcpy(path, s.path, strlen(s.path) + 1);
    return true;
}
