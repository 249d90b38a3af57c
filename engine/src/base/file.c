/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- Reading ----------------------------------------------------------- */

static const char *kind_of(mode_t mode)
{
    return S_ISDIR(mode)    ? "a folder"
           : S_ISFIFO(mode) ? "a FIFO"
           : S_ISCHR(mode)  ? "a device"
           : S_ISBLK(mode)  ? "a device"
           : S_ISSOCK(mode) ? "a socket"
                            : "of an unknown kind";
}

static bool unreadable(const struct file *f, int error, ebru_error *err)
{
    const struct cause cause = { .reason = EBRU_UNREADABLE, .file = f->label, .found = error };

    return fail_because(err, EBRU_NO_FILE, &cause, "%s: %s", f->label, strerror(error));
}

bool file_open(struct file *f, const char *path, ebru_error *err)
{
    struct stat st;

    *f = (struct file){ .fd = -1 };
    label_make(f->label, path, strlen(path));
    /* looked at before it is opened: opening a device may already do something */
    if (stat(path, &st))
        return unreadable(f, errno, err);
    if (!S_ISREG(st.st_mode))
        return fail(err, EBRU_NO_FILE, "%s: not a file but %s", f->label, kind_of(st.st_mode));
    f->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (f->fd < 0)
        return unreadable(f, errno, err);
    if (fstat(f->fd, &st) || !S_ISREG(st.st_mode) || st.st_size < 0) {
        file_close(f);
        return fail(err, EBRU_NO_FILE, "%s: changed while it was being opened", f->label);
    }
    f->size = (uint64_t)st.st_size;
    return true;
}

void file_close(struct file *f)
{
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
}

bool file_read(const struct file *f, uint64_t offset, void *dst, size_t bytes, ebru_error *err)
{
    enum { LARGEST_READ = 1 << 30 }; /* Linux reads no more at once */
    size_t done = 0;

    if (offset > INT64_MAX || bytes > INT64_MAX - offset)
        return fail(err, EBRU_NO_FILE, "%s: no file has a byte %llu", f->label,
                    (unsigned long long)offset);
    while (done < bytes) {
        const size_t want = bytes - done < LARGEST_READ ? bytes - done : LARGEST_READ;
        const ssize_t got = pread(f->fd, (char *)dst + done, want, (off_t)(offset + done));

        if (got > 0)
            done += (size_t)got;
        else if (got == 0)
            return fail(err, EBRU_BAD_FILE,
                        "%s: ends at byte %llu, where %llu were expected; it has %s", f->label,
                        (unsigned long long)(offset + done), (unsigned long long)(offset + bytes),
                        offset + bytes <= f->size ? "shrunk while it was read" : "fewer");
        else if (errno != EINTR)
            return fail_because(
                err, EBRU_NO_FILE,
                &(struct cause){ .reason = EBRU_UNREADABLE, .file = f->label, .found = errno },
                "%s: reading byte %llu: %s", f->label, (unsigned long long)(offset + done),
                strerror(errno));
    }
    return true;
}

char *file_read_all(const char *path, size_t limit, size_t padding, size_t *bytes, ebru_error *err)
{
    struct file f;
    char *data = NULL;

    if (!file_open(&f, path, err))
        return NULL;
    if (f.size > limit) {
        fail(err, EBRU_BAD_FILE, "%s: has %llu bytes, at most %zu are read", f.label,
             (unsigned long long)f.size, limit);
    } else if (!(data = calloc(1, (size_t)f.size + padding))) {
        fail(err, EBRU_NO_MEMORY, "%s: no memory for %llu bytes", f.label,
             (unsigned long long)f.size);
    } else if (!file_read(&f, 0, data, (size_t)f.size, err)) {
        free(data);
        data = NULL;
    } else {
        *bytes = (size_t)f.size;
    }
    file_close(&f);
    return data;
}

/* ---- Writing ----------------------------------------------------------- */

static bool fail_writing(const char *path, int error, ebru_error *err)
{
    char label[LABEL_MAX];

    label_make(label, path, strlen(path));
    return fail(err, EBRU_NO_FILE, "%s: %s", label, strerror(error));
}

/* Another process, or another thread, may write the same, or have given it its name since it was
 * opened here. Where a file system has no locks it is as it would be without. */
static bool claim(int fd, const char *path, ebru_error *err)
{
    struct stat mine, there;
    char label[LABEL_MAX];

    if ((!flock(fd, LOCK_EX | LOCK_NB) || errno != EWOULDBLOCK) && !fstat(fd, &mine) &&
        !stat(path, &there) && mine.st_ino == there.st_ino && mine.st_dev == there.st_dev)
        return true;
    label_make(label, path, strlen(path));
    return fail(err, EBRU_NO_FILE, "%s: another program is writing it", label);
}

bool file_writer_open(struct file_writer *w, const char *path, ebru_error *err)
{
    const size_t n = strlen(path);
    struct stat st;

    w->fd = -1;
    if (n + sizeof(".part") > FILE_PATH_MAX)
        return fail_writing(path, ENAMETOOLONG, err);
    memcpy(w->path, path, n + 1);
    memcpy(w->part, path, n);
    memcpy(w->part + n, ".part", sizeof(".part"));
    /* a device would be replaced by a file of its name */
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return fail_writing(path, S_ISDIR(st.st_mode) ? EISDIR : EINVAL, err);
    w->fd = open(w->part, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666);
    if (w->fd < 0)
        return fail_writing(w->part, errno, err);
    const bool ok =
        claim(w->fd, w->part, err) && (!ftruncate(w->fd, 0) || fail_writing(w->part, errno, err));
    if (!ok)
        close(w->fd);
    w->fd = ok ? w->fd : -1;
    return ok;
}

