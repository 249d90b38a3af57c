/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The messages are those of the design, each with its button, and errors of the engine become
 * them. */
#include "message.h"

#include "check.h"

#include <errno.h>
#include <string.h>

/* What the design calls a message. `same`: characters at the start that are the same; 0: all. */
static const struct {
    enum message message;
    const char *row;
    int same;
} rows[] = {
    { MESSAGE_NO_MODEL, "no model", 0 },
    { MESSAGE_PICKLE, "pickle", 0 },
    { MESSAGE_INCOMPLETE, "corrupt", 0 },
    { MESSAGE_NO_PAINTER, "not SD", 9 }, /* there is no place to choose a LoRA or a VAE */
    { MESSAGE_MEMORY, "RAM", 57 },       /* of a model that has no 8-bit copy */
    { MESSAGE_MEMORY_8BIT, "RAM", 0 },
    { MESSAGE_NO_AVX2, "no AVX2", 0 },
    { MESSAGE_OUTSIDE, "empty selection result", 0 },
    { MESSAGE_THIN, "too thin", 0 },
    { MESSAGE_LONG_PROMPT, "prompt long", 0 },
    { MESSAGE_SIZE, "size", 0 },
    { MESSAGE_DISK, "disk", 0 },
    { MESSAGE_CHECKSUM, "sha", 0 },
    { MESSAGE_LICENCE, "license", 0 },
};

static void check_row(const char *design, size_t i)
{
    g_autofree char *start = g_strdup_printf("\n|%s|", rows[i].row);
    const char *const at = strstr(design, start);
    const char *const text = message_text(rows[i].message);

    CHECK(at);
    if (!at)
        return;
    g_auto(GStrv) cells = g_strsplit(at + strlen(start), "|", 3);
    g_autofree char *want = rows[i].same ? g_utf8_substring(cells[0], 0, rows[i].same) : NULL;
    const char *const button = message_action_label(message_action(rows[i].message));
    CHECK(want ? g_str_has_prefix(text, want) : !strcmp(text, cells[0]));
    if (!want && strcmp(text, cells[0]))
        printf("  %s\n  %s\n", text, cells[0]);
    /* those whose labels say more are made where they are shown */
    CHECK(want || !*button || !strcmp(button, cells[1]));
}

