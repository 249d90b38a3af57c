/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "album_files.h"

#include "lock.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

char *album_path(const char *name)
{
    return g_build_filename(g_get_user_state_dir(), "ebru", "history", name, NULL);
}

int album_lock(void)
{
    g_autofree char *path = album_path(ALBUM_LOCK);
    g_autofree char *folder = g_path_get_dirname(path);

    return g_mkdir_with_parents(folder, 0700) ? -1 : lock_file(path, O_CREAT, LOCK_EX);
}

guint64 album_size_of(const char *name)
{
    g_autofree char *path = album_path(name);
    GStatBuf info;

    return g_stat(path, &info) ? 0 : (guint64)info.st_size;
}

guint64 album_bytes_on_disk(void)
{
    g_autofree char *folder = album_path(NULL);
    GDir *const dir = g_dir_open(folder, 0, NULL);
    const char *name;
    guint64 sum = 0;

    while (dir && (name = g_dir_read_name(dir)))
        if (strcmp(name, ALBUM_LOCK))
            sum += album_size_of(name);
    if (dir)
        g_dir_close(dir);
    return sum;
}

guint64 album_counted(int held)
{
    char text[32] = "", *end = text;
    const gboolean some = pread(held, text, sizeof(text) - 1, 0) > 0;
    const guint64 bytes = some ? g_ascii_strtoull(text, &end, 10) : 0;

    return end > text && *end == '\n' ? bytes : album_bytes_on_disk();
}

void album_keep_count(int held, guint64 bytes)
{
    g_autofree char *text = g_strdup_printf("%020" G_GUINT64_FORMAT "\n", bytes);

    if (pwrite(held, text, strlen(text), 0) != (ssize_t)strlen(text) && ftruncate(held, 0))
        g_debug("the size of the history cannot be kept");
}
