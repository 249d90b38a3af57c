/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models_index.h"

#include "licence.h"

#include <glib/gstdio.h>
#include <libgimp/gimp.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

enum { VERSION = 2 };

struct entry {
    gint64 size, changed; /* bytes, seconds */
    ebru_model_info info;
    ebru_error error; /* status 0: it is a model */
    char *sha256;
    char *licence; /* NULL: the file does not say */
};

struct models_index {
    GHashTable *entries; /* path -> struct entry */
    gboolean learned;
};

static void entry_free(gpointer data)
{
    struct entry *const e = data;

    g_free(e->sha256);
    g_free(e->licence);
    g_free(e);
}

static char *index_path(void)
{
    return g_build_filename(gimp_directory(), "ebru", "models.json", NULL);
}

/* --- files ---------------------------------------------------------------- */

/* A folder is what its list of parts and the folders of these are. */
static gboolean stamp(const char *path, gint64 *size, gint64 *changed)
{
    static const char *const parts[] = { "model_index.json", "unet", "vae", "text_encoder" };
    GStatBuf st;

    if (g_stat(path, &st))
        return FALSE;
    *size = S_ISDIR(st.st_mode) ? 0 : st.st_size;
    *changed = st.st_mtime;
    for (size_t i = 0; S_ISDIR(st.st_mode) && i < G_N_ELEMENTS(parts); i++) {
        g_autofree char *part = g_build_filename(path, parts[i], NULL);
        GStatBuf p;
        if (g_stat(part, &p))
            continue;
        *size += p.st_size;
        *changed = MAX(*changed, p.st_mtime);
    }
    return TRUE;
}

/* --- reading -------------------------------------------------------------- */

static const char *constant(yyjson_val *v, const char *name)
{
    const char *const text = yyjson_get_str(yyjson_obj_get(v, name));

    return g_intern_string(text ? text : "");
}

static gint64 number(yyjson_val *v, const char *name)
{
    return yyjson_get_sint(yyjson_obj_get(v, name));
}

static void read_error(yyjson_val *v, const char *message, ebru_error *error)
{
    const char *const file = yyjson_get_str(yyjson_obj_get(v, "file"));
    const char *const kind = yyjson_get_str(yyjson_obj_get(v, "kind"));

    *error = (ebru_error){ .status = (ebru_status)number(v, "status"),
                           .reason = (ebru_reason)number(v, "reason"),
                           .kind = kind ? g_intern_string(kind) : NULL,
                           .wanted = number(v, "wanted"),
                           .found = number(v, "found") };
    g_strlcpy(error->message, message, sizeof(error->message));
    g_strlcpy(error->file, file ? file : "", sizeof(error->file));
}

static struct entry *read_entry(yyjson_val *v)
{
    struct entry *const e = g_new0(struct entry, 1);
    const char *const error = yyjson_get_str(yyjson_obj_get(v, "error"));

    e->size = number(v, "size");
    e->changed = number(v, "changed");
    e->sha256 = g_strdup(yyjson_get_str(yyjson_obj_get(v, "sha256")));
    e->licence = g_strdup(yyjson_get_str(yyjson_obj_get(v, "licence")));
    if (error) {
        read_error(v, error, &e->error);
        return e;
    }
    e->info = (ebru_model_info){ .family = constant(v, "family"),
                                 .format = constant(v, "format"),
                                 .precision = constant(v, "precision"),
                                 .prediction = constant(v, "prediction"),
                                 .tasks = (unsigned)number(v, "tasks"),
                                 .parts = (unsigned)number(v, "parts"),
                                 .parameters = number(v, "parameters"),
                                 .bytes = number(v, "bytes"),
                                 .width = (int)number(v, "width"),
                                 .height = (int)number(v, "height"),
                                 .multiple = (int)number(v, "multiple"),
                                 .guidance = yyjson_get_num(yyjson_obj_get(v, "guidance")) };
    const char *const name = yyjson_get_str(yyjson_obj_get(v, "name"));
    g_strlcpy(e->info.name, name ? name : "", sizeof(e->info.name));
    return e;
}

