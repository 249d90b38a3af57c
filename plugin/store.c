/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store.h"

#include <libgimp/gimp.h>

static char *store_path(void)
{
    return g_build_filename(gimp_directory(), "ebru", "settings.ini", NULL);
}

static GKeyFile *store_open(void)
{
    g_autofree char *path = store_path();
    GKeyFile *const file = g_key_file_new();

    g_key_file_load_from_file(file, path, G_KEY_FILE_KEEP_COMMENTS, NULL);
    return file;
}

static void store_save(GKeyFile *file)
{
    g_autofree char *path = store_path();
    g_autofree char *folder = g_path_get_dirname(path);

    g_mkdir_with_parents(folder, 0700);
    g_key_file_save_to_file(file, path, NULL);
}

char **store_models(void)
{
    g_autoptr(GKeyFile) file = store_open();
    char **const paths = g_key_file_get_string_list(file, "models", "added", NULL, NULL);

    return paths ? paths : g_new0(char *, 1);
}

void store_add_model(const char *path)
{
    g_autoptr(GKeyFile) file = store_open();
    g_auto(GStrv) paths = store_models();
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    if (g_strv_contains((const char *const *)paths, path))
        return;
    g_strv_builder_addv(builder, (const char **)paths);
    g_strv_builder_add(builder, path);
    g_auto(GStrv) more = g_strv_builder_end(builder);
    g_key_file_set_string_list(file, "models", "added", (const char *const *)more,
                               g_strv_length(more));
    store_save(file);
}

static char *speed_key(int threads)
{
    return g_strdup_printf("threads-%d", threads);
}

double store_speed(int threads)
{
    g_autoptr(GKeyFile) file = store_open();
    g_autofree char *key = speed_key(threads);

    return g_key_file_get_double(file, "speed", key, NULL);
}

void store_keep_speed(int threads, double flops)
{
    g_autoptr(GKeyFile) file = store_open();
    g_autofree char *key = speed_key(threads);

    g_key_file_set_double(file, "speed", key, flops);
    store_save(file);
}
