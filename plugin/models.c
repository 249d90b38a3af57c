/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models.h"

#include "checkpoints.h"
#include "checksum.h"
#include "message.h"
#include "models_convert.h"
#include "models_index.h"
#include "models_places.h"
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

    yyjson_mut_obj_add_strcpy(d, v, "path", c->path);
    yyjson_mut_obj_add_strcpy(d, v, "name", c->info.name);
    yyjson_mut_obj_add_str(d, v, "family", c->info.family);
    yyjson_mut_obj_add_str(d, v, "precision", c->info.precision);
    yyjson_mut_obj_add_int(d, v, "bytes", c->info.bytes);
    yyjson_mut_obj_add_real(d, v, "memory", models_memory(&c->info));
    yyjson_mut_obj_add_int(d, v, "width", c->info.width);
    yyjson_mut_obj_add_int(d, v, "height", c->info.height);
    if (sha256)
        yyjson_mut_obj_add_strcpy(d, v, "sha256", sha256);
}

static void list_models(yyjson_mut_doc *d, yyjson_mut_val *list, const char *only)
{
    g_autoptr(GPtrArray) models = checkpoints_find_all();
    struct models_index *const index = models_index_open();

    for (guint i = 0; i < models->len; i++) {
        const struct checkpoint *const c = models->pdata[i];
        if (!only || !strcmp(only, c->path) || g_str_has_prefix(c->path, only))
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
    store_add_model(real);
    return TRUE;
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

    for (char **place = places; *place; place++)
        yyjson_mut_obj_add_strcpy(d, yyjson_mut_arr_add_obj(d, list), "path", *place);
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

char *models_do(const char *action, const char *path, GError **error)
{
    const gboolean on_one = strcmp(action, "list") && strcmp(action, "places");
    g_autofree char *real = on_one && *path ? g_canonicalize_filename(path, NULL) : NULL;

    if (on_one && !real) {
        g_set_error_literal(error, EBRU_PLUGIN_ERROR, EBRU_BAD_REQUEST,
                            _("Say which file or folder is meant: the path is empty"));
        return NULL;
    }
    if ((!strcmp(action, "add") && !add(real, error)) ||
        (!strcmp(action, "verify") && !verify(real, error)) ||
        (!strcmp(action, "convert") && !convert(&real, error)))
        return NULL;
    if (!strcmp(action, "remove"))
        store_remove_model(real);
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
