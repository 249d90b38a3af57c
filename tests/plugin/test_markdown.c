/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Markdown of the pages of help. */
#include "check.h"
#include "markdown.h"

#include <string.h>

static gboolean leads(const char *to)
{
    return g_str_has_suffix(to, ".md");
}

static bool becomes(const char *line, const char *markup)
{
    g_autofree char *text = markdown_line(line, leads);

    if (strcmp(text, markup))
        fprintf(stderr, "\"%s\", not \"%s\"\n", text, markup);
    return !strcmp(text, markup);
}

static void check_lines(void)
{
    CHECK(becomes("plain, a < b & c", "plain, a &lt; b &amp; c"));
    CHECK(becomes("**bold** and *slanted*", "<b>bold</b> and <i>slanted</i>"));
    CHECK(becomes("`a * b <c>` *d*", "<tt>a * b &lt;c&gt;</tt> <i>d</i>"));
    CHECK(becomes("steps * size * 2", "steps * size * 2"));
    CHECK(becomes("\\*, \\|", "*, |"));
    CHECK(becomes("see [a & b](x.md).", "see <a href=\"x.md\">a &amp; b</a>."));
    CHECK(becomes("see [that](x.html)", "see that"));
    CHECK(becomes("[x] and [1] (y)", "[x] and [1] (y)"));
    CHECK(becomes("*open", "*open"));
    CHECK(becomes("grün", "grün"));
}

static void check_blocks(void)
{
    g_autoptr(GPtrArray) blocks =
        markdown_read("# Title\n\nOne\ntwo.\n- first\n  goes on\n- next\n\n"
                      "| a | b |\n|---|--:|\n| `x\\|y` | |\n\n"
                      "![A pond](images/pond.png)\n\n```sh\na\n\nb\n```\n"
                      "1. numbered\n");
    const struct markdown_block *const *const b =
        (const struct markdown_block *const *)blocks->pdata;
    static const enum markdown_kind kinds[] = {
        MARKDOWN_HEADING, MARKDOWN_PARAGRAPH, MARKDOWN_ITEM, MARKDOWN_ITEM, MARKDOWN_ROW,
        MARKDOWN_ROW,     MARKDOWN_PICTURE,   MARKDOWN_CODE, MARKDOWN_ITEM,
    };

    CHECK(blocks->len == G_N_ELEMENTS(kinds));
    for (guint i = 0; i < blocks->len && i < G_N_ELEMENTS(kinds); i++)
        CHECK(b[i]->kind == kinds[i]);
    CHECK(b[0]->level == 1 && !strcmp(b[0]->text, "Title"));
    CHECK(!strcmp(b[1]->text, "One two."));
    CHECK(!strcmp(b[2]->text, "first goes on"));
    CHECK(!strcmp(b[4]->cells[1], "b") && !b[4]->cells[2]);
    CHECK(!strcmp(b[5]->cells[0], "`x\\|y`") && !*b[5]->cells[1]);
    CHECK(!strcmp(b[6]->text, "A pond") && !strcmp(b[6]->path, "images/pond.png"));
    CHECK(!strcmp(b[7]->text, "a\n\nb"));
}

/* What is cut off must not be read beyond its end. */
static void check_ends(void)
{
    static const char *const pages[] = {
        "", "```", "|", "![", "# ", "- ", "[a](", "`", "| a", "\\"
    };

    for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
        g_autoptr(GPtrArray) blocks = markdown_read(pages[i]);
        g_autofree char *line = markdown_line(pages[i], NULL);
        CHECK(blocks && line);
    }
}

int main(void)
{
    check_lines();
    check_blocks();
    check_ends();
    return check_done();
}
