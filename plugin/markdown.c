/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "markdown.h"

#include <string.h>

/* --- in a line ------------------------------------------------------------ */

struct writer {
    GString *out;
    gboolean (*leads)(const char *to);
    gboolean bold, italic;
};

static void write_text(struct writer *w, const char *text, gsize length)
{
    g_autofree char *safe = g_markup_escape_text(text, (gssize)length);

    g_string_append(w->out, safe);
}

/* Each of these returns what comes behind; NULL: there is no such thing here. */
static const char *write_code(struct writer *w, const char *p)
{
    const char *const end = *p == '`' ? strchr(p + 1, '`') : NULL;

    if (!end)
        return NULL;
    g_string_append(w->out, "<tt>");
    write_text(w, p + 1, (gsize)(end - p - 1));
    g_string_append(w->out, "</tt>");
    return end + 1;
}

static void toggle(struct writer *w, gboolean *on, const char *tag)
{
    g_string_append_printf(w->out, *on ? "</%s>" : "<%s>", tag);
    *on = !*on;
}

static const char *write_emphasis(struct writer *w, const char *p)
{
    if (*p != '*' || (!w->bold && !w->italic && !strchr(p + 1, '*')))
        return NULL;
    if (p[1] == '*') {
        toggle(w, &w->bold, "b");
        return p + 2;
    }
    if (!w->italic && p[1] == ' ')
        return NULL;
    toggle(w, &w->italic, "i");
    return p + 1;
}

static const char *write_link(struct writer *w, const char *p)
{
    const char *const middle = *p == '[' ? strstr(p, "](") : NULL;
    const char *const end = middle ? strchr(middle, ')') : NULL;

    if (!end || strcspn(p + 1, "[]") != (gsize)(middle - p - 1))
        return NULL;
    g_autofree char *to = g_strndup(middle + 2, (gsize)(end - middle - 2));
    const gboolean leads = w->leads && w->leads(to);
    g_autofree char *open = g_markup_printf_escaped("<a href=\"%s\">", to);
    g_string_append(w->out, leads ? open : "");
    write_text(w, p + 1, (gsize)(middle - p - 1));
    g_string_append(w->out, leads ? "</a>" : "");
    return end + 1;
}

char *markdown_line(const char *line, gboolean (*leads)(const char *to))
{
    struct writer w = { .out = g_string_new(NULL), .leads = leads };
    const char *next;

    for (const char *p = line; *p; p = next) {
        if (*p == '\\' && p[1] && g_ascii_ispunct(p[1])) {
            write_text(&w, p + 1, 1);
            next = p + 2;
        } else if (!(next = write_code(&w, p)) && !(next = write_link(&w, p)) &&
                   !(next = write_emphasis(&w, p))) {
            next = g_utf8_next_char(p);
            write_text(&w, p, (gsize)(next - p));
        }
    }
    if (w.italic)
        toggle(&w, &w.italic, "i");
    if (w.bold)
        toggle(&w, &w.bold, "b");
    return g_string_free(w.out, FALSE);
}

/* --- blocks --------------------------------------------------------------- */

static void forget(gpointer data)
{
    struct markdown_block *const b = data;

    g_free(b->text);
    g_free(b->path);
    g_strfreev(b->cells);
    g_free(b);
}

static struct markdown_block *add(GPtrArray *blocks, enum markdown_kind kind, char *text)
{
    struct markdown_block *const b = g_new0(struct markdown_block, 1);

    b->kind = kind;
    b->text = text;
    g_ptr_array_add(blocks, b);
    return b;
}

/* A bar after a backslash is part of a cell, as is the backslash, which markdown_line() takes away.
 */
static char **cells_of(const char *line)
{
    GStrvBuilder *const cells = g_strv_builder_new();
    const char *begin = line + 1;

    for (const char *p = begin; *p; p++)
        if (*p == '|' && p[-1] != '\\') {
            g_autofree char *cell = g_strstrip(g_strndup(begin, (gsize)(p - begin)));
            g_strv_builder_add(cells, cell);
            begin = p + 1;
        }
    char **const all = g_strv_builder_end(cells);
    g_strv_builder_unref(cells);
    return all;
}

static gboolean says_something(char **cells)
{
    for (; *cells; cells++)
        if (strspn(*cells, "-:") < strlen(*cells))
            return TRUE;
    return FALSE;
}

/* The line below the heads is no row, nor are heads that are empty. */
static void add_row(GPtrArray *blocks, const char *line)
{
    g_auto(GStrv) cells = cells_of(line);

    if (says_something(cells))
        add(blocks, MARKDOWN_ROW, NULL)->cells = g_steal_pointer(&cells);
}

static void add_picture(GPtrArray *blocks, const char *line)
{
    const char *const middle = strstr(line, "](");
    const char *const end = middle ? strchr(middle, ')') : NULL;

    if (end)
        add(blocks, MARKDOWN_PICTURE, g_strndup(line + 2, (gsize)(middle - line - 2)))->path =
            g_strndup(middle + 2, (gsize)(end - middle - 2));
}

static void add_heading(GPtrArray *blocks, const char *line)
{
    const int level = (int)strspn(line, "#");

    add(blocks, MARKDOWN_HEADING, g_strstrip(g_strdup(line + level)))->level = level;
}

/* Where the text of a list's item begins; NULL: the line is none. */
static const char *item_in(const char *line)
{
    const char *const text = line + strspn(line, " ");
    const gsize digits = strspn(text, "0123456789");

    if (text[0] == '-' && text[1] == ' ')
        return text + 2;
    return digits && text[digits] == '.' && text[digits + 1] == ' ' ? text + digits + 2 : NULL;
}

/* The lines up to the closing fence; returns the last line that was taken. */
static char **add_code(GPtrArray *blocks, char **line)
{
    GString *const code = g_string_new(NULL);

    while (line[1] && !g_str_has_prefix(*++line, "```"))
        g_string_append_printf(code, "%s%s", code->len ? "\n" : "", *line);
    add(blocks, MARKDOWN_CODE, g_string_free(code, FALSE));
    return line;
}

static struct markdown_block *go_on(struct markdown_block *b, const char *line)
{
    char *const text = g_strconcat(b->text, " ", line + strspn(line, " "), NULL);

    g_free(b->text);
    b->text = text;
    return b;
}

GPtrArray *markdown_read(const char *page)
{
    GPtrArray *const blocks = g_ptr_array_new_with_free_func(forget);
    g_auto(GStrv) lines = g_strsplit(page, "\n", -1);
    struct markdown_block *open = NULL; /* the next line may belong to it */

    for (char **line = lines; *line; line++) {
        const char *const item = item_in(*line), *const text = *line + strspn(*line, " ");
        struct markdown_block *const before = open;
        open = NULL;
        if (!*text)
            continue;
        if (g_str_has_prefix(text, "```"))
            line = add_code(blocks, line);
        else if (*text == '#' && !before)
            add_heading(blocks, text);
        else if (*text == '|')
            add_row(blocks, text);
        else if (g_str_has_prefix(text, "!["))
            add_picture(blocks, text);
        else if (item)
            open = add(blocks, MARKDOWN_ITEM, g_strdup(item));
        else
            open = before ? go_on(before, text) : add(blocks, MARKDOWN_PARAGRAPH, g_strdup(text));
    }
    return blocks;
}