struct models_index *models_index_open(void)
{
    struct models_index *const index = g_new0(struct models_index, 1);
    g_autofree char *path = index_path();
    yyjson_doc *const doc = yyjson_read_file(path, YYJSON_READ_ALLOW_INVALID_UNICODE, NULL, NULL);
    yyjson_val *const root = doc ? yyjson_doc_get_root(doc) : NULL;
    yyjson_val *key, *value;
    size_t i, n;

    index->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, entry_free);
    /* another version of Ebru may see something else in a file */
    if (number(root, "index") == VERSION &&
        !g_strcmp0(yyjson_get_str(yyjson_obj_get(root, "version")), ebru_version()))
        yyjson_obj_foreach(yyjson_obj_get(root, "files"), i, n, key, value)
        {
            g_hash_table_insert(index->entries, g_strdup(yyjson_get_str(key)), read_entry(value));
        }
    yyjson_doc_free(doc);
    return index;
}

/* --- writing -------------------------------------------------------------- */

static void add_info(yyjson_mut_doc *d, yyjson_mut_val *v, const ebru_model_info *info)
{
    yyjson_mut_obj_add_strcpy(d, v, "name", info->name);
    yyjson_mut_obj_add_str(d, v, "family", info->family);
    yyjson_mut_obj_add_str(d, v, "format", info->format);
    yyjson_mut_obj_add_str(d, v, "precision", info->precision);
    yyjson_mut_obj_add_str(d, v, "prediction", info->prediction);
    yyjson_mut_obj_add_int(d, v, "tasks", info->tasks);
    yyjson_mut_obj_add_int(d, v, "parts", info->parts);
    yyjson_mut_obj_add_int(d, v, "parameters", info->parameters);
    yyjson_mut_obj_add_int(d, v, "bytes", info->bytes);
    yyjson_mut_obj_add_int(d, v, "width", info->width);
    yyjson_mut_obj_add_int(d, v, "height", info->height);
    yyjson_mut_obj_add_int(d, v, "multiple", info->multiple);
    yyjson_mut_obj_add_real(d, v, "guidance", info->guidance);
}

static void add_error(yyjson_mut_doc *d, yyjson_mut_val *v, const ebru_error *error)
{
    yyjson_mut_obj_add_int(d, v, "status", error->status);
    yyjson_mut_obj_add_str(d, v, "error", error->message);
    if (error->reason == EBRU_NO_REASON)
        return;
    yyjson_mut_obj_add_int(d, v, "reason", error->reason);
    yyjson_mut_obj_add_str(d, v, "file", error->file);
    if (error->kind)
        yyjson_mut_obj_add_str(d, v, "kind", error->kind);
    yyjson_mut_obj_add_int(d, v, "wanted", error->wanted);
    yyjson_mut_obj_add_int(d, v, "found", error->found);
}

static yyjson_mut_val *write_entry(yyjson_mut_doc *d, const struct entry *e)
{
    yyjson_mut_val *const v = yyjson_mut_obj(d);

    yyjson_mut_obj_add_int(d, v, "size", e->size);
    yyjson_mut_obj_add_int(d, v, "changed", e->changed);
    if (e->sha256)
        yyjson_mut_obj_add_str(d, v, "sha256", e->sha256);
    if (e->licence)
        yyjson_mut_obj_add_str(d, v, "licence", e->licence);
    if (e->error.status) {
        add_error(d, v, &e->error);
    } else {
        add_info(d, v, &e->info);
    }
    return v;
}

/* What another process, or a thread of ours, has learned since we read the file. */
static void take_over(struct models_index *index)
{
    struct models_index *const other = models_index_open();
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_iter_init(&iter, other->entries);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        struct entry *const theirs = value, *const ours = g_hash_table_lookup(index->entries, key);
        const gboolean same =
            ours && ours->size == theirs->size && ours->changed == theirs->changed;
        if (same && !ours->sha256)
            ours->sha256 = g_steal_pointer(&theirs->sha256);
        if (ours)
            continue;
        g_hash_table_iter_steal(&iter);
        g_hash_table_insert(index->entries, key, value);
    }
    models_index_close(other);
}

