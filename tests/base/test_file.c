/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Files read and written, folders listed, places and the machine. */
#include "../check.h"
#include "../load/temp.h"
#include "base/machine.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

static bool says(const ebru_error *err, const char *what)
{
    if (!strstr(err->message, what))
        printf("wanted \"%s\": %s\n", what, err->message);
    return strstr(err->message, what) != NULL;
}

static void test_labels(void)
{
    char text[1000], label[LABEL_MAX];

    CHECK(!strcmp(label_make(label, "a\nb\x7F", 4), "a?b?"));
    CHECK(!strcmp(label_make(label, "", 0), ""));
    for (size_t shift = 0; shift < 3; shift++) {
        size_t n = shift;

        memset(text, 'x', shift);
        for (; n < 900; n += 3)
            memcpy(text + n, "\xE2\x82\xAC", 3);
        label_make(label, text, n);
        CHECK(strlen(label) < LABEL_MAX && strlen(label) > LABEL_MAX - 8);
        for (const char *c = label + shift; *c; c += *c == '.' ? 1 : 3)
            CHECK(*c == '.' || !memcmp(c, "\xE2\x82\xAC", 3));
    }
    memset(text, 'a', sizeof(text));
    for (size_t n = 250; n < 260; n++) {
        label_make(label, text, n);
        CHECK(strlen(label) == (n < LABEL_MAX ? n : LABEL_MAX - 1));
    }
}

static void test_reading(void)
{
    const char *path = temp_path("r");
    ebru_error err = { 0 };
    struct file f;
    char bytes[8] = "";
    size_t n = 0;
    char *all;

    CHECK(file_write(path, "0123456789", 10, NULL));
    CHECK(file_open(&f, path, NULL) && f.size == 10);
    CHECK(file_read(&f, 3, bytes, 4, NULL) && !memcmp(bytes, "3456", 4));
    CHECK(file_read(&f, 10, bytes, 0, NULL));
    CHECK(!file_read(&f, 7, bytes, 4, &err) && says(&err, "ends at byte 10, where 11"));
    CHECK(!file_read(&f, UINT64_MAX, bytes, 1, &err) && err.status == EBRU_NO_FILE);
    CHECK(!file_read(&f, INT64_MAX, bytes, 1, &err));
    file_close(&f);
    file_close(&f);
    CHECK(!file_read(&f, 0, bytes, 1, &err));
    all = file_read_all(path, 10, 4, &n, NULL);
    CHECK(all && n == 10 && !memcmp(all, "0123456789\0\0\0", 14));
    free(all);
    CHECK(!file_read_all(path, 9, 4, &n, &err) && says(&err, "has 10 bytes, at most 9"));
    CHECK(!file_open(&f, temp_folder, &err) && says(&err, "a folder"));
    CHECK(!file_open(&f, "/dev/null", &err) && says(&err, "a device"));
    CHECK(!file_open(&f, temp_path("none"), &err) && says(&err, "No such file"));
    CHECK(err.reason == EBRU_UNREADABLE && err.found == ENOENT && strstr(err.file, "none"));
    CHECK(!mkfifo(temp_path("fifo"), 0600));
    CHECK(!file_open(&f, temp_path("fifo"), &err) && says(&err, "a FIFO"));
    CHECK(!file_open(&f, "", &err));
}

/* Names in the temporary folder that end in ".part". */
static int leftovers(void)
{
    struct file_list l;
    int count;

    CHECK(file_list_open(&l, temp_folder, ".part", NULL));
    count = l.count;
    file_list_close(&l);
    return count;
}

static void test_writing(void)
{
    const char *path = temp_path("w");
    struct file_writer w;
    ebru_error err = { 0 };
    char *all, long_path[FILE_PATH_MAX + 1];
    size_t n;

    CHECK(file_write(path, "old", 3, NULL));
    CHECK(file_writer_open(&w, path, NULL) && file_writer_append(&w, "ne", 2, NULL));
    CHECK(leftovers() == 1);
    CHECK(!file_write(path, "x", 1, &err) && says(&err, "another program is writing it"));
    all = file_read_all(path, 10, 1, &n, NULL);
    CHECK(all && !strcmp(all, "old")); /* until it is complete */
    free(all);
    CHECK(file_writer_append(&w, "w", 1, NULL) && file_writer_commit(&w, NULL));
    file_writer_abandon(&w);
    all = file_read_all(path, 10, 1, &n, NULL);
    CHECK(all && !strcmp(all, "new"));
    free(all);
    CHECK(file_writer_open(&w, path, NULL));
    file_writer_abandon(&w);
    file_writer_abandon(&w);
    CHECK(leftovers() == 0 && file_exists(path));
    CHECK(!file_write(temp_folder, "x", 1, &err) && says(&err, "directory"));
    CHECK(!file_write("/dev/full", "x", 1, &err));
    CHECK(!file_write(temp_path("no/file"), "x", 1, &err) && err.status == EBRU_NO_FILE);
    memset(long_path, 'a', FILE_PATH_MAX);
    long_path[FILE_PATH_MAX] = 0;
    CHECK(!file_write(long_path, "x", 1, &err) && strlen(err.message) < 400);
}

/* What does not fit on the disk leaves nothing, and what was there stays. */
static void test_no_space(void)
{
    const struct rlimit small = { 4096, RLIM_INFINITY };
    struct rlimit before;
    ebru_error err = { 0 };
    char *data = calloc(1, 100000), *all;
    size_t n = 0;

    signal(SIGXFSZ, SIG_IGN);
    CHECK(file_write(temp_path("full"), "old", 3, NULL));
    CHECK(!getrlimit(RLIMIT_FSIZE, &before) && !setrlimit(RLIMIT_FSIZE, &small));
    CHECK(!file_write(temp_path("full"), data, 100000, &err) && says(&err, "too large"));
    CHECK(!setrlimit(RLIMIT_FSIZE, &before));
    CHECK(leftovers() == 0);
    all = file_read_all(temp_path("full"), 10, 1, &n, NULL);
    CHECK(all && !strcmp(all, "old"));
    free(all);
    free(data);
}

