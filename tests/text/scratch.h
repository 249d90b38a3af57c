/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * scratch.h - folders that a test fills and leaves no trace of.
 */
#ifndef TESTS_TEXT_SCRATCH_H
#define TESTS_TEXT_SCRATCH_H

#include "../check.h"
#include "base/file.h"

#include <dirent.h>
#include <string.h>

/* A new folder below the system's for such things; ends the test where there is none. */
static inline void scratch_open(char path[FILE_PATH_MAX])
{
    const char *root = getenv("TMPDIR");

    snprintf(path, FILE_PATH_MAX, "%s/ebru-test-XXXXXX", root ? root : "/tmp");
    if (!mkdtemp(path)) {
        perror(path);
        exit(1);
    }
}

/* Remove `path` and all in it. */
static inline void scratch_close(const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *entry;

    while (folder && (entry = readdir(folder))) {
        char inner[FILE_PATH_MAX];

        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        file_join(inner, path, entry->d_name, NULL);
        if (remove(inner))
            scratch_close(inner);
    }
    if (folder)
        closedir(folder);
    remove(path);
}

/* `text` as folder/name. Folders in `name` are made. */
static inline void scratch_write(const char *folder, const char *name, const char *text,
                                 size_t bytes)
{
    char path[FILE_PATH_MAX];
    FILE *file;

    file_join(path, folder, name, NULL);
    for (char *slash = path + strlen(folder) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        file_make_folder(path, NULL);
        *slash = '/';
    }
    file = fopen(path, "wb");
    if (!file || fwrite(text, 1, bytes, file) != bytes || fclose(file)) {
        perror(path);
        exit(1);
    }
}

#endif
