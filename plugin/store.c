/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store.h"

#include <libgimp/gimp.h>
#include <stdio.h>
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

void store_add_folder(const char *folder, char **models)
{
    g_autoptr(GKeyFile) file = store_open();

    change_list(file, "added", folder, TRUE);
    for (char **model = models; *model; model++)
        change_list(file, "removed", *model, FALSE);
    store_save(file);
}

void store_remove_model(const char *path)
{
    g_autoptr(GKeyFile) file = store_open();

    change_list(file, "added", path, FALSE);
    change_list(file, "removed", path, TRUE);
    store_save(file);
}

/* --- speed ---------------------------------------------------------------- */

static char *speed_key(const char *model, int threads, int width, int height)
{
    g_autofree char *name = g_strdelimit(g_strdup(model), "=[]#", '-');

    return g_strdup_printf("%s/%d/%dx%d", name, threads, width, height);
}

/* How far a key is from this size, as a ratio of pixels; 0 for another model or other threads. */
static double nearness(const char *key, const char *wanted, int width, int height)
{
    const char *const size = strrchr(key, '/');
    int w, h;

    if (!size || strncmp(key, wanted, (size_t)(size - key) + 1) ||
        sscanf(size, "/%dx%d", &w, &h) != 2 || w <= 0 || h <= 0)
        return 0;
    const double ratio = ((double)w * h) / ((double)width * height);
    return ratio > 1 ? 1 / ratio : ratio;
}

double store_speed(const char *model, int threads, int width, int height)
{
    g_autoptr(GKeyFile) file = store_open();
    g_autofree char *wanted = speed_key(model, threads, width, height);
    g_auto(GStrv) keys = g_key_file_get_keys(file, "speed", NULL, NULL);
    const char *best = NULL;
    double nearest = 0;

    for (char **key = keys; key && *key; key++) {
        const double n = strcmp(*key, wanted) ? nearness(*key, wanted, width, height) : 2;
        if (n > nearest) {
            nearest = n;
            best = *key;
        }
    }
    return best ? g_key_file_get_double(file, "speed", best, NULL) : 0;
}

void store_keep_speed(const char *model, int threads, int width, int height, double flops)
{
    g_autoptr(GKeyFile) file = store_open();
    g_autofree char *key = speed_key(model, threads, width, height);
    const double before = g_key_file_get_double(file, "speed", key, NULL);

    g_key_file_set_double(file, "speed", key, before > 0 ? (before + flops) / 2 : flops);
    store_save(file);
}

/* --- use ------------------------------------------------------------------ */

/* A line is "TIME PATH". */
static const char *path_in(const char *line)
{
    const char *const space = strchr(line, ' ');

    return space ? space + 1 : "";
}

GHashTable *store_used(void)
{
    GHashTable *const used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_auto(GStrv) lines = list_of("used");

    for (char **line = lines; *line; line++) {
        gint64 *const time = g_new(gint64, 1);
        *time = g_ascii_strtoll(*line, NULL, 10);
        g_hash_table_replace(used, g_strdup(path_in(*line)), time);
    }
    return used;
}

void store_keep_used(const char *path)
{
    enum { KEPT = 200 };
    g_autoptr(GKeyFile) file = store_open();
    g_auto(GStrv) old = read_list(file, "used");
    g_autofree char *now =
        g_strdup_printf("%" G_GINT64_FORMAT " %s", g_get_real_time() / G_USEC_PER_SEC, path);
    g_autoptr(GPtrArray) lines = g_ptr_array_new();

    g_ptr_array_add(lines, now);
    for (char **line = old; *line && lines->len < KEPT; line++)
        if (strcmp(path_in(*line), path))
            g_ptr_array_add(lines, *line);
    g_key_file_set_string_list(file, "models", "used", (const char *const *)lines->pdata,
                               lines->len);
    store_save(file);
}

/* --- the window ----------------------------------------------------------- */

static int number_of(const char *group, const char *name, int initial)
{
    g_autoptr(GKeyFile) file = store_open();

    return g_key_file_has_key(file, group, name, NULL)
               ? g_key_file_get_integer(file, group, name, NULL)
               : initial;
}

static void keep_number(const char *group, const char *name, int value)
{
    g_autoptr(GKeyFile) file = store_open();

    g_key_file_set_integer(file, group, name, value);
    store_save(file);
}

int store_window(const char *name, int initial)
{
    return number_of("window", name, initial);
}

void store_keep_window(const char *name, int value)
{
    keep_number("window", name, value);
}

char **store_texts(const char *name)
{
    g_autoptr(GKeyFile) file = store_open();
    char **const texts = g_key_file_get_string_list(file, "texts", name, NULL, NULL);

    return texts ? texts : g_new0(char *, 1);
}

void store_keep_texts(const char *name, const char *const *texts)
{
    g_autoptr(GKeyFile) file = store_open();

    g_key_file_set_string_list(file, "texts", name, texts, g_strv_length((char **)texts));
    store_save(file);
}

/* --- preferences ---------------------------------------------------------- */

int store_preference(const char *name, int initial)
{
    return number_of("preferences", name, initial);
}

void store_keep_preference(const char *name, int value)
{
    keep_number("preferences", name, value);
}

char *store_preferred_file(const char *name)
{
    g_autoptr(GKeyFile) file = store_open();
    char *const path = g_key_file_get_string(file, "preferences", name, NULL);

    return path ? path : g_strdup("");
}

void store_keep_preferred_file(const char *name, const char *path)
{
    g_autoptr(GKeyFile) file = store_open();

    g_key_file_set_string(file, "preferences", name, path);
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
