/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The history on disk: its order, its end of 500 MB, several writers, damage, a full disk. The
 * program runs itself as the other processes. */
#include "album.h"
#include "check.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SMALL = 100 };

static const char *program;

static char *path_of(const char *name)
{
    return g_build_filename(g_get_user_state_dir(), "ebru", "history", name, NULL);
}

static gboolean add(const char *prompt, gsize size)
{
    g_autofree char *recipe = g_strdup_printf("{\"recipe\":1,\"prompt\":\"%s\"}", prompt);
    g_autofree char *png = g_malloc0(size);

    return album_add(recipe, png, size);
}

static int count(void)
{
    struct album *const a = album_open();
    const int n = album_count(a);

    album_free(a);
    return n;
}

static int files(void)
{
    g_autofree char *folder = path_of(NULL);
    GDir *const dir = g_dir_open(folder, 0, NULL);
    int n = 0;

    while (dir && g_dir_read_name(dir))
        n++;
    if (dir)
        g_dir_close(dir);
    return n;
}

static gboolean finds(const struct album *a, int i, const char *words)
{
    g_auto(GStrv) list = g_strsplit(words, " ", -1);

    return album_has_words(a, i, list);
}

/* --- what is claimed ------------------------------------------------------ */

static void check_order(void)
{
    CHECK(count() == 0);
    CHECK(add("a Lighthouse at dusk", SMALL) && add("eine Straße", SMALL) && add("last", SMALL));
    CHECK(!album_add("no recipe", "", 0));
    struct album *const a = album_open();
    CHECK(album_count(a) == 3);
    CHECK(!strcmp(album_prompt(a, 0), "last") &&
          !strcmp(album_prompt(a, 2), "a Lighthouse at dusk"));
    CHECK(finds(a, 2, "dusk light") && !finds(a, 2, "dusk street") && finds(a, 1, "strasse"));
    CHECK(ABS(album_time(a, 0) - g_get_real_time() / G_USEC_PER_SEC) < 10);
    g_autofree char *recipe = album_recipe(a, 0);
    g_autofree char *thumbnail = album_thumbnail(a, 0);
    CHECK(strstr(recipe, "\"prompt\": \"last\""));
    CHECK(g_file_test(thumbnail, G_FILE_TEST_EXISTS));
    CHECK(album_bytes(a) > 3 * SMALL);
    album_remove(album_id(a, 0));
    CHECK(!g_file_test(thumbnail, G_FILE_TEST_EXISTS) && count() == 2);
    album_remove(album_id(a, 0)); /* it is gone already */
    CHECK(count() == 2);
    album_free(a);
    album_clear();
    CHECK(count() == 0 && files() == 2); /* the lines and the lock */
}

static void check_end(void)
{
    enum { BIG = 10000 };
    for (int i = 0; i < 20; i++) {
        g_autofree char *prompt = g_strdup_printf("number %d", i);
        CHECK(add(prompt, BIG));
    }
    album_trim(10 * BIG);
    struct album *const a = album_open();
    CHECK(album_count(a) == 9); /* ten thumbnails leave no place for their lines */
    CHECK(!strcmp(album_prompt(a, 0), "number 19") && !strcmp(album_prompt(a, 8), "number 11"));
    CHECK(album_bytes(a) <= 10 * BIG && files() == 9 + 2);
    album_free(a);
    album_clear();
}

static guint64 counted(void)
{
    g_autofree char *path = path_of("lock"), *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) ? g_ascii_strtoull(text, NULL, 10) : 0;
}

static guint64 real(void)
{
    struct album *const a = album_open();
    const guint64 bytes = album_bytes(a);

    album_free(a);
    return bytes;
}

/* What is there is counted with each change, so a picture more looks at no other: a file that
 * nobody counted, as large as all may be, is not noticed, until the number is lost. */
static void check_number(void)
{
    g_autofree char *number = path_of("lock"), *stray = path_of("stray.png");

    CHECK(add("one", 1000) && add("two", 2000) && counted() == real() && counted() > 3000);
    CHECK(g_file_set_contents(stray, "", 0, NULL));
    CHECK(!truncate(stray, (off_t)ALBUM_MOST_BYTES));
    CHECK(add("three", SMALL) && count() == 3 && counted() + ALBUM_MOST_BYTES == real());
    CHECK(!truncate(number, 0) && add("four", SMALL));
    CHECK(count() == 4 && !g_file_test(stray, G_FILE_TEST_EXISTS) && counted() == real());
    CHECK(g_file_set_contents(number, "nonsense", -1, NULL) && add("five", SMALL));
    CHECK(count() == 5 && counted() == real());
    album_clear();
    CHECK(counted() == 0 && real() == 0);
}

static void check_damage(void)
{
    static const char *const bad[] = { "",
                                       "nonsense",
                                       "{}",
                                       "{\"id\":7,\"recipe\":{}}",
                                       "{\"id\":\"../x\",\"recipe\":{}}",
                                       "{\"id\":\"a\",\"rec" };
    g_autofree char *lines = path_of("pictures.jsonl"), *stray = path_of("stray.png");

    CHECK(add("first", SMALL));
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        FILE *const f = fopen(lines, "a");
        CHECK(f && fputs(bad[i], f) >= 0 && !fclose(f)); /* without the end of the line */
        CHECK(add("whole", SMALL));
        CHECK(count() == (int)i + 2);
    }
    CHECK(g_file_set_contents(stray, "half", -1, NULL));
    album_remove("0");
    CHECK(!g_file_test(stray, G_FILE_TEST_EXISTS) && count() == (int)G_N_ELEMENTS(bad) + 1);
    album_clear();
}

