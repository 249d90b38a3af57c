/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store.h"

#include <libgimp/gimp.h>
#include <string.h>

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

static char **read_list(GKeyFile *file, const char *key)
{
    char **const paths = g_key_file_get_string_list(file, "models", key, NULL, NULL);

    return paths ? paths : g_new0(char *, 1);
}

/* The list with the path, or without it. */
static void change_list(GKeyFile *file, const char *key, const char *path, gboolean with)
{
    g_auto(GStrv) paths = read_list(file, key);
    g_autoptr(GPtrArray) list = g_ptr_array_new();

    for (char **p = paths; *p; p++)
        if (strcmp(*p, path))
            g_ptr_array_add(list, *p);
    if (with)
        g_ptr_array_add(list, (char *)path);
    g_ptr_array_add(list, NULL);
    g_key_file_set_string_list(file, "models", key, (const char *const *)list->pdata,
                               list->len - 1);
}

static char **list_of(const char *key)
{
    g_autoptr(GKeyFile) file = store_open();

    return read_list(file, key);
}

char **store_models(void)
{
    return list_of("added");
}

char **store_removed_models(void)
{
    return list_of("removed");
}

void store_add_model(const char *path)
{
    g_autoptr(GKeyFile) file = store_open();

    change_list(file, "added", path, TRUE);
    change_list(file, "removed", path, FALSE);
    store_save(file);
}

void store_remove_model(const char *path)
{
    g_autoptr(GKeyFile) file = store_open();

    change_list(file, "added", path, FALSE);
    change_list(file, "removed", path, TRUE);
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

static gboolean store_flag(const char *key, gboolean initial)
{
    g_autoptr(GKeyFile) file = store_open();

    return g_key_file_has_key(file, "metadata", key, NULL)
               ? g_key_file_get_boolean(file, "metadata", key, NULL)
               : initial;
}

gboolean store_writes_settings(void)
{
    return store_flag("settings", FALSE);
}

gboolean store_writes_source(void)
{
    return store_flag("source", TRUE);
}

void store_keep_writes(gboolean settings, gboolean source)
{
    g_autoptr(GKeyFile) file = store_open();

    g_key_file_set_boolean(file, "metadata", "settings", settings);
    g_key_file_set_boolean(file, "metadata", "source", source);
    store_save(file);
}
