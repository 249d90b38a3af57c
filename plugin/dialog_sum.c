/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dialog_parts.h"

#include "models_index.h"
#include "models_sums.h"

enum { REST = 2 }; /* s without work, before the file is read */

static void on_sum(void *user, const char *path, const char *sha256, const GError *error)
{
    struct dialog *const d = user;

    (void)error; /* it is tried again after the next picture */
    d->sum = NULL;
    if (!sha256)
        return;
    struct models_index *const index = models_index_open();
    models_index_keep_sha256(index, path, sha256);
    models_index_close(index);
}

static gboolean begin(gpointer data)
{
    struct dialog *const d = data;
    g_autofree char *path = g_steal_pointer(&d->unsummed);
    struct models_index *const index = models_index_open();
    const gboolean known = models_index_sha256(index, path) != NULL;

    models_index_close(index);
    d->rest = 0;
    if (!known)
        d->sum = sum_begin_quietly(path, on_sum, d);
    return G_SOURCE_REMOVE;
}

static void stop(struct dialog *d)
{
    if (d->rest)
        g_source_remove(d->rest);
    d->rest = 0;
    if (d->sum)
        sum_forget(d->sum);
    d->sum = NULL;
}

void dialog_follow_sum(struct dialog *d, const struct entry *e)
{
    if (queue_running(d->queue)) {
        stop(d);
        return;
    }
    if (e && e->state == ENTRY_DONE && !e->job.sha256) {
        g_free(d->unsummed);
        d->unsummed = g_strdup(e->job.model);
    }
    if (d->unsummed && !d->sum && !d->rest)
        d->rest = g_timeout_add_seconds(REST, begin, d);
}

void dialog_forget_sum(struct dialog *d)
{
    stop(d);
    g_clear_pointer(&d->unsummed, g_free);
}