static void test_folders(void)
{
    struct file_list l;
    ebru_error err = { 0 };
    char path[FILE_PATH_MAX];
    static const char *const names[] = { "d/b.x", "d/a.x", "d/c.y", "d/.x", "d/B.x", "d/x" };

    CHECK(file_make_folder(temp_path("d"), NULL) && file_is_folder(temp_path("d")));
    CHECK(!file_make_folder(temp_path("d"), &err) && says(&err, "exists"));
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        CHECK(file_write(temp_path(names[i]), "", 0, NULL));
    CHECK(file_list_open(&l, temp_path("d"), ".x", NULL) && l.count == 3);
    CHECK(!strcmp(l.names[0], "B.x") && !strcmp(l.names[1], "a.x") && !strcmp(l.names[2], "b.x"));
    file_list_close(&l);
    CHECK(file_list_open(&l, temp_path("d"), "", NULL) && l.count == 5);
    file_list_close(&l);
    CHECK(!file_list_open(&l, temp_path("none"), "", &err) && l.count == 0);
    CHECK(!file_exists(temp_path("none")) && !file_is_folder(temp_path("w")));
    CHECK(file_join(path, "a", "b", NULL) && !strcmp(path, "a/b"));
    CHECK(file_join(path, "a/", "b", NULL) && !strcmp(path, "a/b"));
    CHECK(file_join(path, "", "b", NULL) && !strcmp(path, "b"));
    CHECK(file_join(path, "/a", "", NULL) && !strcmp(path, "/a"));
}

/* A tree goes, with its links; what they point to does not. */
static void test_removing(void)
{
    ebru_error err = { 0 };

    CHECK(file_make_folder(temp_path("t"), NULL) && file_make_folder(temp_path("t/in"), NULL));
    CHECK(file_make_folder(temp_path("out"), NULL));
    CHECK(file_write(temp_path("t/in/a"), "", 0, NULL));
    CHECK(file_write(temp_path("out/a"), "", 0, NULL));
    CHECK(symlink("../out", temp_path("t/link")) == 0);
    CHECK(!file_rename(temp_path("none"), temp_path("x"), &err) && says(&err, "No such file"));
    CHECK(file_rename(temp_path("t"), temp_path("u"), NULL) && file_exists(temp_path("u/in/a")));
    CHECK(!file_exists(temp_path("t")));
    file_remove(temp_path("u"));
    CHECK(!file_exists(temp_path("u")) && file_exists(temp_path("out/a")));
}

static void test_place_names(void)
{
    char path[FILE_PATH_MAX];

    setenv("HOME", "/home/x", 1);
    unsetenv("XDG_DATA_HOME");
    CHECK(file_place(PLACE_HOME, path) && !strcmp(path, "/home/x"));
    CHECK(file_place(PLACE_DATA, path) && !strcmp(path, "/home/x/.local/share"));
    setenv("XDG_DATA_HOME", "/data", 1);
    CHECK(file_place(PLACE_DATA, path) && !strcmp(path, "/data"));
    setenv("XDG_DATA_HOME", "relative", 1);
    CHECK(file_place(PLACE_DATA, path) && !strcmp(path, "/home/x/.local/share"));
    setenv("XDG_CACHE_HOME", "", 1);
    CHECK(file_place(PLACE_CACHE, path) && !strcmp(path, "/home/x/.cache"));
    unsetenv("HOME");
    CHECK(!file_place(PLACE_HOME, path) && !file_place(PLACE_CONFIG, path));
}

static void test_machine(void)
{
    const size_t total = machine_memory_total(), peak = machine_memory_peak();
    const double start = machine_seconds();
    volatile char *block; /* or a compiler leaves it out */

    CHECK(total > (size_t)1 << 28 && machine_memory_free() > (size_t)1 << 24);
    CHECK(machine_memory_free() <= total);
    CHECK(machine_cores() >= 1 && machine_cores() <= sysconf(_SC_NPROCESSORS_ONLN));
    CHECK(peak > 100000);
    block = malloc(64 << 20);
    for (size_t i = 0; i < 64 << 20; i += 4096)
        block[i] = 1;
    CHECK(machine_memory_peak() >= peak + (60 << 20));
    free((void *)block);
    CHECK(machine_seconds() >= start && machine_clock() > 1600000000 * (int64_t)1000000000);
}

/* With 256 MiB of address space left, no more is free. */
static void test_memory_limit(void)
{
    enum { LEFT = 256 << 20 };
    FILE *f = fopen("/proc/self/statm", "r");
    struct rlimit before, limit;
    unsigned long pages = 0;
    size_t bytes;

    CHECK(f && fscanf(f, "%lu", &pages) == 1);
    if (f)
        fclose(f);
    CHECK(!getrlimit(RLIMIT_AS, &before));
    limit = before;
    limit.rlim_cur = pages * (size_t)sysconf(_SC_PAGESIZE) + LEFT;
    CHECK(!setrlimit(RLIMIT_AS, &limit));
    bytes = machine_memory_free();
    CHECK(!setrlimit(RLIMIT_AS, &before));
    CHECK(bytes <= LEFT && bytes >= LEFT / 2);
}

int main(void)
{
    temp_open();
    test_labels();
    test_reading();
    test_writing();
    test_no_space();
    test_folders();
    test_removing();
    test_machine();
    test_memory_limit();
    temp_close();
    test_place_names();
    return check_done();
}
