/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lock.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

int lock_file(const char *path, int flags, int operation)
{
    const int fd = g_open(path, O_RDWR | O_CLOEXEC | flags, 0600);

    if (fd >= 0 && flock(fd, operation)) {
        close(fd);
        return -1;
    }
    return fd;
}

static char *read_holder(int fd)
{
    char text[200] = "";
    const ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

    text[n > 0 ? n : 0] = 0;
    return g_strdup(g_utf8_validate(text, -1, NULL) ? g_strchomp(text) : "");
}

gboolean lock_take(const char *who, char **holder)
{
    static int held = -1;
    g_autofree char *path = g_build_filename(g_get_user_runtime_dir(), "ebru-model.lock", NULL);

    if (held >= 0)
        return TRUE;
    g_mkdir_with_parents(g_get_user_runtime_dir(), 0700);
    const int fd = g_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return TRUE; /* nowhere to lock: better two models than none */
    if (flock(fd, LOCK_EX | LOCK_NB)) {
        *holder = read_holder(fd);
        close(fd);
        return FALSE;
    }
    g_autofree char *text = g_strdup_printf("%s (%d)\n", who, (int)getpid());
    if (ftruncate(fd, 0) || pwrite(fd, text, strlen(text), 0) < 0)
        g_debug("%s: cannot be written", path);
    held = fd;
    return TRUE;
}