/* A file may not become larger than now, as on a full disk; what was there stays. */
static void check_full(void)
{
    struct rlimit before;
    g_autofree char *lines = path_of("pictures.jsonl"), *old = NULL, *new = NULL;
    gsize size;

    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    CHECK(add("one", SMALL) && add("two", SMALL));
    CHECK(g_file_get_contents(lines, &old, &size, NULL));
    const int n = files();
    for (gsize more = 0; more < 60; more += 20) {
        const struct rlimit limit = { size + more, before.rlim_max };
        setrlimit(RLIMIT_FSIZE, &limit);
        const gboolean added = add("three", SMALL);
        setrlimit(RLIMIT_FSIZE, &before);
        CHECK(!added && files() == n);
        g_clear_pointer(&new, g_free);
        CHECK(g_file_get_contents(lines, &new, NULL, NULL) && !strcmp(old, new));
    }
    CHECK(add("three", SMALL) && count() == 3);
    album_clear();
}

/* Lines that cannot be read, here for a link to itself, are not taken for none. */
static void check_unreadable(void)
{
    g_autofree char *lines = path_of("pictures.jsonl"), *aside = path_of("../aside");

    CHECK(add("one", SMALL) && add("two", SMALL));
    const int n = files();
    CHECK(!g_rename(lines, aside) && !symlink("pictures.jsonl", lines));
    CHECK(count() == 0);
    album_remove("0");
    album_trim(1);
    CHECK(files() == n && g_file_test(lines, G_FILE_TEST_IS_SYMLINK));
    CHECK(!g_unlink(lines) && !g_rename(aside, lines));
    CHECK(count() == 2 && files() == n);
    album_clear();
    CHECK(count() == 0 && files() == 2);
}

/* --- other processes ------------------------------------------------------ */

static pid_t start(const char *what)
{
    const pid_t pid = fork();

    if (!pid) {
        execl(program, program, what, (char *)NULL);
        _exit(1);
    }
    return pid;
}

static void add_many(int n)
{
    for (int i = 0; i < n; i++)
        add("by another", SMALL);
}

static void check_several(void)
{
    enum { WRITERS = 4, EACH = 50 };
    pid_t pids[WRITERS];

    for (int i = 0; i < WRITERS; i++)
        pids[i] = start("fifty");
    for (int i = 0; i < 20; i++) { /* a reader and remover meanwhile loses nobody else's */
        CHECK(add("mine", SMALL));
        struct album *const a = album_open();
        for (int k = 0; k < album_count(a); k++)
            if (!strcmp(album_prompt(a, k), "mine"))
                album_remove(album_id(a, k));
        album_free(a);
    }
    for (int i = 0; i < WRITERS; i++)
        waitpid(pids[i], NULL, 0);
    CHECK(count() == WRITERS * EACH && files() == WRITERS * EACH + 2 && counted() == real());
    album_clear();
}

static void check_kills(void)
{
    for (int i = 0; i < 20; i++) {
        const pid_t other = start("for ever");
        g_usleep(5000 + 3777u * (guint)i);
        kill(other, SIGKILL);
        waitpid(other, NULL, 0);
        const int n = count();
        CHECK(add("after", SMALL) && count() == n + 1);
    }
    album_clear();
    CHECK(files() == 2);
}

/* A window that opens with thousands must not wait. */
static void check_many(void)
{
    enum { MANY = 5000, LENGTH = 2000 };
    g_autofree char *lines = path_of("pictures.jsonl"), *filler = g_strnfill(LENGTH, 'x');
    g_autoptr(GString) all = g_string_new(NULL);

    for (int i = 0; i < MANY; i++)
        g_string_append_printf(all,
                               "{\"id\":\"%x\",\"time\":%d,\"recipe\":{\"negative\":\"%s\","
                               "\"prompt\":\"number %d\"}}\n",
                               i, i, filler, i);
    CHECK(g_file_set_contents(lines, all->str, -1, NULL));
    const gint64 before = g_get_monotonic_time();
    struct album *const a = album_open();
    const double ms = (double)(g_get_monotonic_time() - before) / 1000;
    printf("%d pictures read in %.0f ms\n", album_count(a), ms);
    CHECK(album_count(a) == MANY && ms < 1000);
    album_free(a);
    album_clear();
}

int main(int argc, char **argv)
{
    program = argv[0];
    if (argc > 1)
        add_many(!strcmp(argv[1], "fifty") ? 50 : G_MAXINT);
    if (argc > 1)
        return 0;
    g_autofree char *folder = g_dir_make_tmp("ebru-album-XXXXXX", NULL);
    g_setenv("XDG_STATE_HOME", folder, TRUE);
    check_order();
    check_end();
    check_number();
    check_damage();
    check_full();
    check_unreadable();
    check_several();
    check_kills();
    check_many();
    return check_done();
}
