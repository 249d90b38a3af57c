/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store.h"

#include "path_text.h"

#include <libgimp/gimp.h>
#include <stdio.h>
#include <string.h>

static char *store_path(void)
{
    return g_build_filename(gimp_directory(), "ebru", "settings.ini", NULL);
}

typedef struct {
    GKeyFile *file;
    /* The file is there, but what it says is neither known nor kept elsewhere: it is not written
     * over. */
    gboolean is_lost;
} Store;

static void store_close(Store *store)
{
    g_key_file_unref(store->file);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Store, store_close)

static gboolean is_good_line(const char *line)
{
    g_autoptr(GKeyFile) alone = g_key_file_new();
    g_autofree char *text = g_strconcat("[group]\n", line, "\n", NULL);

    return g_key_file_load_from_data(alone, text, (gsize)-1, G_KEY_FILE_NONE, NULL);
}

/* People mend the file by hand. A line that is none must not cost what stands below it, and the
 * next change writes without it, so the whole is kept beside it. */
static gboolean load_good_lines(GKeyFile *file, const char *path)
{
    g_autofree char *text = NULL, *bad = g_strconcat(path, ".bad", NULL);
    g_autoptr(GString) good = g_string_new(NULL);
    gsize size;

    if (!g_file_get_contents(path, &text, &size, NULL) ||
        !g_file_set_contents(bad, text, (gssize)size, NULL))
        return FALSE;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++)
        if ((good->len || *g_strstrip(*line) == '[') && is_good_line(*line))
            g_string_append_printf(good, "%s\n", *line);
    if (!g_key_file_load_from_data(file, good->str, good->len, G_KEY_FILE_KEEP_COMMENTS, NULL))
        return FALSE;
    g_printerr("ebru: %s has lines that are neither NAME=VALUE nor [GROUP]; they are left out, and "
               "the file as it was is %s\n",
               path, bad);
    return TRUE;
}

static Store store_open(void)
{
    g_autofree char *path = store_path();
    g_autoptr(GError) error = NULL;
    Store store = { .file = g_key_file_new() };

    if (g_key_file_load_from_file(store.file, path, G_KEY_FILE_KEEP_COMMENTS, &error) ||
        g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return store;
    g_key_file_unref(store.file);
    store.file = g_key_file_new();
    store.is_lost = error->domain != G_KEY_FILE_ERROR || !load_good_lines(store.file, path);
    /* at once, so that this is said and kept once */
    if (!store.is_lost)
        g_key_file_save_to_file(store.file, path, NULL);
    return store;
}

static void store_save(const Store *store)
{
    g_autofree char *path = store_path();
    g_autofree char *folder = g_path_get_dirname(path);

    if (store->is_lost)
        return;
    g_mkdir_with_parents(folder, 0700);
    g_key_file_save_to_file(store->file, path, NULL);
}

/* As it is kept. One text that is not UTF-8, of an earlier version or by hand, would make the whole
 * list unreadable. */
static char **read_list(GKeyFile *file, const char *key)
{
    g_autofree char *raw = g_key_file_get_value(file, "models", key, NULL);

    if (raw && !g_utf8_validate(raw, -1, NULL)) {
        g_autofree char *valid = g_utf8_make_valid(raw, -1);
        g_key_file_set_value(file, "models", key, valid);
    }
    char **const list = g_key_file_get_string_list(file, "models", key, NULL, NULL);
    return list ? list : g_new0(char *, 1);
}

/* The list with the path, or without it. */
static void change_list(GKeyFile *file, const char *key, const char *path, gboolean with)
{
    g_auto(GStrv) paths = read_list(file, key);
    g_autofree char *kept = path_text(path);
    g_autoptr(GPtrArray) list = g_ptr_array_new();

    for (char **p = paths; *p; p++)
        if (strcmp(*p, kept))
            g_ptr_array_add(list, *p);
    if (with)
        g_ptr_array_add(list, kept);
    g_ptr_array_add(list, NULL);
    g_key_file_set_string_list(file, "models", key, (const char *const *)list->pdata,
                               list->len - 1);
}

static char **list_of(const char *key)
{
    g_auto(Store) store = store_open();

    return read_list(store.file, key);
}

static char **paths_of(const char *key)
{
    char **const paths = list_of(key);

    for (char **p = paths; *p; p++) {
        g_autofree char *kept = *p;
        *p = path_of_text(kept);
    }
    return paths;
}

char **store_models(void)
{
    return paths_of("added");
}

char **store_removed_models(void)
{
    return paths_of("removed");
}

void store_add_model(const char *path)
{
    g_auto(Store) store = store_open();

    change_list(store.file, "added", path, TRUE);
    change_list(store.file, "removed", path, FALSE);
    store_save(&store);
}

void store_add_folder(const char *folder, char **models)
{
    g_auto(Store) store = store_open();

    change_list(store.file, "added", folder, TRUE);
    for (char **model = models; *model; model++)
        change_list(store.file, "removed", *model, FALSE);
    store_save(&store);
}

void store_remove_model(const char *path)
{
    g_auto(Store) store = store_open();

    change_list(store.file, "added", path, FALSE);
    change_list(store.file, "removed", path, TRUE);
    store_save(&store);
}

/* --- speed ---------------------------------------------------------------- */

static char *speed_key(const char *model, int threads, int width, int height)
{
    g_autofree char *name = g_strdelimit(g_utf8_make_valid(model, -1), "=[]#\n\r", '-');

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
    g_auto(Store) store = store_open();
    g_autofree char *wanted = speed_key(model, threads, width, height);
    g_auto(GStrv) keys = g_key_file_get_keys(store.file, "speed", NULL, NULL);
    const char *best = NULL;
    double nearest = 0;

    for (char **key = keys; key && *key; key++) {
        const double n = strcmp(*key, wanted) ? nearness(*key, wanted, width, height) : 2;
        if (n > nearest) {
            nearest = n;
            best = *key;
        }
    }
    return best ? g_key_file_get_double(store.file, "speed", best, NULL) : 0;
}

void store_keep_speed(const char *model, int threads, int width, int height, double flops)
{
    g_auto(Store) store = store_open();
    g_autofree char *key = speed_key(model, threads, width, height);
    const double before = g_key_file_get_double(store.file, "speed", key, NULL);

    g_key_file_set_double(store.file, "speed", key, before > 0 ? (before + flops) / 2 : flops);
    store_save(&store);
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
        g_hash_table_replace(used, path_of_text(path_in(*line)), time);
    }
    return used;
}

