/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the plug-in keeps in GIMP's folder: paths that are not UTF-8, a file that was spoiled by
 * hand or cannot be read. */
#include "check.h"
#include "models_index.h"
#include "store.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define LATIN "/models/gr\xfcn.safetensors"

static char *path_of(const char *name)
{
    return g_build_filename(g_getenv("GIMP3_DIRECTORY"), "ebru", name, NULL);
}

static void put(const char *name, const char *text)
{
    g_autofree char *path = path_of(name);

    CHECK(g_file_set_contents(path, text, -1, NULL));
}

static gboolean has(char **list, const char *text)
{
    const gboolean found = g_strv_contains((const char *const *)list, text);

    g_strfreev(list);
    return found;
}

static int length(char **list)
{
    const int n = (int)g_strv_length(list);

    g_strfreev(list);
    return n;
}

static void check_paths(void)
{
    store_add_model("/models/one");
    store_add_model(LATIN);
    store_add_model("/models/zwei grün;");
    CHECK(length(store_models()) == 3 && has(store_models(), "/models/one"));
    CHECK(has(store_models(), LATIN) && has(store_models(), "/models/zwei grün;"));
    store_remove_model(LATIN);
    CHECK(length(store_models()) == 2 && has(store_removed_models(), LATIN));
    store_keep_used("/models/one");
    store_keep_used(LATIN);
    store_keep_used(LATIN);
    g_autoptr(GHashTable) used = store_used();
    CHECK(g_hash_table_size(used) == 2 && g_hash_table_contains(used, LATIN));
    store_keep_preferred_file("vae", LATIN);
    g_autofree char *vae = store_preferred_file("vae");
    CHECK(!strcmp(vae, LATIN));
    store_keep_speed("gr\xfcn\nx", 2, 64, 64, 5);
    CHECK(store_speed("gr\xfcn\nx", 2, 64, 64) == 5 && length(store_models()) == 2);
    /* as an earlier version wrote it */
    put("settings.ini", "[models]\nadded=/models/one;" LATIN ";/models/two;\n");
    CHECK(length(store_models()) == 3 && has(store_models(), "/models/two"));
    store_add_model("/models/three");
    CHECK(length(store_models()) == 4 && has(store_models(), "/models/one"));
}

static void check_bad_line(void)
{
    static const char text[] =
        "before all groups\n# a remark\n[window]\nwidth=500\nthis is no line\n"
        "[texts]\nstarred=a fox;a hare;\n[broken\n[models]\nadded=/models/one;\n";
    g_autofree char *bad = path_of("settings.ini.bad"), *kept = NULL;

    put("settings.ini", text);
    CHECK(store_window("width", 0) == 500 && length(store_texts("starred")) == 2);
    store_keep_window("width", 600);
    CHECK(store_window("width", 0) == 600 && has(store_texts("starred"), "a hare"));
    CHECK(has(store_models(), "/models/one"));
    CHECK(g_file_get_contents(bad, &kept, NULL, NULL) && !strcmp(kept, text));
    CHECK(!g_unlink(bad));
    store_keep_window("width", 700);
    CHECK(store_window("width", 0) == 700 && !g_file_test(bad, G_FILE_TEST_EXISTS));
}

/* Here for a link to itself; it would be replaced by a file. */
static void check_unreadable(void)
{
    g_autofree char *path = path_of("settings.ini");

    CHECK(!g_unlink(path) && !symlink("settings.ini", path));
    store_keep_window("width", 800);
    CHECK(store_window("width", 1) == 1 && g_file_test(path, G_FILE_TEST_IS_SYMLINK));
    CHECK(!g_unlink(path));
    store_keep_window("width", 900);
    CHECK(store_window("width", 1) == 900);
}

static gboolean knows(const char *path)
{
    struct models_index *const index = models_index_open();
    const gboolean known = models_index_knows(index, path);

    models_index_close(index);
    return known;
}

static void check_index(void)
{
    g_autofree char *plain = path_of("a.safetensors"), *latin = path_of("gr\xfcn.safetensors");
    ebru_model_info info;

    put("a.safetensors", "no model");
    put("gr\xfcn.safetensors", "no model either");
    struct models_index *const index = models_index_open();
    CHECK(!models_index_probe(index, plain, &info, NULL, NULL));
    CHECK(!models_index_probe(index, latin, &info, NULL, NULL));
    models_index_close(index);
    CHECK(knows(plain) && knows(latin));
}

int main(void)
{
    g_autofree char *folder = g_dir_make_tmp("ebru-store-XXXXXX", NULL);
    g_autofree char *ours = g_build_filename(folder, "ebru", NULL);

    g_setenv("GIMP3_DIRECTORY", folder, TRUE);
    CHECK(!g_mkdir(ours, 0700));
    check_paths();
    check_bad_line();
    check_unreadable();
    check_index();
    return check_done();
}
