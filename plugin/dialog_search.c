/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dialog_parts.h"

#include "model_row.h"

#include <gio/gio.h>
#include <string.h>

/* One look at all models. */
struct search {
    struct dialog *d; /* NULL: nobody waits for it any more */
};

static void look(GTask *task, gpointer source, gpointer data, GCancellable *cancel)
{
    (void)source;
    (void)data;
    (void)cancel;
    g_task_return_pointer(task, checkpoints_find_all(), (GDestroyNotify)g_ptr_array_unref);
}

/* Where the chosen model was among those known at once, only the list grows. */
static void take(struct dialog *d, GPtrArray *models)
{
    g_autoptr(GPtrArray) before = d->models;
    const struct checkpoint *const old = dialog_model(d, NULL);

    d->search = NULL;
    d->models = g_ptr_array_ref(models);
    const struct checkpoint *const new = dialog_model(d, NULL);
    if (old && new && !strcmp(old->path, new->path))
        model_row_fill(d->form.model, d->models, new);
    else
        dialog_fill_models(d);
}

static void on_looked(GObject *source, GAsyncResult *result, gpointer data)
{
    struct search *const s = data;
    g_autoptr(GPtrArray) models = g_task_propagate_pointer(G_TASK(result), NULL);

    (void)source;
    if (s->d)
        take(s->d, models);
    g_free(s);
}

void dialog_find_models(struct dialog *d)
{
    gboolean complete;

    dialog_forget_search(d);
    d->models = checkpoints_find_soon(&complete);
    if (complete)
        return;
    d->search = g_new(struct search, 1);
    d->search->d = d;
    g_autoptr(GTask) task = g_task_new(NULL, NULL, on_looked, d->search);
    g_task_run_in_thread(task, look);
}

void dialog_forget_search(struct dialog *d)
{
    if (d->search)
        d->search->d = NULL;
    d->search = NULL;
}
