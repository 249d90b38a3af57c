/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys that change the text of a prompt: weights and pieces, where «» or | say what is chosen. */
#include "check.h"
#include "prompt_edit.h"

#include <string.h>

/* The text without the marks «» or |, which say what is chosen. */
static char *unmark(const char *marked, struct span *chosen)
{
    g_auto(GStrv) cursor = g_strsplit(marked, "|", 2);
    g_auto(GStrv) left = g_strsplit(marked, "«", 2);

    chosen->from = strlen(left[1] ? left[0] : cursor[0]);
    chosen->to = chosen->from;
    if (!left[1])
        return g_strconcat(cursor[0], cursor[1], NULL);
    g_auto(GStrv) right = g_strsplit(left[1], "»", 2);
    chosen->to += strlen(right[0]);
    return g_strconcat(left[0], right[0], right[1], NULL);
}

static char *mark(const char *text, struct span chosen)
{
    if (chosen.from == chosen.to)
        return g_strdup_printf("%.*s|%s", (int)chosen.from, text, text + chosen.from);
    return g_strdup_printf("%.*s«%.*s»%s", (int)chosen.from, text, (int)(chosen.to - chosen.from),
                           text + chosen.from, text + chosen.to);
}

static bool becomes(const char *before, int by, const char *after,
                    gboolean (*with)(const char *, struct span, int, struct edit *))
{
    struct span chosen;
    g_autofree char *text = unmark(before, &chosen);
    struct edit edit;

    if (!with(text, chosen, by, &edit))
        return !after;
    g_autofree char *new = edit_apply(&edit, text);
    g_autofree char *marked = mark(new, edit.chosen);
    edit_clear(&edit);
    if (after && !strcmp(marked, after))
        return true;
    fprintf(stderr, "\"%s\" by %d became \"%s\"\n", before, by, marked);
    return false;
}

static void check_weights(void)
{
    static const struct {
        const char *before;
        int by;
        const char *after;
    } cases[] = {
        { "a red f|ox", 1, "a red («fox»:1.1)" },
        { "a red f|ox", -1, "a red («fox»:0.9)" },
        { "a red fox|", 1, "a red («fox»:1.1)" },
        { "a «red fox», snow", 1, "a («red fox»:1.1), snow" },
        { "a« red fox », snow", 1, "a («red fox»:1.1) , snow" },
        { "a («red fox»:1.1), snow", 1, "a («red fox»:1.2), snow" },
        { "a («red fox»:1.1), snow", -1, "a «red fox», snow" },
        { "a «(red fox:1.2)»", -2, "a «red fox»" },
        { "a (red f|ox:1.25)", 1, "a («red fox»:1.35)" },
        { "a («red» fox:1.2)", 1, "a ((«red»:1.1) fox:1.2)" },
        { "(fo|x)", 1, "(«fox»:1.2)" },
        { "(fo|x)", -1, "«fox»" },
        { "[fo|x]", 1, "«fox»" },
        { "[fo|x]", -1, "(«fox»:0.8)" },
        { "(fo|x:1.95)", 1, "(«fox»:2.0)" },
        { "(fo|x:-1.95)", -1, "(«fox»:-2.0)" },
        { "(fo|x:0.1)", -1, "(«fox»:0.0)" },
        { "<lora:in|k:0.8>", 1, "<«lora:ink»:0.85>" },
        { "<lora:in|k:1>", -1, "<«lora:ink»:0.95>" },
        { "((a|b:1.3), c:0.7)", 1, "((«ab»:1.4), c:0.7)" },
        { "((ab:1.3), c|:0.7)", 1, "(«(ab:1.3), c»:0.8)" },
        { "fox \\(anim|al\\)", 1, "fox \\((«animal»:1.1)\\)" },
        { "a (fox, no end t|o it", 1, "a (fox, no end («to»:1.1) it" },
        { "ein grüner Fu|ß, Schnee", 1, "ein grüner («Fuß»:1.1), Schnee" },
        { "キ|ツネ 雪", -1, "(«キツネ»:0.9) 雪" },
        { "a,| b", 1, NULL },
        { "|", 1, NULL },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        CHECK(becomes(cases[i].before, cases[i].by, cases[i].after, edit_weight));
}

static void check_moves(void)
{
    static const struct {
        const char *before;
        int by;
        const char *after;
    } cases[] = {
        { "a fox, sn|ow, night", 1, "a fox, night, sn|ow" },
        { "a fox, sn|ow, night", -1, "sn|ow, a fox, night" },
        { "a fox,| snow", -1, "|snow, a fox" },
        { "a fo|x", 1, NULL },
        { "a fo|x, b", -1, NULL },
        { "|", 1, NULL },
        { "a, (b, c|:1.2), d", 1, "a, d, (b, c|:1.2)" },
        { "a, {b, c}, d|", -1, "a, d|, {b, c}" },
        { "a (b, c|, d", 1, "a (b, d, c|" },
        { "a, «b, c», d", 1, "a, d, «b, c»" },
        { "a, «b, c», d", -1, "«b, c», a, d" },
        { "a,\nb|,  c", 1, "a,\nc,  b|" },
        { "a,, b|", -1, "b|,, a" },
        { "x \\(, y|\\)", -1, "y|\\), x \\(" },
        { "grün, schö|n", -1, "schö|n, grün" },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        CHECK(becomes(cases[i].before, cases[i].by, cases[i].after, edit_move));
}

/* Whatever is typed and chosen: the result is a text, and what is chosen lies in it. */
static void check_nonsense(void)
{
    static const char *const letters[] = { "(", ")", "[",  "]", "<", ">", "{", "}",
                                           ":", ",", "\\", " ", "a", "ß", "1", "\n" };
    guint32 state = 1;
    bool ok = true;

    for (int i = 0; i < 20000; i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        for (int k = 0; k < 12; k++) {
            state = state * 1664525 + 1013904223;
            g_string_append(text, letters[state >> 28]);
        }
        const long n = g_utf8_strlen(text->str, -1);
        const char *const a = g_utf8_offset_to_pointer(text->str, state % (guint32)n);
        const char *const b = state & 64 ? a : text->str + text->len;
        const struct span chosen = { (gsize)(a - text->str), (gsize)(b - text->str) };
        struct edit edit;
        if (!(state & 128 ? edit_weight : edit_move)(text->str, chosen, state & 256 ? 1 : -1,
                                                     &edit))
            continue;
        g_autofree char *new = edit_apply(&edit, text->str);
        ok = ok && g_utf8_validate(new, -1, NULL) && edit.chosen.from <= edit.chosen.to &&
             edit.chosen.to <= strlen(new);
        edit_clear(&edit);
    }
    CHECK(ok);
}

int main(void)
{
    check_weights();
    check_moves();
    check_nonsense();
    return check_done();
}
