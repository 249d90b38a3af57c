/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Alternatives and word lists: decided by the seed, each about equally often; text stays text. */
#include "base/file.h"
#include "check.h"
#include "text/choices.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64];

static bool gives(const char *text, int64_t seed, const char *expected)
{
    ebru_error err = { 0 };
    char *const out = choices_resolve(text, seed, folder, &err);
    const bool same = out && !strcmp(out, expected);

    if (!same)
        printf("\"%s\" gives \"%s\" %s\n", text, out ? out : "nothing", err.message);
    free(out);
    return same;
}

static bool fails(const char *text, ebru_reason reason, const char *words)
{
    ebru_error err = { 0 };
    char *const out = choices_resolve(text, 1, folder, &err);

    free(out);
    return !out && err.status == EBRU_BAD_REQUEST && err.reason == reason &&
           strstr(err.message, words);
}

static void check_text(void)
{
    static const char *const texts[] = { "",
                                         "a fox",
                                         "(x:1.3) [y] \\( BREAK #ff8800",
                                         "\\{a\\|b\\}",
                                         "{open",
                                         "closed}",
                                         "a | b",
                                         "snake_case __ and ____",
                                         "fox # {a|b} __none__\nsnow" };

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        CHECK(gives(texts[i], (int64_t)i, texts[i]));
    CHECK(gives("{a}", 1, "a"));
    CHECK(gives("x{}y", 1, "xy"));
    CHECK(gives("{a\\|b}", 1, "a\\|b"));
    CHECK(
        gives("{a # b|c\n}, d", 1, "a \n, d")); /* nothing is decided in it, nor swallowed by it */
}

/* How often each of three letters comes in 3000 seeds. */
static void check_even(const char *text)
{
    int count[3] = { 0 };

    for (int seed = 0; seed < 3000; seed++) {
        char *const out = choices_resolve(text, seed, folder, NULL);
        CHECK(out && strlen(out) == 1 && out[0] >= 'a' && out[0] <= 'c');
        count[out[0] - 'a']++;
        free(out);
    }
    for (int i = 0; i < 3; i++) /* 1000 +- 26 each: six deviations */
        CHECK(count[i] > 840 && count[i] < 1160);
}

static void check_nesting(void)
{
    bool seen[4] = { false };
    static const char *const all[] = { "1", "2a", "2b", "2" };

    for (int seed = 0; seed < 200; seed++) {
        char *const out = choices_resolve("{1|2{a|b|}}", seed, folder, NULL);
        bool known = false;
        for (int i = 0; i < 4; i++)
            if (!strcmp(out, all[i]))
                known = seen[i] = true;
        CHECK(known);
        free(out);
    }
    CHECK(seen[0] && seen[1] && seen[2] && seen[3]);
    char deep[400] = "";
    for (int i = 0; i < 100; i++)
        strcat(deep, "{x");
    for (int i = 0; i < 100; i++)
        strcat(deep, "}");
    CHECK(fails(deep, EBRU_DEEP_PROMPT, "nest more than"));
}

static void write_list(const char *name, const char *text)
{
    char path[FILE_PATH_MAX];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    CHECK(file_write(path, text, strlen(text), NULL));
}

static void check_lists(void)
{
    write_list("letter.txt", "# letters\na\n\nb\r\n  \nc");
    write_list("two.txt", "{__letter__|__letter__}");
    write_list("self.txt", "x __self__");
    write_list("empty.txt", "# nothing\n\n");
    check_even("__letter__");
    check_even("__two__");
    CHECK(fails("__none__", EBRU_NO_LIST, "none.txt"));
    CHECK(fails("__empty__", EBRU_EMPTY_LIST, "no words"));
    CHECK(fails("__self__", EBRU_DEEP_PROMPT, "names itself"));
    CHECK(gives("__../secret__", 1, "__../secret__"));
    ebru_error err = { 0 };
    CHECK(!choices_resolve("__letter__", 1, NULL, &err) && strstr(err.message, "no folder"));
    CHECK(err.reason == EBRU_NO_LIST && !strcmp(err.file, "letter.txt"));
}

static void check_style_of(const char *style, const char *prompt, const char *expected)
{
    char *const out = choices_style(style, prompt);

    CHECK(out && !strcmp(out, expected));
    free(out);
}

static void check_style(const char *style, const char *expected)
{
    check_style_of(style, "a fox", expected);
}

int main(void)
{
    strcpy(folder, "/tmp/ebru-choices-XXXXXX");
    if (!mkdtemp(folder))
        SKIP("no temporary folder");
    check_text();
    check_even("{a|b|c}");
    check_nesting();
    check_lists();
    check_style("oil painting of {prompt}, old", "oil painting of a fox, old");
    check_style("oil painting", "a fox, oil painting");
    check_style("", "a fox");
    check_style_of("{prompt}, woodcut", "a fox # try 2", "a fox # try 2\n, woodcut");
    check_style_of("woodcut", "a fox # 2\nrun # 3", "a fox # 2\nrun # 3\n, woodcut");
    check_style_of("{prompt}, woodcut", "#ff0000 \\# fox", "#ff0000 \\# fox, woodcut");
    static const char *const names[] = { "letter", "two", "self", "empty" };
    for (int i = 0; i < 4; i++) {
        char path[FILE_PATH_MAX];
        snprintf(path, sizeof(path), "%s/%s.txt", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
    return check_done();
}
