/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * prompt_undo.h - the texts that a field had, to go back to and forth again.
 *
 * Every change of the text is recorded with the cursor after it. What is typed or
 * deleted in one go is one step: a step ends where a word begins, and where the
 * cursor went elsewhere. Knows no widget.
 */
#ifndef PLUGIN_PROMPT_UNDO_H
#define PLUGIN_PROMPT_UNDO_H

#include <glib.h>

struct undo;

/* A text with its cursor, in characters. */
struct moment {
    char *text;
    int cursor;
};

struct undo *undo_new(const char *text, int cursor);
void undo_free(struct undo *undo);

/* Where the text is the newest one it does nothing. */
void undo_record(struct undo *undo, const char *text, int cursor);

/* The text before the present one, the one after it; NULL: there is none. Valid until the next
 * call. */
const struct moment *undo_back(struct undo *undo);
const struct moment *undo_forth(struct undo *undo);

#endif
