/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models.h"

#include "catalogue.h"
#include "checkpoints.h"
#include "checksum.h"
#include "download.h"
#include "downloads_catalogue.h"
#include "message.h"
#include "models_convert.h"
#include "models_index.h"
#include "models_places.h"
#include "path_text.h"
#include "store.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

double models_memory(const ebru_model_info *info)
{
    /* a rule of thumb: the autoencoder's activations and scratch, per pixel */
    static const double PER_PIXEL = 2600;

    return (double)info->bytes + PER_PIXEL * info->width * info->height;
}

/* --- as JSON -------------------------------------------------------------- */

static void describe(yyjson_mut_doc *d, yyjson_mut_val *list, struct models_index *index,
                     const struct checkpoint *c)
{
    yyjson_mut_val *const v = yyjson_mut_arr_add_obj(d, list);
    const char *const sha256 = models_index_sha256(index, c->path);
    g_autofree char *path = path_text(c->path), *name = g_utf8_make_valid(c->info.name, -1);

    yyjson_mut_obj_add_strcpy(d, v, "path", path);
    yyjson_mut_obj_add_strcpy(d, v, "name", name);
    yyjson_mut_obj_add_str(d, v, "family", c->info.family);
    yyjson_mut_obj_add_str(d, v, "precision", c->info.precision);
    yyjson_mut_obj_add_int(d, v, "bytes", c->info.bytes);
    yyjson_mut_obj_add_real(d, v, "memory", models_memory(&c->info));
    yyjson_mut_obj_add_int(d, v, "width", c->info.width);
    yyjson_mut_obj_add_int(d, v, "height", c->info.height);
    if (sha256)
        yyjson_mut_obj_add_strcpy(d, v, "sha256", sha256);
}

/* Whether it is this file or folder, or in it. */
static gboolean is_within(const char *path, const char *place)
{
    const size_t n = strlen(place);

    return !strncmp(path, place, n) &&
           (!path[n] || path[n] == G_DIR_SEPARATOR || (n && place[n - 1] == G_DIR_SEPARATOR));
}

static void list_models(yyjson_mut_doc *d, yyjson_mut_val *list, const char *only)
{
    g_autoptr(GPtrArray) models = checkpoints_find_all();
    struct models_index *const index = models_index_open();

    for (guint i = 0; i < models->len; i++) {
        const struct checkpoint *const c = models->pdata[i];
        if (!only || is_within(c->path, only))
            describe(d, list, index, c);
    }
    models_index_close(index);
}

static gboolean add(const char *path, GError **error)
{
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    g_autofree char *real = g_canonicalize_filename(path, NULL);
    g_autofree char *inside = g_build_filename(real, "model_index.json", NULL);

    if (!g_file_test(real, G_FILE_TEST_IS_DIR) || g_file_test(inside, G_FILE_TEST_EXISTS))
        return checkpoints_add(none, real, error) != NULL;
    return checkpoints_add_folder(real, error);
}

static gboolean verify(const char *path, GError **error)
{
    g_autofree char *real = g_canonicalize_filename(path, NULL);
    g_autofree char *sha256 = checksum_of(real, NULL, NULL, NULL, error);

    if (!sha256)
        return FALSE;
    struct models_index *const index = models_index_open();
    models_index_keep_sha256(index, real, sha256);
    models_index_close(index);
    return TRUE;
}

static void list_places(yyjson_mut_doc *d, yyjson_mut_val *list)
{
    g_auto(GStrv) places = models_places();

    for (char **place = places; *place; place++) {
        g_autofree char *path = path_text(*place);
        yyjson_mut_obj_add_strcpy(d, yyjson_mut_arr_add_obj(d, list), "path", path);
    }
}

/* *path becomes that of the copy. */
static gboolean convert(char **path, GError **error)
{
    char *const copy = models_convert(*path, NULL, NULL, error);

    if (!copy)
        return FALSE;
    models_convert_list(copy);
    g_free(*path);
    *path = copy;
    return TRUE;
}

