/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prompt_undo.h"

#include <string.h>

enum { MOST = 200 };

/* Of what kind the newest step is: only those of one kind become one. */
enum kind { OTHER, TYPED, DELETED };

struct undo {
    GArray *moments; /* struct moment */
    guint at;        /* the present one */
    enum kind kind;
};

static void clear_moment(gpointer data)
{
    g_free(((struct moment *)data)->text);
}

static struct moment *moment_at(const struct undo *u, guint i)
{
    return &g_array_index(u->moments, struct moment, i);
}

static void push(struct undo *u, const char *text, int cursor)
{
    const struct moment m = { g_strdup(text), cursor };

    g_array_append_val(u->moments, m);
}

struct undo *undo_new(const char *text, int cursor)
{
    struct undo *const u = g_new0(struct undo, 1);

    u->moments = g_array_new(FALSE, FALSE, sizeof(struct moment));
    g_array_set_clear_func(u->moments, clear_moment);
    push(u, text, cursor);
    return u;
}

void undo_free(struct undo *u)
{
    if (u)
        g_array_unref(u->moments);
    g_free(u);
}

/* Whether `longer` is `shorter` with bytes put in before its cursor; *what: the first of them. The
 * cursor may be one of the other text, so that `longer` ends before it. */
static gboolean is_insertion(const char *shorter, const char *longer, int cursor, const char **what)
{
    if (cursor < 0 || cursor > g_utf8_strlen(longer, -1))
        return FALSE;
    const gsize n = strlen(shorter), m = strlen(longer);
    const gsize end = (gsize)(g_utf8_offset_to_pointer(longer, cursor) - longer);

    if (m <= n || end < m - n || end > m)
        return FALSE;
    *what = longer + end - (m - n);
    return !strncmp(shorter, longer, end - (m - n)) &&
           !strcmp(shorter + end - (m - n), longer + end);
}

/* What the change from `old` is, and whether it goes on with what was done last. */
static enum kind kind_of(const struct moment *old, const char *text, int cursor, gboolean *goes_on)
{
    const char *what;

    *goes_on = FALSE;
    if (is_insertion(old->text, text, cursor, &what)) {
        const gboolean one = g_utf8_strlen(text, -1) - g_utf8_strlen(old->text, -1) == 1;
        const gboolean begins = old->cursor > 0 && !g_unichar_isspace(g_utf8_get_char(what)) &&
                                g_unichar_isspace(g_utf8_get_char(
                                    g_utf8_offset_to_pointer(old->text, old->cursor - 1)));
        *goes_on = one && old->cursor == cursor - 1 && !begins;
        return one ? TYPED : OTHER;
    }
    if (!is_insertion(text, old->text, old->cursor, &what) &&
        !is_insertion(text, old->text, cursor + 1, &what))
        return OTHER;
    const gboolean one = g_utf8_strlen(old->text, -1) - g_utf8_strlen(text, -1) == 1;
    *goes_on = one && (old->cursor == cursor || old->cursor == cursor + 1);
    return one ? DELETED : OTHER;
}

void undo_record(struct undo *u, const char *text, int cursor)
{
    struct moment *const now = moment_at(u, u->at);
    gboolean goes_on;

    if (!strcmp(now->text, text)) {
        now->cursor = cursor;
        return;
    }
    const enum kind kind = kind_of(now, text, cursor, &goes_on);
    g_array_set_size(u->moments, u->at + 1);
    if (goes_on && kind == u->kind && u->at > 0) {
        g_free(now->text);
        *now = (struct moment){ g_strdup(text), cursor };
    } else {
        push(u, text, cursor);
    }
    u->kind = kind;
    if (u->moments->len > MOST)
        g_array_remove_index(u->moments, 0);
    u->at = u->moments->len - 1;
}

const struct moment *undo_back(struct undo *u)
{
    u->kind = OTHER;
    return u->at > 0 ? moment_at(u, --u->at) : NULL;
}

const struct moment *undo_forth(struct undo *u)
{
    u->kind = OTHER;
    return u->at + 1 < u->moments->len ? moment_at(u, ++u->at) : NULL;
}
