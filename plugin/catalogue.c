/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalogue.h"

#include "message.h"

#include <glib/gi18n.h>
#include <string.h>
#include <yyjson.h>

enum { VERSION = 1, DIGITS = 64 };

static void item_free(gpointer data)
{
    struct catalogue_item *const item = data;

    g_free(item->name);
    g_free(item->family);
    g_free(item->note);
    g_free(item->file);
    g_free(item->url);
    g_free(item->sha256);
    g_free(item->licence);
    g_free(item->licence_url);
    g_free(item);
}

/* --- what an entry must be ------------------------------------------------ */

/* https, or http from this computer itself. */
static gboolean is_address(const char *text)
{
    return g_str_has_prefix(text, "https://") || g_str_has_prefix(text, "http://127.0.0.1:") ||
           g_str_has_prefix(text, "http://localhost:");
}

static gboolean is_text(const char *text)
{
    return *text != 0;
}

static gboolean is_file_name(const char *text)
{
    return g_str_has_suffix(text, ".safetensors") && text[0] != '.' &&
           !strpbrk(text, "/\\:*?\"<>|\n");
}

static gboolean is_sum(const char *text)
{
    return strlen(text) == DIGITS && strspn(text, "0123456789abcdef") == DIGITS;
}

static gboolean is_anything(const char *text)
{
    (void)text;
    return TRUE;
}

static const struct field {
    const char *name;
    size_t offset;
    gboolean (*fits)(const char *text);
    const char *expected;
} fields[] = {
    { "name", offsetof(struct catalogue_item, name), is_text, N_("a text") },
    { "family", offsetof(struct catalogue_item, family), is_anything, N_("a text") },
    { "note", offsetof(struct catalogue_item, note), is_anything, N_("a text") },
    { "file", offsetof(struct catalogue_item, file), is_file_name,
      N_("a name that ends in .safetensors") },
    { "url", offsetof(struct catalogue_item, url), is_address, "https://…" },
    { "sha256", offsetof(struct catalogue_item, sha256), is_sum, N_("64 digits from 0 to f") },
    { "licence", offsetof(struct catalogue_item, licence), is_text, N_("a text") },
    { "licence-url", offsetof(struct catalogue_item, licence_url), is_address, "https://…" },
};

/* --- reading -------------------------------------------------------------- */

static gboolean refuse(GError **error, const char *path, size_t i, const char *field,
                       const char *expected)
{
    g_autofree char *file = g_path_get_basename(path);

    g_set_error(error, EBRU_PLUGIN_ERROR, EBRU_BAD_FILE,
                _("%s: model %d of the catalogue: “%s” must be %s"), file, (int)i + 1, field,
                _(expected));
    return FALSE;
}

static gboolean read_item(yyjson_val *v, struct catalogue_item *item, const char *path, size_t at,
                          GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        const char *const text = yyjson_get_str(yyjson_obj_get(v, fields[i].name));
        char **const place = (char **)((char *)item + fields[i].offset);
        *place = g_strdup(text ? text : "");
        if (!fields[i].fits(*place))
            return refuse(error, path, at, fields[i].name, fields[i].expected);
    }
    item->size = yyjson_get_sint(yyjson_obj_get(v, "size"));
    return item->size > 0 || refuse(error, path, at, "size", N_("a number of bytes"));
}

static GPtrArray *read_items(yyjson_val *root, const char *path, GError **error)
{
    g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(item_free);
    yyjson_val *const list = yyjson_obj_get(root, "models");
    yyjson_val *v;
    size_t i, n;

    if (yyjson_get_sint(yyjson_obj_get(root, "catalogue")) != VERSION || !yyjson_is_arr(list)) {
        g_set_error(error, EBRU_PLUGIN_ERROR, EBRU_BAD_FILE,
                    _("%s: a catalogue begins with {\"catalogue\": 1, \"models\": […]}"), path);
        return NULL;
    }
    yyjson_arr_foreach(list, i, n, v)
    {
        struct catalogue_item *const item = g_new0(struct catalogue_item, 1);
        g_ptr_array_add(items, item);
        if (!read_item(v, item, path, i, error))
            return NULL;
    }
    return g_steal_pointer(&items);
}

GPtrArray *catalogue_read(const char *path, GError **error)
{
    yyjson_read_err problem = { 0 };
    yyjson_doc *const doc = yyjson_read_file(path, 0, NULL, &problem);

    if (!doc) {
        g_set_error(error, EBRU_PLUGIN_ERROR, EBRU_BAD_FILE, _("%s: byte %llu: %s"), path,
                    (unsigned long long)problem.pos, problem.msg);
        return NULL;
    }
    GPtrArray *const items = read_items(yyjson_doc_get_root(doc), path, error);
    yyjson_doc_free(doc);
    return items;
}

const struct catalogue_item *catalogue_find(GPtrArray *items, const char *sha256, const char *file,
                                            gint64 size)
{
    for (guint i = 0; items && i < items->len; i++) {
        const struct catalogue_item *const item = items->pdata[i];
        if (sha256 ? !strcmp(item->sha256, sha256)
                   : !strcmp(item->file, file) && item->size == size)
            return item;
    }
    return NULL;
}
