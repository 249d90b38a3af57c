/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checksum.h"

#include <glib/gstdio.h>
#include <string.h>

enum { DEPTH = 8 }; /* links may lead in a circle */

struct reading {
    GCancellable *cancel;
    void (*progress)(void *user, gint64 done);
    void *user;
    gint64 done;
};

static char *sum_of_file(struct reading *r, const char *path, GError **error)
{
    enum { PIECE = 1 << 20 };
    g_autoptr(GFile) file = g_file_new_for_path(path);
    g_autoptr(GFileInputStream) in = g_file_read(file, r->cancel, error);
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autofree guint8 *piece = g_malloc(PIECE);
    gssize n = -1;

    while (in &&
           (n = g_input_stream_read(G_INPUT_STREAM(in), piece, PIECE, r->cancel, error)) > 0) {
        g_checksum_update(sum, piece, n);
        r->done += n;
        if (r->progress)
            r->progress(r->user, r->done);
    }
    return n == 0 ? g_strdup(g_checksum_get_string(sum)) : NULL;
}

/* Paths of all files below, relative to it. */
static void list_files(const char *root, const char *below, int depth, GPtrArray *list)
{
    g_autofree char *path = g_build_filename(root, below, NULL);
    g_autoptr(GDir) folder = depth ? g_dir_open(path, 0, NULL) : NULL;
    const char *name;

    while (folder && (name = g_dir_read_name(folder))) {
        g_autofree char *child = *below ? g_build_filename(below, name, NULL) : g_strdup(name);
        g_autofree char *whole = g_build_filename(root, child, NULL);
        if (g_file_test(whole, G_FILE_TEST_IS_DIR))
            list_files(root, child, depth - 1, list);
        else if (g_file_test(whole, G_FILE_TEST_IS_REGULAR))
            g_ptr_array_add(list, g_steal_pointer(&child));
    }
}

static int compare_bytes(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *files_of(const char *folder)
{
    GPtrArray *const list = g_ptr_array_new_with_free_func(g_free);

    list_files(folder, "", DEPTH, list);
    g_ptr_array_sort(list, compare_bytes);
    return list;
}

static char *sum_of_folder(struct reading *r, const char *path, GError **error)
{
    g_autoptr(GPtrArray) files = files_of(path);
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

    for (guint i = 0; i < files->len; i++) {
        g_autofree char *file = g_build_filename(path, files->pdata[i], NULL);
        g_autofree char *one = sum_of_file(r, file, error);
        if (!one)
            return NULL;
        g_autofree char *line = g_strdup_printf("%s  %s\n", one, (char *)files->pdata[i]);
        g_checksum_update(sum, (const guchar *)line, -1);
    }
    return g_strdup(g_checksum_get_string(sum));
}

char *checksum_of(const char *path, GCancellable *cancel, void (*progress)(void *user, gint64 done),
                  void *user, GError **error)
{
    struct reading r = { cancel, progress, user, 0 };

    return g_file_test(path, G_FILE_TEST_IS_DIR) ? sum_of_folder(&r, path, error)
                                                 : sum_of_file(&r, path, error);
}

gint64 checksum_size(const char *path)
{
    GStatBuf st;
    gint64 size = 0;

    if (!g_file_test(path, G_FILE_TEST_IS_DIR))
        return g_stat(path, &st) ? 0 : st.st_size;
    g_autoptr(GPtrArray) files = files_of(path);
    for (guint i = 0; i < files->len; i++) {
        g_autofree char *file = g_build_filename(path, files->pdata[i], NULL);
        size += g_stat(file, &st) ? 0 : st.st_size;
    }
    return size;
}
