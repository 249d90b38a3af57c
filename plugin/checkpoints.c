/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkpoints.h"

#include "message.h"
#include "models_index.h"
#include "store.h"

#include <glib/gi18n.h>
#include <string.h>

enum {
    DEPTH = 3,      /* folders below a root */
    ADDED_DEPTH = 5 /* below one that was added: other programs' are deeper */
};

static void checkpoint_free(gpointer data)
{
    struct checkpoint *const c = data;

    g_free(c->path);
    g_free(c);
}

static const struct checkpoint *find(GPtrArray *list, const char *model)
{
    for (guint i = 0; i < list->len; i++) {
        const struct checkpoint *const c = list->pdata[i];
        if (!strcmp(c->path, model) || !strcmp(c->info.name, model))
            return c;
    }
    return NULL;
}

/* A look at all roots. */
struct scan {
    GPtrArray *list;
    GHashTable *paths; /* those in the list */
    struct models_index *index;
    gint64 deadline; /* us; after it no file is opened that is not in the index; 0: none */
    gboolean complete;
};

static bool makes_pictures(const char *path, const ebru_model_info *info, ebru_error *err)
{
    if (info->tasks & EBRU_TEXT_TO_IMAGE)
        return true;
    *err = (ebru_error){ .status = EBRU_BAD_MODEL, .reason = EBRU_OTHER_KIND };
    g_strlcpy(err->file, path, sizeof(err->file));
    g_snprintf(err->message, sizeof(err->message), "%s: makes no pictures from text", path);
    return false;
}

static struct checkpoint *append(GPtrArray *list, const char *path, const ebru_model_info *info)
{
    struct checkpoint *const c = g_new0(struct checkpoint, 1);

    c->path = g_strdup(path);
    c->starter = g_str_has_suffix(path, "/ebru/models/starter");
    c->info = *info;
    g_ptr_array_add(list, c);
    return c;
}

/* One that was asked for by its path. */
static const struct checkpoint *add(GPtrArray *list, const char *path, ebru_error *err)
{
    g_autofree char *real = g_canonicalize_filename(path, NULL);
    struct models_index *const index = models_index_open();
    ebru_model_info info;

    for (guint i = 0; i < list->len; i++)
        if (!strcmp(((const struct checkpoint *)list->pdata[i])->path, real)) {
            models_index_close(index);
            return list->pdata[i];
        }
    const bool ok = models_index_probe(index, real, &info, NULL, err);
    models_index_close(index);
    return ok && makes_pictures(real, &info, err) ? append(list, real, &info) : NULL;
}

static void scan_file(struct scan *s, const char *path)
{
    g_autofree char *real = g_canonicalize_filename(path, NULL);
    ebru_model_info info;
    ebru_error err;

    if (g_hash_table_contains(s->paths, real))
        return;
    if (s->deadline && g_get_monotonic_time() > s->deadline &&
        !models_index_knows(s->index, real)) {
        s->complete = FALSE;
        return;
    }
    if (!models_index_probe(s->index, real, &info, NULL, &err) ||
        !makes_pictures(real, &info, &err))
        return;
    const struct checkpoint *const c = append(s->list, real, &info);
    g_hash_table_add(s->paths, c->path);
}

static bool is_model_folder(const char *path)
{
    g_autofree char *index = g_build_filename(path, "model_index.json", NULL);

    return g_file_test(index, G_FILE_TEST_IS_REGULAR);
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b); /* names may be no UTF-8 */
}

/* Links may lead in a circle, so `depth` is the only end. */
static void scan(struct scan *s, const char *path, int depth)
{
    const char *name;
    g_autoptr(GDir) folder = NULL;
    g_autoptr(GPtrArray) names = NULL;

    if (g_str_has_suffix(path, ".safetensors") || is_model_folder(path)) {
        scan_file(s, path);
        return;
    }
    if (depth == 0 || !(folder = g_dir_open(path, 0, NULL)))
        return;
    names = g_ptr_array_new_with_free_func(g_free);
    while ((name = g_dir_read_name(folder)))
        if (name[0] != '.')
            g_ptr_array_add(names, g_build_filename(path, name, NULL));
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++)
        if (g_str_has_suffix(names->pdata[i], ".safetensors") ||
            g_file_test(names->pdata[i], G_FILE_TEST_IS_DIR))
            scan(s, names->pdata[i], depth - 1);
}

static char *models_below(const char *data)
{
    return g_build_filename(data, "ebru", "models", NULL);
}

char *checkpoints_own_folder(void)
{
    return models_below(g_get_user_data_dir());
}

static void scan_models_below(struct scan *s, const char *data)
{
    g_autofree char *root = models_below(data);

    scan(s, root, DEPTH);
}

static void scan_roots(struct scan *s)
{
    const char *const variable = g_getenv("EBRU_MODEL_PATH");
    g_auto(GStrv) roots = g_strsplit(variable ? variable : "", G_SEARCHPATH_SEPARATOR_S, -1);
    g_auto(GStrv) added = store_models();
    g_autofree char *home = g_build_filename(g_get_home_dir(), ".local", "share", NULL);

    for (char **root = roots; *root; root++)
        if (**root)
            scan(s, *root, DEPTH);
    for (char **path = added; *path; path++)
        scan(s, *path, ADDED_DEPTH);
    scan_models_below(s, g_get_user_data_dir());
    scan_models_below(s, home);
    scan_models_below(s, "/usr/share");
    scan_models_below(s, DATADIR);
}

