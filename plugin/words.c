/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "words.h"

#include "message.h"
#include "prompt_history.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

/* --- folders -------------------------------------------------------------- */

static char *folder_of(const char *kind)
{
    return g_build_filename(gimp_directory(), "ebru", kind, NULL);
}

static int compare(gconstpointer a, gconstpointer b)
{
    g_autofree char *one = g_filename_display_name(*(char *const *)a);
    g_autofree char *other = g_filename_display_name(*(char *const *)b);

    return g_utf8_collate(one, other);
}

static char **names_in(const char *kind, const char *ending)
{
    g_autofree char *path = folder_of(kind);
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    GPtrArray *const names = g_ptr_array_new();
    const char *name;

    while (folder && (name = g_dir_read_name(folder)))
        if (g_str_has_suffix(name, ending))
            g_ptr_array_add(names, g_strndup(name, strlen(name) - strlen(ending)));
    g_ptr_array_sort(names, compare);
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(names, FALSE);
}

char **words_styles(void)
{
    return names_in("styles", ".json");
}

/* --- styles --------------------------------------------------------------- */

static yyjson_doc *read_style(const char *name, GError **error)
{
    g_autofree char *folder = folder_of("styles");
    g_autofree char *file = g_strconcat(name, ".json", NULL);
    g_autofree char *path =
        strchr(name, G_DIR_SEPARATOR) ? g_strdup(name) : g_build_filename(folder, file, NULL);
    yyjson_doc *const doc = yyjson_read_file(path, YYJSON_READ_ALLOW_COMMENTS, NULL, NULL);

    if (doc && yyjson_is_obj(yyjson_doc_get_root(doc)))
        return doc;
    yyjson_doc_free(doc);
    g_set_error(error, EBRU_PLUGIN_ERROR, EBRU_NO_FILE,
                _("The style “%s” cannot be read: there is no %s with an object in it"), name,
                path);
    return NULL;
}

/* The text in the style; to be freed. */
static char *styled(yyjson_doc *style, const char *key, const char *text)
{
    const char *const around =
        style ? yyjson_get_str(yyjson_obj_get(yyjson_doc_get_root(style), key)) : NULL;
    char *const made = ebru_prompt_style(around ? around : "", text ? text : "");
    char *const copy = g_strdup(made ? made : text);

    free(made);
    return copy;
}

/* --- deciding ------------------------------------------------------------- */

/* For each picture; NULL and an error when it cannot be. [count], ends with NULL; of malloc(). */
static char **decide(const char *text, const ebru_request *r, GError **error)
{
    g_autofree char *folder = folder_of("wildcards");
    char **const list = calloc((size_t)r->count + 1, sizeof(*list));
    ebru_error err = { .status = EBRU_NO_MEMORY, .message = "no memory for prompts" };

    for (int i = 0; list && i < r->count; i++) {
        list[i] = ebru_prompt_resolve(text, (r->seed + i) & 0xffffffff, folder, &err);
        if (list[i])
            continue;
        for (int k = 0; k < i; k++)
            free(list[k]);
        free(list);
        g_error_from_ebru(error, &err);
        return NULL;
    }
    return list;
}

/* Keep the texts: in the request where all are the same, else for each picture. */
static gboolean keep(struct order *order, char **list, const char **field, gboolean negative)
{
    gboolean same = TRUE;

    for (int i = 1; i < order->request.count; i++)
        same = same && !strcmp(list[0], list[i]);
    char *const first = g_strdup(list[0]);
    g_ptr_array_add(order->strings, first);
    *field = first;
    if (same) {
        for (char **text = list; *text; text++)
            free(*text);
        free(list);
        return TRUE;
    }
    if (!order->passes)
        order->passes = calloc(1, sizeof(*order->passes));
    if (order->passes)
        *(negative ? &order->passes->negatives : &order->passes->prompts) = list;
    return order->passes != NULL;
}

