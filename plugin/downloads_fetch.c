/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "downloads_fetch.h"

#include "download.h"
#include "message.h"

#include <glib/gi18n.h>

struct fetching {
    GPtrArray *items;
    const struct catalogue_item *item;
    char *folder;
    gint64 began, from; /* us; bytes that were there already */
    GCancellable *cancel;
    void (*ended)(void *user, const char *path, const GError *error);
    void *user;
    GMutex lock; /* of all below */
    enum download_phase phase;
    gint64 done;
};

static void on_bytes(void *user, enum download_phase phase, gint64 done)
{
    struct fetching *const f = user;

    g_mutex_lock(&f->lock);
    f->phase = phase;
    f->done = done;
    g_mutex_unlock(&f->lock);
}

static void fetch(GTask *task, gpointer source, gpointer data, GCancellable *cancel)
{
    struct fetching *const f = data;
    const struct download what = { f->item->url, f->item->file, f->item->sha256, f->item->size };
    const struct download_watch watch = { on_bytes, f };
    GError *error = NULL;
    char *const path = download_file(&what, f->folder, cancel, &watch, &error);

    (void)source;
    if (path)
        g_task_return_pointer(task, path, g_free);
    else
        g_task_return_error(task, error);
}

static void on_fetched(GObject *source, GAsyncResult *result, gpointer data)
{
    struct fetching *const f = data;
    GError *error = NULL;
    g_autofree char *path = g_task_propagate_pointer(G_TASK(result), &error);

    (void)source;
    f->ended(f->user, path, error);
    g_clear_error(&error);
    g_mutex_clear(&f->lock);
    g_object_unref(f->cancel);
    g_ptr_array_unref(f->items);
    g_free(f->folder);
    g_free(f);
}

struct fetching *fetching_begin(GPtrArray *items, const struct catalogue_item *item,
                                const char *folder,
                                void (*done)(void *user, const char *path, const GError *error),
                                void *user)
{
    const struct download what = { item->url, item->file, item->sha256, item->size };
    struct fetching *const f = g_new0(struct fetching, 1);

    f->items = g_ptr_array_ref(items);
    f->item = item;
    f->folder = g_strdup(folder);
    f->from = download_part(&what, folder);
    f->began = g_get_monotonic_time();
    f->cancel = g_cancellable_new();
    f->ended = done;
    f->user = user;
    g_mutex_init(&f->lock);
    g_autoptr(GTask) task = g_task_new(NULL, f->cancel, on_fetched, f);
    g_task_set_task_data(task, f, NULL);
    g_task_run_in_thread(task, fetch);
    return f;
}

void fetching_stop(struct fetching *f)
{
    g_cancellable_cancel(f->cancel);
}

static gint64 read_state(struct fetching *f, enum download_phase *phase)
{
    g_mutex_lock(&f->lock);
    *phase = f->phase;
    const gint64 done = f->done;
    g_mutex_unlock(&f->lock);
    return done;
}

double fetching_fraction(struct fetching *f)
{
    enum download_phase phase;

    return (double)read_state(f, &phase) / (double)f->item->size;
}

/* "1.2 GB of 2.1 GB · 5.3 MB/s · 3 min left" */
char *fetching_describe(struct fetching *f)
{
    enum download_phase phase;
    const gint64 done = read_state(f, &phase), size = f->item->size;
    const double seconds = (double)(g_get_monotonic_time() - f->began) / G_USEC_PER_SEC;
    const double speed = seconds > 0 ? (double)(done - f->from) / seconds : 0;
    g_autofree char *have = g_format_size((guint64)done);
    g_autofree char *all = g_format_size((guint64)size);
    g_autofree char *pace = g_format_size((guint64)MAX(0, speed));
    g_autofree char *left = message_left(speed > 0 ? (double)(size - done) / speed : 0);

    if (phase == DOWNLOAD_CONNECTING)
        return g_strdup(_("Connecting…"));
    if (phase == DOWNLOAD_CHECKING)
        return g_strdup_printf(_("Checking: %s of %s"), have, all);
    if (seconds < 1 || speed <= 0)
        return g_strdup_printf(_("%s of %s"), have, all);
    return g_strdup_printf(_("%s of %s · %s/s · %s"), have, all, pace, left);
}