static void leave_out(GPtrArray *list, char **paths)
{
    for (guint i = list->len; i > 0; i--)
        if (g_strv_contains((const char *const *)paths,
                            ((const struct checkpoint *)list->pdata[i - 1])->path))
            g_ptr_array_remove_index(list, i - 1);
}

/* The first of the list is the default, so whatever the user has comes before the starter. */
static void move_starter_last(GPtrArray *list)
{
    for (guint i = list->len; i-- > 0;)
        if (((const struct checkpoint *)list->pdata[i])->starter)
            g_ptr_array_add(list, g_ptr_array_steal_index(list, i));
}

static GPtrArray *find_all(gint64 budget, gboolean *complete)
{
    GPtrArray *const list = g_ptr_array_new_with_free_func(checkpoint_free);
    g_auto(GStrv) removed = store_removed_models();
    struct scan s = { list, g_hash_table_new(g_str_hash, g_str_equal), models_index_open(),
                      budget ? g_get_monotonic_time() + budget : 0, TRUE };

    scan_roots(&s);
    models_index_close(s.index);
    g_hash_table_unref(s.paths);
    leave_out(list, removed);
    move_starter_last(list);
    if (complete)
        *complete = s.complete;
    return list;
}

GPtrArray *checkpoints_find_all(void)
{
    return find_all(0, NULL);
}

GPtrArray *checkpoints_find_soon(gboolean *complete)
{
    enum { BUDGET = 100000 }; /* us */

    return find_all(BUDGET, complete);
}

GPtrArray *checkpoints_find(void)
{
    return checkpoints_find_soon(NULL);
}

const struct checkpoint *checkpoints_choose(GPtrArray *list, const char *model, GError **error)
{
    const struct checkpoint *c;
    ebru_error err = { 0 };

    if (!model || !*model) {
        if (list->len)
            return list->pdata[0];
        g_autofree char *text = message_fill(MESSAGE_NO_MODEL, NULL);
        g_set_error_literal(error, EBRU_PLUGIN_ERROR, MESSAGE_CODE + (int)MESSAGE_NO_MODEL, text);
        return NULL;
    }
    if ((c = find(list, model)))
        return c;
    if (!strchr(model, G_DIR_SEPARATOR) && !g_file_test(model, G_FILE_TEST_EXISTS)) {
        g_set_error(error, EBRU_PLUGIN_ERROR, EBRU_NO_FILE,
                    _("There is no model “%s” among the %u models found"), model, list->len);
        return NULL;
    }
    if (!(c = add(list, model, &err)))
        g_error_from_ebru(error, &err);
    return c;
}

int checkpoints_called(GPtrArray *list, const char *name)
{
    int n = 0;

    for (guint i = 0; i < list->len; i++)
        n += !strcmp(((const struct checkpoint *)list->pdata[i])->info.name, name);
    return n;
}

const struct checkpoint *checkpoints_by_sum(GPtrArray *list, const char *name, const char *sum)
{
    const struct checkpoint *found = NULL;

    if (!*sum || checkpoints_called(list, name) < 2)
        return NULL;
    struct models_index *const index = models_index_open();
    for (guint i = 0; i < list->len && !found; i++) {
        const struct checkpoint *const c = list->pdata[i];
        const char *const its = models_index_sha256(index, c->path);
        if (its && !strcmp(c->info.name, name) && g_str_has_prefix(its, sum))
            found = c;
    }
    models_index_close(index);
    return found;
}

const struct checkpoint *checkpoints_add(GPtrArray *list, const char *path, GError **error)
{
    ebru_error err = { 0 };
    const struct checkpoint *const c = add(list, path, &err);

    if (c)
        store_add_model(c->path);
    else
        g_error_from_ebru(error, &err);
    return c;
}

static char **paths_of(GPtrArray *list)
{
    char **const paths = g_new0(char *, list->len + 1);

    for (guint i = 0; i < list->len; i++)
        paths[i] = g_strdup(((const struct checkpoint *)list->pdata[i])->path);
    return paths;
}

gboolean checkpoints_add_folder(const char *path, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(checkpoint_free);
    struct scan s = { list, g_hash_table_new(g_str_hash, g_str_equal), models_index_open(), 0,
                      TRUE };

    scan(&s, path, ADDED_DEPTH);
    models_index_close(s.index);
    g_hash_table_unref(s.paths);
    if (!list->len) {
        g_autofree char *shown = g_filename_display_name(path);
        g_autofree char *text = message_fill(MESSAGE_EMPTY_FOLDER, "dir", shown, NULL);
        g_set_error_literal(error, EBRU_PLUGIN_ERROR, MESSAGE_CODE + (int)MESSAGE_EMPTY_FOLDER,
                            text);
        return FALSE;
    }
    g_auto(GStrv) models = paths_of(list);
    store_add_folder(path, models);
    return TRUE;
}
