/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prompt_edit.h"

#include <math.h>
#include <string.h>

enum { DEEPEST = 64 };

void edit_clear(struct edit *edit)
{
    g_free(edit->text);
    *edit = (struct edit){ 0 };
}

char *edit_apply(const struct edit *edit, const char *text)
{
    g_autofree char *before = g_strndup(text, edit->gone.from);

    return g_strconcat(before, edit->text, text + edit->gone.to, NULL);
}

/* --- brackets ------------------------------------------------------------- */

static char closing_of(char c)
{
    return c == '(' ? ')' : c == '[' ? ']' : c == '<' ? '>' : c == '{' ? '}' : 0;
}

/* The end of a bracket that opens at `at`, one byte after it; 0: it is never closed. */
static gsize bracket_end(const char *text, gsize at)
{
    char open[DEEPEST];
    int depth = 0;

    for (gsize i = at; text[i]; i++) {
        if (text[i] == '\\' && text[i + 1])
            i++;
        else if (closing_of(text[i]) && depth < DEEPEST)
            open[depth++] = closing_of(text[i]);
        else if (depth && text[i] == open[depth - 1] && --depth == 0)
            return i + 1;
    }
    return 0;
}

/* The innermost bracket of a weight that has `chosen` in it or is it; {0, 0}: none. */
static struct span bracket_around(const char *text, struct span chosen)
{
    struct span found = { 0, 0 };

    for (gsize i = 0; text[i] && i <= chosen.from; i++) {
        if (text[i] == '\\' && text[i + 1]) {
            i++;
            continue;
        }
        const gsize end = text[i] != '{' && closing_of(text[i]) ? bracket_end(text, i) : 0;
        if (end >= chosen.to && end > chosen.from)
            found = (struct span){ i, end };
    }
    return found;
}

/* --- weights -------------------------------------------------------------- */

/* What a bracket holds, and how much it weighs. */
struct weighed {
    struct span bracket, content;
    double weight;
};

/* Where ":1.3" before the closing bracket begins; its end where there is none. */
static gsize number_of(const char *text, struct span inside, double *weight)
{
    const char *const end = text + inside.to, *colon = end;
    char *stop;

    while (colon > text + inside.from && *colon != ':')
        colon--;
    if (*colon != ':')
        return inside.to;
    const double value = g_ascii_strtod(colon + 1, &stop);
    if (stop == colon + 1 || stop != end || !isfinite(value))
        return inside.to;
    *weight = value;
    return (gsize)(colon - text);
}

static struct weighed weighed_of(const char *text, struct span bracket)
{
    const struct span inside = { bracket.from + 1, bracket.to - 1 };
    const char kind = text[bracket.from];
    struct weighed w = { bracket, inside, kind == '(' ? 1.1 : kind == '[' ? 0.9 : 1 };

    if (kind == '[')
        return w;
    w.content.to = number_of(text, inside, &w.weight);
    /* in <lora:3> the number is the name */
    if (kind == '<' && !memchr(text + inside.from, ':', w.content.to - inside.from))
        w = (struct weighed){ bracket, inside, 1 };
    return w;
}

static void format_weight(char *buffer, int size, double weight)
{
    g_ascii_formatd(buffer, size, "%.2f", weight);
    for (gsize n = strlen(buffer); buffer[n - 1] == '0'; n--)
        buffer[n - 1] = 0;
    if (buffer[strlen(buffer) - 1] == '.')
        strcat(buffer, "0");
}

/* w with another weight */
static void weigh(const char *text, const struct weighed *w, double weight, struct edit *edit)
{
    const gboolean network = text[w->bracket.from] == '<' && w->bracket.to > w->content.to;
    const gsize length = w->content.to - w->content.from;
    g_autofree char *content = g_strndup(text + w->content.from, length);
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    const double rounded = rint(100 * CLAMP(weight, -2, 2)) / 100;
    const gboolean bare = !network && rounded == 1;

    format_weight(number, sizeof(number), rounded);
    *edit = (struct edit){ .gone = w->bracket };
    edit->text = bare ? g_strdup(content)
                      : g_strdup_printf("%c%s:%s%c", network ? '<' : '(', content, number,
                                        network ? '>' : ')');
    edit->chosen.from = w->bracket.from + !bare;
    edit->chosen.to = edit->chosen.from + length;
}

/* --- words ---------------------------------------------------------------- */

static gboolean in_word(const char *at)
{
    return *at && !strchr(",.;:!?()[]{}<>|\\/\"^*=~%#", *at) &&
           !g_unichar_isspace(g_utf8_get_char(at));
}

static struct span word_at(const char *text, gsize at)
{
    struct span w = { at, at };