static gboolean decide_both(struct order *order, yyjson_doc *style, GError **error)
{
    ebru_request *const r = &order->request;
    const char **const fields[] = { &r->prompt, &r->negative };

    for (int i = 0; i < 2; i++) {
        g_autofree char *text = styled(style, i ? "negative" : "prompt", *fields[i]);
        char **const list = decide(text, r, error);
        if (!list)
            return FALSE;
        if (!keep(order, list, fields[i], i == 1)) {
            g_set_error_literal(error, EBRU_PLUGIN_ERROR, EBRU_NO_MEMORY,
                                _("There is not enough memory"));
            return FALSE;
        }
    }
    return TRUE;
}

gboolean words_decide(const struct settings *s, struct order *order, char **typed, GError **error)
{
    const char *const before = order->request.prompt;
    yyjson_doc *const style = *s->style ? read_style(s->style, error) : NULL;

    if (*s->style && !style)
        return FALSE;
    const gboolean ok = decide_both(order, style, error);
    if (ok && strcmp(before, order->request.prompt))
        *typed = g_strdup(before);
    yyjson_doc_free(style);
    return ok;
}

static gboolean holds(GPtrArray *texts, const char *text)
{
    return g_ptr_array_find_with_equal_func(texts, text, g_str_equal, NULL);
}

GPtrArray *words_sent(const struct settings *s)
{
    enum { EXAMPLES = 8 };
    GPtrArray *const texts = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *folder = folder_of("wildcards");
    yyjson_doc *const style = *s->style ? read_style(s->style, NULL) : NULL;
    g_autofree char *text = styled(style, "prompt", s->request.prompt);
    const gboolean known = s->request.seed >= 0;
    const int n = known ? s->request.count : MAX(EXAMPLES, s->request.count);

    for (int i = 0; i < n; i++) {
        const int64_t seed = (known ? s->request.seed : 0) + i;
        char *const sent = ebru_prompt_resolve(text, seed & 0xffffffff, folder, NULL);
        const char *const one = sent ? sent : text;
        if (!holds(texts, one))
            g_ptr_array_add(texts, g_strdup(one));
        free(sent);
    }
    yyjson_doc_free(style);
    return texts;
}

/* --- completion ----------------------------------------------------------- */

static void add_names(GPtrArray *words, char **names, gboolean style)
{
    for (char **name = names; *name; name++) {
        g_autofree char *list = g_strdup_printf("__%s__", *name);
        const struct word word = { .text = style ? *name : list,
                                   .note = style ? _("Style") : _("Word list"),
                                   .count = G_MAXDOUBLE,
                                   .style = style };
        words_array_add(words, *name, &word);
        if (!style)
            words_array_add(words, list, &word);
    }
}

static void add_tags(GPtrArray *words)
{
    g_auto(GStrv) names = names_in("tags", ".csv");
    g_autofree char *folder = folder_of("tags");

    for (char **name = names; *name; name++) {
        g_autofree char *file = g_strconcat(*name, ".csv", NULL);
        g_autofree char *path = g_build_filename(folder, file, NULL);
        g_autofree char *csv = NULL;
        if (g_file_get_contents(path, &csv, NULL, NULL))
            words_array_add_tags(words, csv);
    }
}

GPtrArray *words_known(void)
{
    GPtrArray *const words = words_array_new();
    g_auto(GStrv) lists = names_in("wildcards", ".txt");
    g_auto(GStrv) styles = words_styles();
    g_auto(GStrv) starred = prompt_history_starred();
    g_auto(GStrv) recent = prompt_history_recent();

    add_names(words, lists, FALSE);
    add_names(words, styles, TRUE);
    for (char **text = starred; *text; text++)
        words_array_add_text(words, *text, NULL);
    for (char **text = recent; *text; text++)
        words_array_add_text(words, *text, NULL);
    add_tags(words);
    return words;
}