static void check_design(void)
{
    const char *const shared = g_getenv("EBRU_SHARED");
    g_autofree char *path = g_build_filename(shared ? shared : "", "design", "dialog.md", NULL);
    g_autofree char *design = NULL;

    if (!g_file_get_contents(path, &design, NULL, NULL)) {
        SKIP("../shared/design/dialog.md is not there");
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        check_row(design, i);
}

static void check_table(void)
{
    for (int i = 0; i < MESSAGES; i++)
        CHECK(*message_text((enum message)i));
    CHECK(!*message_action_label(BANNER_SAY) && !*message_action_label(BANNER_NONE));
    CHECK(!strcmp(message_action_label(BANNER_HOW), "How?"));
}

static void check_fill(void)
{
    g_autofree char *text =
        message_fill(MESSAGE_SIZE, "n", "512", "w", "{h}", "h", "100", "unused", "x", NULL);
    g_autofree char *some = message_fill(MESSAGE_DISK, "a", "1", NULL);

    /* what a value says is not looked at again */
    CHECK(!strcmp(text, "{h}×100 is far from the 512×512 this model knows; expect repeated "
                        "subjects."));
    CHECK(!strcmp(some, "Only 1 GB free in {dir}; the download needs {b} GB."));
}

/* The error of the engine is told with this text and this button. */
static void check_error(ebru_error err, enum banner_action action, const char *text)
{
    GError *error = NULL;

    g_error_from_ebru(&error, &err);
    CHECK(!strcmp(error->message, text));
    if (strcmp(error->message, text))
        printf("  %s\n  %s\n", error->message, text);
    CHECK(message_action_for(error->code) == action);
    g_error_free(error);
}

static void check_files(void)
{
    check_error((ebru_error){ .status = EBRU_NO_FILE,
                              .reason = EBRU_UNREADABLE,
                              .file = "/a/v.safetensors",
                              .found = EACCES },
                BANNER_SHOW_FOLDER, "“v.safetensors” cannot be read: Permission denied.");
    check_error((ebru_error){ .status = EBRU_BAD_FILE,
                              .reason = EBRU_OTHER_FORMAT,
                              .file = "/a/b.gguf",
                              .kind = "a GGUF file" },
                BANNER_ADD_MODEL,
                "“b.gguf” is a GGUF file. Ebru reads models in files that end in .safetensors: "
                "download that one.");
    check_error((ebru_error){ .status = EBRU_BAD_MODEL, .reason = EBRU_NO_WEIGHTS, .file = "/a/m" },
                BANNER_ADD_MODEL, "There is no .safetensors file in “m”.");
    check_error(
        (ebru_error){
            .status = EBRU_BAD_MODEL, .reason = EBRU_NO_WEIGHTS, .file = "/a/m", .found = 3 },
        BANNER_ADD_MODEL, "There are 3 .safetensors files in “m”: choose one of them.");
    check_error((ebru_error){ .status = EBRU_BAD_MODEL,
                              .reason = EBRU_LACKS_PART,
                              .file = "/a/u.safetensors",
                              .kind = "text encoder" },
                BANNER_ADD_MODEL,
                "“u.safetensors” is no whole model: it has no text encoder. Choose a whole Stable "
                "Diffusion model.");
    check_error(
        (ebru_error){ .status = EBRU_BAD_MODEL, .reason = EBRU_NO_VAE, .file = "/a/b.safetensors" },
        BANNER_OK,
        "“b.safetensors” holds no VAE that fits this model. Choose another, or none, in the "
        "preferences.");
}

static void check_prompts(void)
{
    check_error((ebru_error){ .status = EBRU_BAD_REQUEST,
                              .reason = EBRU_NO_LIST,
                              .file = "/a/words/colour.txt" },
                BANNER_OK,
                "The prompt asks for the word list __colour__, but there is no "
                "/a/words/colour.txt.");
    check_error((ebru_error){ .status = EBRU_BAD_REQUEST,
                              .reason = EBRU_EMPTY_LIST,
                              .file = "/a/words/colour.txt" },
                BANNER_OK, "There are no words in the word list /a/words/colour.txt.");
    check_error(
        (ebru_error){ .status = EBRU_BAD_REQUEST, .reason = EBRU_NETWORK, .file = "<lora:a/b:1>" },
        BANNER_OK, "<lora:a/b:1>: Ebru has no LoRAs; take it out of the prompt.");
}

static void check_work(void)
{
    check_error((ebru_error){ .status = EBRU_NO_MEMORY, .message = "no memory" }, BANNER_OK,
                "There is not enough memory. Close programs, or choose a smaller size.");
    check_error((ebru_error){ .status = EBRU_NO_VOCABULARY, .file = "/a/x.safetensors" },
                BANNER_CHOOSE_FOLDER,
                "For “x.safetensors” there is no vocabulary that fits its text encoder (vocab.json "
                "and merges.txt). Choose the folder of one: “tokenizer” of any model of its kind.");
    for (int reason = EBRU_NO_REASON + 1; reason <= EBRU_DIVERGED; reason++) {
        g_autoptr(GError) error = NULL;
        g_error_from_ebru(&error, &(ebru_error){ .status = EBRU_BAD_MODEL,
                                                 .message = "no user reads this",
                                                 .reason = (ebru_reason)reason,
                                                 .file = "f" });
        CHECK(error->code >= MESSAGE_CODE && !strstr(error->message, "no user"));
        CHECK(!strchr(error->message, '{'));
        CHECK(message_is_bad_request(error->code) ==
              (reason == EBRU_NO_TINY || (reason >= EBRU_NO_LIST && reason <= EBRU_DEEP_PROMPT)));
    }
}

static void check_errors(void)
{
    check_error((ebru_error){ .status = EBRU_BAD_FILE, .reason = EBRU_PICKLE, .file = "/a/b.ckpt" },
                BANNER_HOW,
                "“b.ckpt” is a pickle file, which can run programs when opened. Convert it to "
                ".safetensors first.");
    check_error((ebru_error){ .status = EBRU_BAD_FILE,
                              .reason = EBRU_INCOMPLETE,
                              .file = "c.safetensors",
                              .wanted = 2000,
                              .found = 7 },
                BANNER_SHOW_FOLDER,
                "“c.safetensors” is incomplete: the header promises 2000 bytes, the file has 7. "
                "Download it again.");
    check_error((ebru_error){ .status = EBRU_BAD_MODEL,
                              .reason = EBRU_OTHER_KIND,
                              .file = "l.safetensors",
                              .kind = "a LoRA" },
                BANNER_ADD_MODEL,
                "“l.safetensors” is a LoRA, which cannot make pictures alone. Choose a whole "
                "Stable Diffusion model.");
    check_error((ebru_error){ .status = EBRU_NO_MEMORY,
                              .reason = EBRU_TOO_LARGE,
                              .wanted = 12345678901,
                              .found = 3210000000 },
                BANNER_OK,
                "This needs about 12 GB; 3.2 GB are free. Close programs, or choose a smaller "
                "size.");
    check_error((ebru_error){ .status = EBRU_NO_FILE, .message = "x: no such file" }, BANNER_OK,
                "A file cannot be used: x: no such file");
    check_files();
    check_prompts();
    check_work();
}

/* What is proposed is what would help, and only that. */
static void check_long_time(double seconds, int side, gboolean draft, enum banner_action wanted,
                            const char *text)
{
    enum banner_action action;
    g_autofree char *said = message_long_time(seconds, side, draft, &action);

    CHECK(action == wanted);
    CHECK(!strcmp(said, text));
}

static void check_long_times(void)
{
    check_long_time(1440, 512, TRUE, BANNER_USE_DRAFT,
                    "This will take about 24 min. Try 512×512 or Draft.");
    check_long_time(1440, 0, TRUE, BANNER_USE_DRAFT, "This will take about 24 min. Try Draft.");
    check_long_time(1440, 512, FALSE, BANNER_USE_SIZE, "This will take about 24 min. Try 512×512.");
    check_long_time(1440, 0, FALSE, BANNER_KNOWN, "This will take about 24 min.");
}

int main(void)
{
    check_long_times();
    check_table();
    check_fill();
    check_errors();
    check_design();
    return check_done();
}
