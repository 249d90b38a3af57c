/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * file.h - files and folders, the only code that opens any (machine.h asks the
 * system the rest).
 *
 * Files are read with pread and never mapped: one that shrinks while it is open
 * gives a short read and so an error, where a mapping would give SIGBUS. Only
 * regular files are opened. What is written appears under its name complete or
 * not at all: it is written to NAME.part, synced and renamed. Paths are UTF-8
 * and at most FILE_PATH_MAX - 1 bytes.
 */
#ifndef ENGINE_BASE_FILE_H
#define ENGINE_BASE_FILE_H

#include "base/error.h"
#include "base/label.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FILE_PATH_MAX = 4096 };

/* ---- Reading ----------------------------------------------------------- */

struct file {
    int fd; /* -1 when closed */
    uint64_t size;
    char label[LABEL_MAX]; /* the path, for messages */
};

/* Fails on anything but a regular file; never blocks on a FIFO or a device. */
bool file_open(struct file *f, const char *path, ebru_error *err);
void file_close(struct file *f);

/* All `bytes` at `offset`. From several threads at once, if need be. */
bool file_read(const struct file *f, uint64_t offset, void *dst, size_t bytes, ebru_error *err);

/* The whole file with `padding` zero bytes (at least 1) behind it, to be freed by the
 * caller; NULL when it cannot be read or has more than `limit` bytes. */
char *file_read_all(const char *path, size_t limit, size_t padding, size_t *bytes, ebru_error *err);

/* ---- Writing ----------------------------------------------------------- */

struct file_writer {
    int fd; /* -1 when closed */
    char path[FILE_PATH_MAX], part[FILE_PATH_MAX];
};

bool file_writer_open(struct file_writer *w, const char *path, ebru_error *err);
bool file_writer_append(struct file_writer *w, const void *data, size_t bytes, ebru_error *err);
/* Sync and rename. On failure nothing is left, and what `path` held before is still there. */
bool file_writer_commit(struct file_writer *w, ebru_error *err);
/* Drop what was written. Harmless after commit. */
void file_writer_abandon(struct file_writer *w);

/* All of the above at once. */
bool file_write(const char *path, const void *data, size_t bytes, ebru_error *err);

/* A new folder; its parent must exist. Fails when there is something of that name. */
bool file_make_folder(const char *path, ebru_error *err);

/* An empty folder that nobody else writes into: what a process that was killed left in it goes.
 * Returns a descriptor, to be closed when all is written; -1 and an error. */
int file_claim_folder(const char *path, ebru_error *err);

/* Fails where it would cross file systems. */
bool file_rename(const char *from, const char *to, ebru_error *err);

/* A file, or a folder and all in it that has no dot in front. Links are removed, not
 * followed. What cannot be removed stays. */
void file_remove(const char *path);

/* ---- Looking around ---------------------------------------------------- */

/* Links are followed. */
bool file_exists(const char *path);
bool file_is_folder(const char *path);

/* Whether a name or path ends so, letter for letter. */
bool file_name_ends_in(const char *name, const char *suffix);

/* `folder`/`name`. */
bool file_join(char path[FILE_PATH_MAX], const char *folder, const char *name, ebru_error *err);

struct file_list {
    char **names; /* in the order of strcmp */
    int count;
};

/* Names in `folder` that end in `suffix` ("" for all), without those that begin with a dot. */
bool file_list_open(struct file_list *l, const char *folder, const char *suffix, ebru_error *err);
void file_list_close(struct file_list *l);

enum file_place { PLACE_HOME, PLACE_DATA, PLACE_CONFIG, PLACE_CACHE };

/* The user's folder for such things (XDG Base Directory Specification 0.8); false: none. */
bool file_place(enum file_place place, char path[FILE_PATH_MAX]);

/* The environment variable `name`; NULL: not set, or empty. */
const char *file_environment(const char *name);

#endif
