/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _DEFAULT_SOURCE /* nice() */
#include "models_sums.h"

#include "checksum.h"

#include <unistd.h>

struct sum {
    char *path;
    gint64 size;
    gint permille; /* atomic */
    GCancellable *cancel;
    void (*done)(void *user, const char *path, const char *sha256, const GError *error);
    void *user;
};

static void on_bytes(void *user, gint64 done)
{
    struct sum *const s = user;

    g_atomic_int_set(&s->permille, s->size > 0 ? (gint)(done * 1000 / s->size) : 0);
}

static void make(GTask *task, gpointer source, gpointer data, GCancellable *cancel)
{
    struct sum *const s = data;
    GError *error = NULL;

    (void)source;
    s->size = checksum_size(s->path);
    char *const sha256 = checksum_of(s->path, cancel, on_bytes, s, &error);
    if (sha256)
        g_task_return_pointer(task, sha256, g_free);
    else
        g_task_return_error(task, error);
}

static gpointer make_quietly(gpointer data)
{
    enum { LAST = 19 };
    g_autoptr(GTask) task = data;

    if (nice(LAST) < 0) /* of this thread alone, on Linux */
        g_debug("the thread of the checksum is not nice");
    make(task, NULL, g_task_get_task_data(task), g_task_get_cancellable(task));
    return NULL;
}

static void on_made(GObject *source, GAsyncResult *result, gpointer data)
{
    struct sum *const s = data;
    GError *error = NULL;
    g_autofree char *sha256 = g_task_propagate_pointer(G_TASK(result), &error);

    (void)source;
    if (s->done)
        s->done(s->user, s->path, sha256, error);
    g_clear_error(&error);
    g_object_unref(s->cancel);
    g_free(s->path);
    g_free(s);
}

static struct sum *begin(const char *path,
                         void (*done)(void *user, const char *path, const char *sha256,
                                      const GError *error),
                         void *user, gboolean quietly)
{
    struct sum *const s = g_new0(struct sum, 1);

    s->path = g_strdup(path);
    s->cancel = g_cancellable_new();
    s->done = done;
    s->user = user;
    GTask *const task = g_task_new(NULL, s->cancel, on_made, s);
    g_task_set_task_data(task, s, NULL);
    if (quietly) {
        g_thread_unref(g_thread_new("checksum", make_quietly, task));
        return s;
    }
    g_task_run_in_thread(task, make);
    g_object_unref(task);
    return s;
}

struct sum *sum_begin(const char *path,
                      void (*done)(void *user, const char *path, const char *sha256,
                                   const GError *error),
                      void *user)
{
    return begin(path, done, user, FALSE);
}

struct sum *sum_begin_quietly(const char *path,
                              void (*done)(void *user, const char *path, const char *sha256,
                                           const GError *error),
                              void *user)
{
    return begin(path, done, user, TRUE);
}

void sum_stop(struct sum *sum)
{
    g_cancellable_cancel(sum->cancel);
}

void sum_forget(struct sum *sum)
{
    sum->done = NULL;
    sum_stop(sum);
}

const char *sum_path(const struct sum *sum)
{
    return sum->path;
}

double sum_fraction(struct sum *sum)
{
    return g_atomic_int_get(&sum->permille) / 1000.0;
}