static void save(struct models_index *index)
{
    yyjson_mut_doc *const d = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *const root = yyjson_mut_obj(d), *const files = yyjson_mut_obj(d);
    g_autofree char *path = index_path();
    g_autofree char *folder = g_path_get_dirname(path);
    GHashTableIter iter;
    gpointer key, value;
    size_t size;

    yyjson_mut_doc_set_root(d, root);
    yyjson_mut_obj_add_int(d, root, "index", VERSION);
    yyjson_mut_obj_add_str(d, root, "version", ebru_version());
    yyjson_mut_obj_add_val(d, root, "files", files);
    g_hash_table_iter_init(&iter, index->entries);
    while (g_hash_table_iter_next(&iter, &key, &value))
        yyjson_mut_obj_add(files, yyjson_mut_str(d, key), write_entry(d, value));
    /* a path is bytes: one that is not UTF-8 must not cost what is known of all others */
    char *const text =
        yyjson_mut_write(d, YYJSON_WRITE_PRETTY | YYJSON_WRITE_ALLOW_INVALID_UNICODE, &size);
    g_mkdir_with_parents(folder, 0700);
    if (text)
        g_file_set_contents(path, text, (gssize)size, NULL);
    free(text);
    yyjson_mut_doc_free(d);
}

void models_index_close(struct models_index *index)
{
    if (index->learned) {
        take_over(index);
        save(index);
    }
    g_hash_table_unref(index->entries);
    g_free(index);
}

/* --- asking --------------------------------------------------------------- */

/* The entry of a file that has not changed; NULL: none. */
static struct entry *find(struct models_index *index, const char *path)
{
    struct entry *const e = g_hash_table_lookup(index->entries, path);
    gint64 size, changed;

    return e && stamp(path, &size, &changed) && size == e->size && changed == e->changed ? e : NULL;
}

gboolean models_index_knows(struct models_index *index, const char *path)
{
    return find(index, path) != NULL;
}

static struct entry *look(struct models_index *index, const char *path)
{
    struct entry *const e = g_new0(struct entry, 1);
    /* before the look: what changes meanwhile is looked at again */
    const gboolean is_there = stamp(path, &e->size, &e->changed);

    if (!ebru_model_probe(path, &e->info, &e->error) && !e->error.status)
        e->error.status = EBRU_BAD_FILE;
    if (!e->error.status)
        e->licence = licence_of(path);
    g_hash_table_insert(index->entries, g_strdup(path), e);
    index->learned = index->learned || is_there;
    return e;
}

bool models_index_probe(struct models_index *index, const char *path, ebru_model_info *info,
                        gboolean *known, ebru_error *err)
{
    struct entry *e = find(index, path);

    if (known)
        *known = e != NULL;
    /* no memory or no permission may be otherwise by now */
    if (!e || e->error.status == EBRU_NO_MEMORY || e->error.status == EBRU_NO_FILE)
        e = look(index, path);
    if (e->error.status == EBRU_OK)
        *info = e->info;
    else if (err)
        *err = e->error;
    return e->error.status == EBRU_OK;
}

const char *models_index_sha256(struct models_index *index, const char *path)
{
    const struct entry *const e = find(index, path);

    return e ? e->sha256 : NULL;
}

const char *models_index_licence(struct models_index *index, const char *path)
{
    const struct entry *const e = find(index, path);

    return e ? e->licence : NULL;
}

void models_index_keep_sha256(struct models_index *index, const char *path, const char *sha256)
{
    const gboolean seen = g_hash_table_contains(index->entries, path);
    struct entry *const e = seen ? find(index, path) : look(index, path);

    if (!e) /* it was replaced meanwhile, and the sum is not that of what is there now */
        return;
    g_free(e->sha256);
    e->sha256 = g_strdup(sha256);
    index->learned = TRUE;
}
