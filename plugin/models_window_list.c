/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models_window_parts.h"

#include "catalogue.h"
#include "checkpoints.h"
#include "downloads_catalogue.h"
#include "message.h"
#include "models.h"
#include "models_index.h"
#include "store.h"

#include <glib/gi18n.h>

/* --- the list ------------------------------------------------------------- */

static const char *licence_for(struct models_window *w, struct models_index *index,
                               const struct checkpoint *c, const char *sha256)
{
    g_autofree char *file = g_path_get_basename(c->path);
    const struct catalogue_item *const item =
        catalogue_find(w->catalogue, sha256, file, c->info.bytes);

    return item ? item->licence : c->starter ? "CC0 1.0" : models_index_licence(index, c->path);
}

/* It covers nothing that went wrong, and goes when there is a model. */
static void say_none(struct models_window *w, gboolean none)
{
    g_autofree char *text = message_fill(MESSAGE_NO_MODEL, NULL);

    if (none && w->banner.action == BANNER_NONE)
        banner_greet(&w->banner, message_action(MESSAGE_NO_MODEL), text);
    else if (!none && w->banner.greeting)
        banner_hide(&w->banner);
}

/* complete: there are no others. */
static void show_models(struct models_window *w, GPtrArray *models, const char *selected,
                        gboolean complete)
{
    struct models_index *const index = models_index_open();
    g_autoptr(GHashTable) used = store_used();

    models_list_begin(&w->list);
    for (guint i = 0; i < models->len; i++) {
        const struct checkpoint *const c = models->pdata[i];
        const gint64 *const time = g_hash_table_lookup(used, c->path);
        const char *const sha256 = models_index_sha256(index, c->path);
        const struct models_row row = { .path = c->path,
                                        .name = c->info.name,
                                        .family = c->info.family,
                                        .precision = c->info.precision,
                                        .licence = licence_for(w, index, c, sha256),
                                        .sha256 = sha256,
                                        .size = c->info.bytes,
                                        .memory = (gint64)models_memory(&c->info),
                                        .used = time ? *time : 0,
                                        .width = c->info.width,
                                        .height = c->info.height };
        models_list_add(&w->list, &row);
    }
    models_list_end(&w->list, selected);
    models_index_close(index);
    say_none(w, complete && !models->len);
}

static void find_all(GTask *task, gpointer source, gpointer data, GCancellable *cancel)
{
    (void)source;
    (void)data;
    (void)cancel;
    g_task_return_pointer(task, checkpoints_find_all(), (GDestroyNotify)g_ptr_array_unref);
}

static void on_found_all(GObject *source, GAsyncResult *result, gpointer data)
{
    struct models_window *const w = data;
    g_autoptr(GPtrArray) models = g_task_propagate_pointer(G_TASK(result), NULL);

    (void)source;
    w->threads--;
    if (!w->closed && models) {
        g_autofree char *selected = models_list_selected(&w->list);
        models_window_say(w, "");
        show_models(w, models, selected, TRUE);
    }
    models_window_free_when_done(w);
}

/* What is known at once, and the rest when it has been looked at. */
void models_window_fill(struct models_window *w, const char *selected)
{
    gboolean complete;
    g_autoptr(GPtrArray) models = checkpoints_find_soon(&complete);

    g_clear_pointer(&w->catalogue, g_ptr_array_unref);
    w->catalogue = downloads_catalogue(NULL); /* it may be edited while the window is open */
    models_window_say(w, "");
    show_models(w, models, selected, complete);
    if (complete)
        return;
    models_window_say(w, _("Looking at further files…"));
    w->threads++;
    g_autoptr(GTask) task = g_task_new(NULL, NULL, on_found_all, w);
    g_task_run_in_thread(task, find_all);
}

void models_window_list_changed(struct models_window *w, const char *selected)
{
    banner_hide(&w->banner);
    models_window_fill(w, selected);
    if (w->changed)
        w->changed(w->user, NULL);
}
