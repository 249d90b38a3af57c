/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs on disk: what a process leaves that ends or is killed, and what is never believed. The
 * program runs itself as the other process. */
#include "check.h"
#include "ledger.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BIG = 200000 };

static const char *program;

static char *path_of(const char *name)
{
    return g_build_filename(g_get_user_state_dir(), "ebru", name, NULL);
}

static char *add(int number, gsize size)
{
    g_autofree char *job = g_strdup_printf("{\"number\":%d}", number);
    g_autofree char *pixels = g_malloc(size);
    const struct ledger_part parts[] = { { pixels, size / 2 },
                                         { pixels + size / 2, size - size / 2 } };

    memset(pixels, number, size);
    return ledger_add(job, parts, 2);
}

/* --- the other process ---------------------------------------------------- */

static void add_two_and_wait(void)
{
    g_free(add(1, 1000));
    g_free(add(2, 10));
    if (write(STDOUT_FILENO, "x", 1) != 1)
        return;
    pause();
}

static void add_and_remove_for_ever(void)
{
    for (int i = 0;; i++) {
        g_autofree char *id = add(i % 100, BIG);
        if (i % 3)
            ledger_remove(id);
    }
}

/* Runs it; *out: what it writes. */
static pid_t start(const char *what, int *out)
{
    int ends[2];

    if (pipe(ends))
        exit(1);
    const pid_t pid = fork();
    if (!pid) {
        dup2(ends[1], STDOUT_FILENO);
        execl(program, program, what, (char *)NULL);
        _exit(1);
    }
    close(ends[1]);
    *out = ends[0];
    return pid;
}

static void end(pid_t pid, int out)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    close(out);
}

/* --- what is claimed ------------------------------------------------------ */

static gboolean is_whole(const char *id, int number, gsize size)
{
    g_autofree char *job = NULL, *pixels = NULL;
    g_autofree char *want = g_strdup_printf("{\"number\":%d}", number);
    gsize got = 0;

    if (!ledger_read(id, &job, &pixels, &got, NULL) || strcmp(job, want) || got != size)
        return FALSE;
    for (gsize i = 0; i < size; i++)
        if (pixels[i] != number)
            return FALSE;
    return TRUE;
}

static int files(void)
{
    g_autofree char *folder = path_of("");
    GDir *const dir = g_dir_open(folder, 0, NULL);
    const char *name;
    int n = 0;

    while (dir && (name = g_dir_read_name(dir)))
        n += g_str_has_prefix(name, "job-") || g_str_has_prefix(name, "session-");
    if (dir)
        g_dir_close(dir);
    return n;
}

static void check_left(void)
{
    int out;
    char byte;
    const pid_t other = start("two", &out);

    CHECK(read(out, &byte, 1) == 1);
    CHECK(ledger_left() == 0); /* it lives */
    g_auto(GStrv) none = ledger_adopt();
    CHECK(!none[0]);
    end(other, out);
    CHECK(ledger_left() == 2);
    g_auto(GStrv) ids = ledger_adopt();
    CHECK(g_strv_length(ids) == 2 && ledger_left() == 0);
    CHECK(is_whole(ids[0], 1, 1000) && is_whole(ids[1], 2, 10));
    ledger_release(ids[1]);
    CHECK(ledger_left() == 1 && is_whole(ids[1], 2, 10));
    g_auto(GStrv) again = ledger_adopt();
    CHECK(g_strv_length(again) == 1 && !strcmp(again[0], ids[1]) && ledger_left() == 0);
    ledger_remove(ids[0]);
    CHECK(!is_whole(ids[0], 1, 1000) && is_whole(ids[1], 2, 10));
    ledger_remove(ids[1]);
    ledger_left();
    CHECK(files() == 1); /* our own lock */
}

static void check_bounds(void)
{
    char *ids[LEDGER_MOST_JOBS + 1];

    for (int i = 0; i <= LEDGER_MOST_JOBS; i++)
        ids[i] = add(i, 10);
    CHECK(ids[LEDGER_MOST_JOBS - 1] && !ids[LEDGER_MOST_JOBS]);
    for (int i = 0; i <= LEDGER_MOST_JOBS; i++) {
        ledger_remove(ids[i]);
        g_free(ids[i]);
    }
    CHECK(files() == 1);
    const struct ledger_part much = { "", LEDGER_MOST_BYTES + 1 }; /* is not read */
    g_autofree char *none = ledger_add("{}", &much, 1);
    CHECK(!none);
    g_autofree char *no_json = ledger_add("{", NULL, 0);
    CHECK(!no_json);
}

static void check_damage(void)
{
    static const char *const lists[] = { "", "nonsense", "[]", "{\"jobs\":7}",
                                         "{\"jobs\":[7,{}]}" };
    g_autofree char *list = path_of("queue.json");
    g_autofree char *stray = path_of("job-x.pixels.ABC");

    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        CHECK(g_file_set_contents(list, lists[i], -1, NULL));
        CHECK(g_file_set_contents(stray, "half", -1, NULL));
        CHECK(ledger_left() == 0);
        CHECK(!g_file_test(stray, G_FILE_TEST_EXISTS));
        g_autofree char *id = add(3, 100);
        CHECK(id && is_whole(id, 3, 100));
        g_autofree char *name = g_strdup_printf("job-%s.pixels", id);
        g_autofree char *pixels = path_of(name);
        CHECK(!truncate(pixels, 50));
        CHECK(ledger_left() == 0 && !is_whole(id, 3, 100));
        CHECK(files() == 1);
    }
}

static void check_kills(void)
{
    for (int i = 0; i < 20; i++) {
        int out;
        const pid_t other = start("many", &out);
        g_usleep(5000 + 3777u * (guint)i);
        end(other, out);
        ledger_left();
        g_auto(GStrv) ids = ledger_adopt();
        for (char **id = ids; *id; id++) {
            g_autofree char *job = NULL, *pixels = NULL;
            gsize size = 0;
            CHECK(ledger_read(*id, &job, &pixels, &size, NULL) && size == BIG);
            ledger_remove(*id);
        }
        CHECK(files() == 1);
    }
}

int main(int argc, char **argv)
{
    program = argv[0];
    if (argc > 1 && !strcmp(argv[1], "two"))
        add_two_and_wait();
    else if (argc > 1)
        add_and_remove_for_ever();
    if (argc > 1)
        return 0;
    g_autofree char *folder = g_dir_make_tmp("ebru-ledger-XXXXXX", NULL);
    g_setenv("XDG_STATE_HOME", folder, TRUE);
    check_left();
    check_bounds();
    check_damage();
    check_kills();
    return check_done();
}
