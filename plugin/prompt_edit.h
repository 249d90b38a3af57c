/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * prompt_edit.h - what keys do to the text of a prompt: more or less weight, a
 * piece moved past its neighbour.
 *
 * Functions of texts alone, in the grammar of A1111: (x) is 1.1, (x:1.3), [x] is
 * 1/1.1, <kind:name:0.8>, and a backslash takes the meaning from what follows.
 * Places are in bytes and lie between characters; the texts are UTF-8.
 */
#ifndef PLUGIN_PROMPT_EDIT_H
#define PLUGIN_PROMPT_EDIT_H

#include <glib.h>

/* What is chosen in a text: from == to is a cursor. */
struct span {
    gsize from, to;
};

/* Bytes of the old text become `text`; in the new one `chosen` is chosen. */
struct edit {
    struct span gone;
    char *text;
    struct span chosen;
};

void edit_clear(struct edit *edit);

/* The text after it; to be freed. */
char *edit_apply(const struct edit *edit, const char *text);

/* The weight of what is chosen, of the bracket around the cursor or of the word at it, by
 * `steps` of 0.1, or of 0.05 in <...>. It stays within -2 and 2; brackets of weight 1 go.
 * FALSE where there is nothing to weigh. */
gboolean edit_weight(const char *text, struct span chosen, int steps, struct edit *edit);

/* The piece between commas that the cursor is in, or those that are chosen, past the next
 * (direction 1) or the one before (-1). Commas within brackets do not count. FALSE at the end. */
gboolean edit_move(const char *text, struct span chosen, int direction, struct edit *edit);

#endif