    while (w.from > 0) {
        const char *const before = g_utf8_find_prev_char(text, text + w.from);
        if (!before || !in_word(before))
            break;
        w.from = (gsize)(before - text);
    }
    while (in_word(text + w.to))
        w.to = (gsize)(g_utf8_next_char(text + w.to) - text);
    return w;
}

/* Without blanks at its ends. */
static struct span trimmed(const char *text, struct span s)
{
    while (s.from < s.to && g_ascii_isspace(text[s.from]))
        s.from++;
    while (s.to > s.from && g_ascii_isspace(text[s.to - 1]))
        s.to--;
    return s;
}

static gboolean same(struct span a, struct span b)
{
    return a.from == b.from && a.to == b.to;
}

gboolean edit_weight(const char *text, struct span chosen, int steps, struct edit *edit)
{
    chosen = trimmed(text, chosen);
    const struct span bracket = bracket_around(text, chosen);
    struct weighed w = { { 0, 0 }, { 0, 0 }, 1 };

    if (bracket.to)
        w = weighed_of(text, bracket);
    const gboolean cursor = chosen.from == chosen.to;
    if (!bracket.to || !(cursor || same(chosen, w.content) || same(chosen, w.bracket))) {
        const struct span part = cursor ? word_at(text, chosen.from) : chosen;
        w = (struct weighed){ part, part, 1 };
    }
    if (w.content.from == w.content.to)
        return FALSE;
    const gboolean network = text[w.bracket.from] == '<' && !same(w.bracket, w.content);
    weigh(text, &w, w.weight + steps * (network ? 0.05 : 0.1), edit);
    return TRUE;
}

/* --- pieces --------------------------------------------------------------- */

/* Where the piece that begins at `from` ends: before a comma or the end of the line. */
static gsize piece_end(const char *text, gsize from)
{
    gsize i = from;

    while (text[i] && text[i] != ',' && text[i] != '\n') {
        const gsize end = closing_of(text[i]) ? bracket_end(text, i) : 0;
        if (end)
            i = end;
        else
            i += text[i] == '\\' && text[i + 1] ? 2 : 1;
    }
    return i;
}

/* The pieces of a text that are not empty, without the blanks around them. */
static GArray *pieces_of(const char *text)
{
    GArray *const pieces = g_array_new(FALSE, FALSE, sizeof(struct span));

    for (gsize at = 0;; at++) {
        const struct span whole = { at, piece_end(text, at) };
        const struct span piece = trimmed(text, whole);
        if (piece.from < piece.to)
            g_array_append_val(pieces, piece);
        at = whole.to;
        if (!text[at])
            return pieces;
    }
}

/* The first and the last piece that the choice touches; FALSE: it touches none. */
static gboolean touched(const GArray *pieces, struct span chosen, guint *first, guint *last)
{
    gboolean found = FALSE;

    for (guint i = 0; i < pieces->len; i++) {
        const struct span p = g_array_index(pieces, struct span, i);
        if (p.from > chosen.to || p.to < chosen.from)
            continue;
        *first = found ? *first : i;
        *last = i;
        found = TRUE;
    }
    return found;
}

/* a and b, of which a comes first, change places. */
static void swap(const char *text, struct span a, struct span b, struct edit *edit)
{
    *edit = (struct edit){ .gone = { a.from, b.to } };
    edit->text =
        g_strdup_printf("%.*s%.*s%.*s", (int)(b.to - b.from), text + b.from, (int)(b.from - a.to),
                        text + a.to, (int)(a.to - a.from), text + a.from);
}

gboolean edit_move(const char *text, struct span chosen, int direction, struct edit *edit)
{
    g_autoptr(GArray) pieces = pieces_of(text);
    guint first = 0, last = 0;

    while (chosen.from == chosen.to && (text[chosen.to] == ' ' || text[chosen.to] == '\t'))
        chosen.from = ++chosen.to; /* a cursor before a piece is in it */
    if (!touched(pieces, chosen, &first, &last) ||
        (direction < 0 ? first == 0 : last + 1 == pieces->len))
        return FALSE;
    const struct span moved = { g_array_index(pieces, struct span, first).from,
                                g_array_index(pieces, struct span, last).to };
    const struct span other =
        g_array_index(pieces, struct span, direction < 0 ? first - 1 : last + 1);
    if (direction < 0)
        swap(text, other, moved, edit);
    else
        swap(text, moved, other, edit);
    const gsize now = direction < 0 ? other.from : other.to - (moved.to - moved.from);
    const struct span kept = { CLAMP(chosen.from, moved.from, moved.to),
                               CLAMP(chosen.to, moved.from, moved.to) };
    edit->chosen = (struct span){ now + kept.from - moved.from, now + kept.to - moved.from };
    return TRUE;
}
