/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * temp.h - a folder for what a test writes, removed with all in it at the end.
 */
#ifndef TESTS_LOAD_TEMP_H
#define TESTS_LOAD_TEMP_H

#include "base/file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char temp_folder[FILE_PATH_MAX];

static inline void temp_open(void)
{
    const char *place = getenv("TMPDIR");

    snprintf(temp_folder, sizeof(temp_folder), "%s/ebru-test-XXXXXX", place ? place : "/tmp");
    if (!mkdtemp(temp_folder)) {
        perror(temp_folder);
        exit(1);
    }
}

/* `name` in it; valid until the call after the next one. */
static inline const char *temp_path(const char *name)
{
    static char paths[2][FILE_PATH_MAX];
    static int turn;
    char *path = paths[turn ^= 1];

    if (!file_join(path, temp_folder, name, NULL))
        abort();
    return path;
}

static inline void temp_remove(const char *folder)
{
    DIR *dir = opendir(folder);
    char path[FILE_PATH_MAX];
    struct stat st;

    for (const struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir)) {
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") ||
            !file_join(path, folder, e->d_name, NULL) || lstat(path, &st))
            continue;
        if (S_ISDIR(st.st_mode))
            temp_remove(path);
        else
            unlink(path);
    }
    if (dir)
        closedir(dir);
    rmdir(folder);
}

static inline void temp_close(void)
{
    temp_remove(temp_folder);
}

#endif
