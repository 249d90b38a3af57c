/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkpoints.h"

#include "message.h"
#include "store.h"

#include <glib/gi18n.h>
#include <string.h>

enum { DEPTH = 3 }; /* folders below a root */

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

static const struct checkpoint *add(GPtrArray *list, const char *path, ebru_error *err)
{
    g_autofree char *real = g_canonicalize_filename(path, NULL);
    ebru_model_info info;

    for (guint i = 0; i < list->len; i++)
        if (!strcmp(((const struct checkpoint *)list->pdata[i])->path, real))
            return list->pdata[i];
    if (!ebru_model_probe(real, &info, err))
        return NULL;
    if (!(info.tasks & EBRU_TEXT_TO_IMAGE)) {
        *err = (ebru_error){ .status = EBRU_BAD_MODEL };
        g_snprintf(err->message, sizeof(err->message), "%s: makes no pictures from text", real);
        return NULL;
    }
    struct checkpoint *const c = g_new0(struct checkpoint, 1);
    c->path = g_strdup(real);
    c->info = info;
    g_ptr_array_add(list, c);
    return c;
}

static bool is_model_folder(const char *path)
{
    g_autofree char *index = g_build_filename(path, "model_index.json", NULL);

    return g_file_test(index, G_FILE_TEST_IS_REGULAR);
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return g_utf8_collate(*(char *const *)a, *(char *const *)b);
}

static void scan(GPtrArray *list, const char *path, int depth)
{
    ebru_error err;
    const char *name;
    g_autoptr(GDir) folder = NULL;
    g_autoptr(GPtrArray) names = NULL;

    if (is_model_folder(path) || g_str_has_suffix(path, ".safetensors")) {
        add(list, path, &err);
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
            scan(list, names->pdata[i], depth - 1);
}

static void scan_models_below(GPtrArray *list, const char *data)
{
    g_autofree char *root = g_build_filename(data, "ebru", "models", NULL);

    scan(list, root, DEPTH);
}

GPtrArray *checkpoints_find(void)
{
    GPtrArray *const list = g_ptr_array_new_with_free_func(checkpoint_free);
    const char *const variable = g_getenv("EBRU_MODEL_PATH");
    g_auto(GStrv) roots = g_strsplit(variable ? variable : "", G_SEARCHPATH_SEPARATOR_S, -1);
    g_auto(GStrv) added = store_models();
    g_autofree char *home = g_build_filename(g_get_home_dir(), ".local", "share", NULL);

    for (char **root = roots; *root; root++)
        if (**root)
            scan(list, *root, DEPTH);
    for (char **path = added; *path; path++)
        scan(list, *path, 0);
    scan_models_below(list, g_get_user_data_dir());
    scan_models_below(list, home);
    scan_models_below(list, "/usr/share");
    scan_models_below(list, DATADIR);
    return list;
}

const struct checkpoint *checkpoints_choose(GPtrArray *list, const char *model, GError **error)
{
    const struct checkpoint *c;
    ebru_error err = { 0 };

    if (!model || !*model) {
        if (list->len)
            return list->pdata[0];
        g_set_error_literal(error, EBRU_PLUGIN_ERROR, EBRU_NO_FILE,
                            _("No model is installed yet. Generating needs a Stable Diffusion "
                              "file (about 2 to 7 GB)."));
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
