/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Undo of a field: one step is what was typed or deleted in one go. */
#include "check.h"
#include "prompt_undo.h"

#include <string.h>

/* As it is typed: one letter after the other at the end. */
static void type(struct undo *u, GString *text, const char *letters)
{
    for (const char *c = letters; *c; c = g_utf8_next_char(c)) {
        g_string_append_unichar(text, g_utf8_get_char(c));
        undo_record(u, text->str, (int)g_utf8_strlen(text->str, -1));
    }
}

static bool is(const struct moment *m, const char *text)
{
    if (m && text && strcmp(m->text, text))
        fprintf(stderr, "\"%s\", not \"%s\"\n", m->text, text);
    return text ? m && !strcmp(m->text, text) && m->cursor <= g_utf8_strlen(m->text, -1) : !m;
}

static void check_words(void)
{
    struct undo *const u = undo_new("", 0);
    g_autoptr(GString) text = g_string_new(NULL);

    type(u, text, "a grüner Fuß");
    CHECK(is(undo_back(u), "a grüner "));
    CHECK(is(undo_back(u), "a "));
    CHECK(is(undo_back(u), ""));
    CHECK(is(undo_back(u), NULL));
    CHECK(is(undo_forth(u), "a "));
    CHECK(is(undo_forth(u), "a grüner "));
    g_string_assign(text, "a grüner ");
    type(u, text, "Hut");
    CHECK(is(undo_forth(u), NULL)); /* what was undone is gone */
    CHECK(is(undo_back(u), "a grüner "));
    undo_free(u);
}

static void check_deleting(void)
{
    struct undo *const u = undo_new("snow", 4);

    undo_record(u, "sno", 3);
    undo_record(u, "sn", 2);
    undo_record(u, "s", 1);
    undo_record(u, "so", 2); /* typing is another step */
    undo_record(u, "o", 0);  /* and so is deleting elsewhere */
    CHECK(is(undo_back(u), "so"));
    CHECK(is(undo_back(u), "s"));
    CHECK(is(undo_back(u), "snow"));
    CHECK(is(undo_back(u), NULL));
    undo_free(u);
}

static void check_elsewhere(void)
{
    struct undo *const u = undo_new("fox snow", 8);

    undo_record(u, "fox snows", 9);
    undo_record(u, "xfox snows", 1);
    undo_record(u, "a whole prompt of before", 24);
    undo_record(u, "a whole prompt of before", 2); /* the cursor alone */
    CHECK(is(undo_back(u), "xfox snows"));
    CHECK(is(undo_back(u), "fox snows"));
    CHECK(is(undo_back(u), "fox snow"));
    CHECK(is(undo_back(u), NULL));
    const struct moment *const m = undo_forth(u);
    CHECK(m && m->cursor == 9);
    undo_free(u);
}

static void check_many(void)
{
    struct undo *const u = undo_new("", 0);
    int n = 0;

    for (int i = 0; i < 1000; i++) {
        g_autofree char *text = g_strdup_printf("text %d", 1000 + i);
        undo_record(u, text, 9);
    }
    while (undo_back(u))
        n++;
    CHECK(n > 100 && n < 1000); /* bounded */
    undo_free(u);
}

/* The cursor belongs to the new text: the one before may have fewer letters. */
static void check_replaced(void)
{
    static const char *const pairs[][2] = {
        { "cat", "a whole prompt of before" }, { "日本", "abcd" }, { "日本", "ab" }, { "", "abc" }
    };

    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
        const char *const *const p = pairs[i];
        struct undo *const u = undo_new(p[0], (int)g_utf8_strlen(p[0], -1));
        undo_record(u, p[1], (int)g_utf8_strlen(p[1], -1));
        CHECK(is(undo_back(u), p[0]) && is(undo_back(u), NULL));
        CHECK(is(undo_forth(u), p[1]));
        undo_free(u);
    }
}

/* As before, with texts so large that each has pages of its own: a read beyond the end of the one
 * before, behind which none are left, stops the program. */
static void check_end_of_memory(void)
{
    enum { LETTERS = 12000000, BYTES = 4 * LETTERS };
    g_autofree char *after = g_strnfill(BYTES - 1, 'x');
    char *const before = g_malloc(BYTES + 1);

    for (int i = 0; i < LETTERS; i++)
        memcpy(before + 4 * i, "🦊", 4);
    before[BYTES] = 0;
    struct undo *const u = undo_new(before, LETTERS);
    g_free(before);
    undo_record(u, after, BYTES - 1);
    const struct moment *const m = undo_back(u);
    CHECK(m && m->cursor == LETTERS && strlen(m->text) == BYTES);
    CHECK(is(undo_forth(u), after));
    undo_free(u);
}

int main(void)
{
    check_words();
    check_deleting();
    check_elsewhere();
    check_replaced();
    check_end_of_memory();
    check_many();
    return check_done();
}
