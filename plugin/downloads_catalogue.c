/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "downloads_catalogue.h"

#include "catalogue.h"

#include <libgimp/gimp.h>

char *downloads_catalogue_own(void)
{
    return g_build_filename(gimp_directory(), "ebru", "catalogue.json", NULL);
}

static char *shipped_path(void)
{
    return g_build_filename(DATADIR, "ebru", "catalogue.json", NULL);
}

static char *path_in_use(void)
{
    char *const own = downloads_catalogue_own();

    if (g_file_test(own, G_FILE_TEST_EXISTS))
        return own;
    g_free(own);
    return shipped_path();
}

GPtrArray *downloads_catalogue(GError **error)
{
    g_autofree char *path = path_in_use();

    /* not installed: as good as an empty one */
    return g_file_test(path, G_FILE_TEST_EXISTS) ? catalogue_read(path, error) : g_ptr_array_new();
}

static void make_folder(const char *file)
{
    g_autofree char *folder = g_path_get_dirname(file);

    g_mkdir_with_parents(folder, 0700); /* what cannot be made is told by what is put into it */
}

gboolean downloads_catalogue_make(GError **error)
{
    static const char EMPTY[] = "{\n  \"catalogue\": 1,\n  \"models\": []\n}\n";
    g_autofree char *own = downloads_catalogue_own(), *shipped = shipped_path(), *text = NULL;

    if (g_file_test(own, G_FILE_TEST_EXISTS))
        return TRUE;
    make_folder(own);
    g_file_get_contents(shipped, &text, NULL, NULL);
    return g_file_set_contents(own, text ? text : EMPTY, -1, error);
}

GFileMonitor *downloads_catalogue_watch(void)
{
    g_autofree char *own = downloads_catalogue_own();
    g_autoptr(GFile) file = g_file_new_for_path(own);

    make_folder(own); /* what comes into a folder that is not there is seen late */
    return g_file_monitor_file(file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
}
