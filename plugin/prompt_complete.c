/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prompt_complete.h"

#include <string.h>

static void free_word(gpointer data)
{
    struct word *const w = data;

    g_free(w->text);
    g_free(w->key);
    g_free(w->note);
    g_free(w->shown);
    g_free(w);
}

GPtrArray *words_array_new(void)
{
    return g_ptr_array_new_with_free_func(free_word);
}

void words_array_add(GPtrArray *words, const char *key, const struct word *word)
{
    struct word *const w = g_new(struct word, 1);

    *w = *word;
    w->text = g_strdup(word->text);
    w->key = g_utf8_casefold(key, -1);
    w->note = g_strdup(word->note);
    w->shown = g_strdup(word->shown);
    g_ptr_array_add(words, w);
}

/* --- words of a text ------------------------------------------------------ */

static gboolean is_break(gunichar c)
{
    return g_unichar_isspace(c) ||
           (c < 128 && strchr(",.;:!?()[]{}<>|\\/\"^*=~%#0123456789", (int)c));
}

void words_array_add_text(GPtrArray *words, const char *text, const char *note)
{
    enum { LEAST = 3 };

    while (*text) {
        const char *end = text;
        while (*end && !is_break(g_utf8_get_char(end)))
            end = g_utf8_next_char(end);
        g_autofree char *word = g_strndup(text, (gsize)(end - text));
        if (g_utf8_strlen(word, -1) >= LEAST && !strchr(word, '_'))
            words_array_add(words, word, &(struct word){ .text = word, .note = (char *)note });
        text = *end ? g_utf8_next_char(end) : end;
    }
}

/* --- files of tags -------------------------------------------------------- */

/* The next field of a line, with its quotes taken away; *at is NULL after the last. */
static char *next_field(const char **at)
{
    GString *const field = g_string_new(NULL);
    const char *c = *at;
    gboolean quoted = FALSE;

    for (; *c && (quoted || *c != ','); c++)
        if (*c == '"')
            quoted = !quoted;
        else
            g_string_append_c(field, *c);
    *at = *c ? c + 1 : NULL;
    return g_string_free(field, FALSE);
}

/* As people write it in a prompt. */
static char *prompt_of(const char *tag)
{
    GString *const text = g_string_new(NULL);

    for (; *tag; tag++) {
        if (*tag == '(' || *tag == ')')
            g_string_append_c(text, '\\');
        g_string_append_c(text, *tag == '_' ? ' ' : *tag);
    }
    return g_string_free(text, FALSE);
}

static char *plain_of(const char *tag)
{
    return g_strdelimit(g_strdup(tag), "_", ' ');
}

static void add_tag(GPtrArray *words, const char *tag, double count, const char *aliases)
{
    g_auto(GStrv) names = g_strsplit(aliases, ",", -1);
    g_autofree char *text = prompt_of(tag);
    g_autofree char *plain = plain_of(tag);
    struct word word = { .text = text, .count = count };

    words_array_add(words, plain, &word);
    for (char **name = names; *name; name++) {
        g_autofree char *key = plain_of(g_strstrip(*name));
        word.note = key;
        if (*key)
            words_array_add(words, key, &word);
    }
}

static void add_line(GPtrArray *words, const char *line)
{
    const char *at = line;
    g_autofree char *tag = g_strstrip(next_field(&at));
    if (at)
        g_free(next_field(&at)); /* its kind */
    g_autofree char *number = at ? next_field(&at) : g_strdup("0");
    g_autofree char *aliases = at ? next_field(&at) : g_strdup("");
    char *end;
    const double count = g_ascii_strtod(number, &end);

    if (*tag && end != number)
        add_tag(words, tag, count, aliases);
}

void words_array_add_tags(GPtrArray *words, const char *csv)
{
    g_autofree char *valid = g_utf8_make_valid(csv, -1);
    g_auto(GStrv) lines = g_strsplit(valid, "\n", -1);

    for (char **line = lines; *line; line++)
        add_line(words, g_strchomp(*line));
}

/* --- what is meant -------------------------------------------------------- */

static gboolean ends_piece(char c)
{
    return strchr(",()[]{}<>|\n:", c) != NULL;
}

struct fragment fragment_at(const char *text, gsize cursor)
{
    struct fragment f = { cursor, cursor, cursor };

    while (f.word > 0 && !ends_piece(text[f.word - 1]) && !g_ascii_isspace(text[f.word - 1]))
        f.word--;
    f.piece = f.word;
    while (f.piece > 0 && !ends_piece(text[f.piece - 1]))
        f.piece--;
    while (f.piece < f.word && g_ascii_isspace(text[f.piece]))
        f.piece++;
    return f;
}

/* Letters, folded, and where they begin. */
struct beginning {
    char *letters;
    gsize from;
};

static struct beginning beginning_at(const char *text, gsize from, gsize cursor)
{
    return (struct beginning){ g_utf8_casefold(text + from, (gssize)(cursor - from)), from };
}

static gint compare(gconstpointer a, gconstpointer b)
{
    const struct word *const x = *(struct word *const *)a, *const y = *(struct word *const *)b;

    return x->count != y->count ? (x->count < y->count ? 1 : -1) : g_strcmp0(x->key, y->key);
}

/* Those that begin so, in order, each text once. */
static GPtrArray *matches(GPtrArray *words, const char *letters)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *const found = g_ptr_array_new();

    for (guint i = 0; i < words->len; i++) {
        const struct word *const w = words->pdata[i];
        if (g_str_has_prefix(w->key, letters) && g_hash_table_add(seen, w->text))
            g_ptr_array_add(found, words->pdata[i]);
    }
    g_ptr_array_sort(found, compare);
    return found;
}

static gboolean has(const GPtrArray *list, const struct word *word)
{
    for (guint i = 0; i < list->len; i++)
        if (!strcmp(((const struct word *)list->pdata[i])->text, word->text))
            return TRUE;
    return FALSE;
}

GPtrArray *fragment_words(const char *text, struct fragment f, GPtrArray *words, guint most,
                          gsize *from)
{
    struct beginning tries[] = { beginning_at(text, f.piece, f.cursor),
                                 beginning_at(text, f.word, f.cursor) };
    GPtrArray *const list = g_ptr_array_new();

    for (int i = 0; i < (f.piece == f.word ? 1 : 2); i++) {
        g_autoptr(GPtrArray) found = matches(words, tries[i].letters);
        for (guint k = 0; k < found->len && list->len < most; k++) {
            const struct word *const w = found->pdata[k];
            const gsize n = f.cursor - tries[i].from;
            if (has(list, w) ||
                (strlen(w->text) == n && !strncmp(w->text, text + tries[i].from, n)))
                continue;
            from[list->len] = tries[i].from;
            g_ptr_array_add(list, found->pdata[k]);
        }
    }
    for (int i = 0; i < 2; i++)
        g_free(tries[i].letters);
    return list;
}
