/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * markdown.h - the Markdown of our own pages, as far as they use it: headings,
 * paragraphs, lists, tables, pictures, code, and bold, italic, code and links in a
 * line. Neither GTK nor files: text in, blocks out.
 */
#ifndef PLUGIN_MARKDOWN_H
#define PLUGIN_MARKDOWN_H

#include <glib.h>

enum markdown_kind {
    MARKDOWN_HEADING,
    MARKDOWN_PARAGRAPH,
    MARKDOWN_ITEM, /* of a list */
    MARKDOWN_ROW,  /* of a table */
    MARKDOWN_PICTURE,
    MARKDOWN_CODE
};

struct markdown_block {
    enum markdown_kind kind;
    int level; /* of a heading, from 1 */
    char
        *text; /* as it was written, in one line; of a picture, what it shows; of code, all lines */
    char *path;   /* of a picture, else NULL */
    char **cells; /* of a row, else NULL */
};

/* struct markdown_block *, in order. */
GPtrArray *markdown_read(const char *page);

/* One line as Pango's markup; to be freed. Links that `leads` says no to are left as words; NULL:
 * all are. */
char *markdown_line(const char *line, gboolean (*leads)(const char *to));

#endif