void store_keep_used(const char *path)
{
    enum { KEPT = 200 };
    g_auto(Store) store = store_open();
    g_auto(GStrv) old = read_list(store.file, "used");
    g_autofree char *kept = path_text(path);
    g_autofree char *now =
        g_strdup_printf("%" G_GINT64_FORMAT " %s", g_get_real_time() / G_USEC_PER_SEC, kept);
    g_autoptr(GPtrArray) lines = g_ptr_array_new();

    g_ptr_array_add(lines, now);
    for (char **line = old; *line && lines->len < KEPT; line++)
        if (strcmp(path_in(*line), kept))
            g_ptr_array_add(lines, *line);
    g_key_file_set_string_list(store.file, "models", "used", (const char *const *)lines->pdata,
                               lines->len);
    store_save(&store);
}

/* --- the window ----------------------------------------------------------- */

static int number_of(const char *group, const char *name, int initial)
{
    g_auto(Store) store = store_open();

    return g_key_file_has_key(store.file, group, name, NULL)
               ? g_key_file_get_integer(store.file, group, name, NULL)
               : initial;
}

static void keep_number(const char *group, const char *name, int value)
{
    g_auto(Store) store = store_open();

    g_key_file_set_integer(store.file, group, name, value);
    store_save(&store);
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
    g_auto(Store) store = store_open();
    char **const texts = g_key_file_get_string_list(store.file, "texts", name, NULL, NULL);

    return texts ? texts : g_new0(char *, 1);
}

void store_keep_texts(const char *name, const char *const *texts)
{
    g_auto(Store) store = store_open();

    g_key_file_set_string_list(store.file, "texts", name, texts, g_strv_length((char **)texts));
    store_save(&store);
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
    g_auto(Store) store = store_open();
    g_autofree char *kept = g_key_file_get_string(store.file, "preferences", name, NULL);

    return path_of_text(kept ? kept : "");
}

void store_keep_preferred_file(const char *name, const char *path)
{
    g_auto(Store) store = store_open();

    g_autofree char *kept = path_text(path);
    g_key_file_set_string(store.file, "preferences", name, kept);
    store_save(&store);
}

static gboolean store_flag(const char *key, gboolean initial)
{
    g_auto(Store) store = store_open();

    return g_key_file_has_key(store.file, "metadata", key, NULL)
               ? g_key_file_get_boolean(store.file, "metadata", key, NULL)
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
    g_auto(Store) store = store_open();

    g_key_file_set_boolean(store.file, "metadata", "settings", settings);
    g_key_file_set_boolean(store.file, "metadata", "source", source);
    store_save(&store);
}