static const struct catalogue_item *find_item(GPtrArray *items, const char *name, GError **error)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < items->len; i++) {
        const struct catalogue_item *const item = items->pdata[i];
        if (!strcmp(item->name, name))
            return item;
        g_string_append_printf(names, names->len ? ", “%s”" : "“%s”", item->name);
    }
    if (items->len)
        g_set_error(error, EBRU_PLUGIN_ERROR, EBRU_BAD_REQUEST,
                    _("The catalogue has no model “%s”; it has %s"), name, names->str);
    else
        g_set_error(error, EBRU_PLUGIN_ERROR, EBRU_BAD_REQUEST,
                    _("The catalogue has no model “%s”; it is empty"), name);
    return NULL;
}

/* *path: the name of an entry, which becomes the path of its file. */
static gboolean download(char **path, gboolean accepts, GError **error)
{
    g_autoptr(GPtrArray) items = downloads_catalogue(error);
    const struct catalogue_item *const item = items ? find_item(items, *path, error) : NULL;
    g_autofree char *folder = checkpoints_own_folder();

    if (!item)
        return FALSE;
    if (!accepts) {
        g_set_error(error, EBRU_PLUGIN_ERROR, EBRU_BAD_REQUEST,
                    _("“%s” is under %s, see %s: who accepts that says so with accept-licence"),
                    item->name, item->licence, item->licence_url);
        return FALSE;
    }
    const struct download what = { item->url, item->file, item->sha256, item->size };
    char *const file = download_file(&what, folder, NULL, NULL, error);
    if (!file)
        return FALSE;
    g_free(*path);
    *path = file;
    return TRUE;
}

/* Of the models in the list alone: a path that was mistyped is to move nothing else. */
static gboolean trash(const char *path, GError **error)
{
    g_autoptr(GPtrArray) models = checkpoints_find_all();
    g_autoptr(GFile) file = g_file_new_for_path(path);

    for (guint i = 0; i < models->len; i++)
        if (!strcmp(((const struct checkpoint *)models->pdata[i])->path, path))
            return g_file_trash(file, NULL, error);
    g_set_error(error, EBRU_PLUGIN_ERROR, EBRU_BAD_REQUEST,
                _("“%s” is not in the list of models, and nothing else goes to the trash"), path);
    return FALSE;
}

static gboolean act(const char *action, char **path, gboolean accepts, GError **error)
{
    if (!strcmp(action, "add"))
        return add(*path, error);
    if (!strcmp(action, "verify"))
        return verify(*path, error);
    if (!strcmp(action, "convert"))
        return convert(path, error);
    if (!strcmp(action, "download"))
        return download(path, accepts, error);
    if (!strcmp(action, "trash"))
        return trash(*path, error);
    if (!strcmp(action, "remove"))
        store_remove_model(*path);
    return TRUE;
}

/* What the path means: a file or folder, as the answers have it, or the name of an entry of the
 * catalogue. */
static char *real_path(const char *action, const char *path)
{
    if (!*path || !strcmp(action, "list") || !strcmp(action, "places"))
        return NULL;
    if (!strcmp(action, "download"))
        return g_strdup(path);
    g_autofree char *meant = path_of_text(path);
    return g_canonicalize_filename(meant, NULL);
}

char *models_do(const char *action, const char *path, gboolean accepts, GError **error)
{
    const gboolean on_one = strcmp(action, "list") && strcmp(action, "places");
    g_autofree char *real = real_path(action, path);

    if (on_one && !real) {
        g_set_error_literal(error, EBRU_PLUGIN_ERROR, EBRU_BAD_REQUEST,
                            _("Say which file or folder is meant: the path is empty"));
        return NULL;
    }
    if (!act(action, &real, accepts, error))
        return NULL;
    yyjson_mut_doc *const d = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *const list = yyjson_mut_arr(d);
    yyjson_mut_doc_set_root(d, list);
    if (!strcmp(action, "places"))
        list_places(d, list);
    else
        list_models(d, list, real);
    char *const text = yyjson_mut_write(d, YYJSON_WRITE_PRETTY, NULL);
    char *const copy = g_strdup(text);
    free(text);
    yyjson_mut_doc_free(d);
    return copy;
}
