/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * prompt_complete.h - what may be meant by the letters before the cursor.
 *
 * Words come from what the user has: lists, styles, prompts of before, and files
 * of tags. A tag may be found by another name, an alias. Functions of texts alone;
 * the window shows what they find.
 */
#ifndef PLUGIN_PROMPT_COMPLETE_H
#define PLUGIN_PROMPT_COMPLETE_H

#include "prompt_edit.h"

struct word {
    char *text;   /* what is put in, or the name of the style */
    char *key;    /* what is typed for it, folded */
    char *note;   /* shown beside it; NULL: nothing */
    char *shown;  /* NULL: the text */
    double count; /* the more, the earlier */
    gboolean style;
};

/* Of struct word; to be freed with g_ptr_array_unref(). */
GPtrArray *words_array_new(void);

/* All strings are copied. note, shown may be NULL. */
void words_array_add(GPtrArray *words, const char *key, const struct word *word);

/* Every word of a text that has three letters or more. */
void words_array_add_text(GPtrArray *words, const char *text, const char *note);

/* Lines of "tag,type,count,\"alias,alias\"", of which all but the tag may be missing; a line of
 * another form is left out, and so is a line of names. Brackets in tags get their backslash, and
 * underscores become blanks, as people write them. */
void words_array_add_tags(GPtrArray *words, const char *csv);

/* The letters before the cursor that words may begin with: from the comma or bracket before, and
 * from the last blank. */
struct fragment {
    gsize piece, word, cursor; /* bytes */
};
struct fragment fragment_at(const char *text, gsize cursor);

/* Words that begin so, the best first, `most` at most; *from[i] is where the letters of the i-th
 * begin. Those that are there already are left out. The array does not own its words. */
GPtrArray *fragment_words(const char *text, struct fragment fragment, GPtrArray *words, guint most,
                          gsize *from);

#endif