bool file_writer_append(struct file_writer *w, const void *data, size_t bytes, ebru_error *err)
{
    enum { LARGEST_WRITE = 1 << 30 };

    for (size_t done = 0; done < bytes;) {
        const size_t want = bytes - done < LARGEST_WRITE ? bytes - done : LARGEST_WRITE;
        const ssize_t got = write(w->fd, (const char *)data + done, want);

        if (got >= 0) {
            done += (size_t)got;
        } else if (errno != EINTR) {
            fail_writing(w->path, errno, err);
            file_writer_abandon(w);
            return false;
        }
    }
    return true;
}

bool file_writer_commit(struct file_writer *w, ebru_error *err)
{
    const int fd = w->fd;
    bool ok = fsync(fd) == 0 || errno == EINVAL; /* some file systems cannot */
    int error = errno;

    w->fd = -1;
    if (ok && rename(w->part, w->path)) { /* before it is closed, and with that free for others */
        ok = false;
        error = errno;
    }
    if (!ok)
        unlink(w->part);
    if (close(fd) && ok) {
        ok = false;
        error = errno;
    }
    return ok || fail_writing(w->path, error, err);
}

void file_writer_abandon(struct file_writer *w)
{
    if (w->fd < 0)
        return;
    unlink(w->part);
    close(w->fd);
    w->fd = -1;
}

bool file_write(const char *path, const void *data, size_t bytes, ebru_error *err)
{
    struct file_writer w;

    return file_writer_open(&w, path, err) && file_writer_append(&w, data, bytes, err) &&
           file_writer_commit(&w, err);
}

bool file_make_folder(const char *path, ebru_error *err)
{
    return mkdir(path, 0777) == 0 || fail_writing(path, errno, err);
}

int file_claim_folder(const char *path, ebru_error *err)
{
    char inner[FILE_PATH_MAX];
    struct file_list l;

    const int fd =
        mkdir(path, 0777) && errno != EEXIST ? -1 : open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return fail_writing(path, errno, err), -1;
    if (!claim(fd, path, err) || !file_list_open(&l, path, "", err)) {
        close(fd);
        return -1;
    }
    for (int i = 0; i < l.count; i++)
        if (file_join(inner, path, l.names[i], NULL))
            file_remove(inner);
    file_list_close(&l);
    return fd;
}

bool file_rename(const char *from, const char *to, ebru_error *err)
{
    return rename(from, to) == 0 || fail_writing(to, errno, err);
}

void file_remove(const char *path)
{
    char inner[FILE_PATH_MAX];
    struct file_list l;

    if (unlink(path) == 0 || !file_list_open(&l, path, "", NULL))
        return;
    for (int i = 0; i < l.count; i++)
        if (file_join(inner, path, l.names[i], NULL))
            file_remove(inner);
    file_list_close(&l);
    rmdir(path);
}

/* ---- Looking around ---------------------------------------------------- */

bool file_exists(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0;
}

bool file_is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool file_name_ends_in(const char *name, const char *suffix)
{
    const size_t n = strlen(name), s = strlen(suffix);

    return n >= s && !memcmp(name + n - s, suffix, s);
}

bool file_join(char path[FILE_PATH_MAX], const char *folder, const char *name, ebru_error *err)
{
    const size_t a = strlen(folder), b = strlen(name);
    const bool slash = a && b && folder[a - 1] != '/';

    if (a + slash + b >= FILE_PATH_MAX)
        return fail_writing(folder, ENAMETOOLONG, err);
    memcpy(path, folder, a);
    if (slash)
        path[a] = '/';
    memcpy(path + a + slash, name, b + 1);
    return true;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool list_add(struct file_list *l, const char *name)
{
    /* room for a power of two: grows when the count is one */
    if ((l->count & (l->count - 1)) == 0) {
        char **more = realloc(l->names, sizeof(*more) * (l->count ? 2 * (size_t)l->count : 1));

        if (!more)
            return false;
        l->names = more;
    }
    l->names[l->count] = strdup(name);
    return l->names[l->count] && ++l->count < INT_MAX / 2;
}

bool file_list_open(struct file_list *l, const char *folder, const char *suffix, ebru_error *err)
{
    DIR *dir = opendir(folder);
    bool ok = true;

    *l = (struct file_list){ 0 };
    if (!dir)
        return fail_writing(folder, errno, err);
    for (const struct dirent *e = readdir(dir); ok && e; e = readdir(dir))
        if (e->d_name[0] != '.' && file_name_ends_in(e->d_name, suffix))
            ok = list_add(l, e->d_name);
    closedir(dir);
    if (!ok) {
        file_list_close(l);
        return fail_writing(folder, ENOMEM, err);
    }
    if (l->count)
        qsort(l->names, (size_t)l->count, sizeof(*l->names), compare_names);
    return true;
}

void file_list_close(struct file_list *l)
{
    for (int i = 0; i < l->count; i++)
        free(l->names[i]);
    free(l->names);
    *l = (struct file_list){ 0 };
}

bool file_place(enum file_place place, char path[FILE_PATH_MAX])
{
    static const struct {
        const char *variable, *below_home;
    } places[] = { { "HOME", "" },
                   { "XDG_DATA_HOME", ".local/share" },
                   { "XDG_CONFIG_HOME", ".config" },
                   { "XDG_CACHE_HOME", ".cache" } };
    const char *set = getenv(places[place].variable), *home = getenv("HOME");

    /* relative ones are invalid and to be ignored, says the specification */
    if (set && set[0] == '/')
        return file_join(path, set, "", NULL);
    if (place == PLACE_HOME || !home || home[0] != '/')
        return false;
    return file_join(path, home, places[place].below_home, NULL);
}

const char *file_environment(const char *name)
{
    const char *value = getenv(name);

    return value && *value ? value : NULL;
}
