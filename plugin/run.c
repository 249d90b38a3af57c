/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run.h"

#include "album_keep.h"
#include "lock.h"
#include "message.h"

#include <glib/gi18n.h>
#include <stdio.h>

static void show_progress(void *user, const struct work_view *view)
{
    (void)user;
    if (view->state == WORK_RUNNING)
        gimp_progress_update(view->progress.fraction);
    else
        gimp_progress_pulse();
}

gboolean run_may_load(GimpRunMode mode, const char *title, GError **error)
{
    g_autofree char *holder = NULL;

    if (lock_take(title, &holder))
        return TRUE;
    if (mode == GIMP_RUN_NONINTERACTIVE) /* the engine refuses what does not fit into memory */
        g_printerr("ebru: another Ebru, %s, has a model in memory too\n", holder);
    else
        g_set_error(error, EBRU_PLUGIN_ERROR, EBRU_NO_MEMORY,
                    _("Another Ebru window, %s, has a model in memory. Generate there, or close "
                      "it."),
                    holder);
    return mode == GIMP_RUN_NONINTERACTIVE;
}

gboolean run_order(struct job *job, struct order *order, GimpRunMode mode, const char *title,
                   struct job_result *result, GError **error)
{
    if (!run_may_load(mode, title, error)) {
        order_clear(order);
        return FALSE;
    }
    order->say_steps =
        mode == GIMP_RUN_NONINTERACTIVE && g_strcmp0(g_getenv("EBRU_QUIET"), "1") != 0;
    order->previews = false; /* there is nowhere to show them */
    gimp_progress_init(title);
    struct worker *const worker = worker_new(&backend_local);
    struct work *const work = worker_push(worker, order);
    worker_wait(worker, work, show_progress, NULL);
    gimp_progress_end();
    const struct work_outcome *const outcome = work_outcome(work);
    ebru_error err = outcome->error;
    const gboolean ok = outcome->ok && job_commit(job, outcome, result, &err);
    if (!ok)
        g_error_from_ebru(error, &err);
    if (ok && result->made_image && mode != GIMP_RUN_NONINTERACTIVE)
        gimp_display_new(result->image);
    for (int i = 0; ok && i < result->count; i++)
        album_keep(result->recipes[i], &outcome->result.images[i]);
    job_keep_speed(job, outcome->speed);
    work_unref(work);
    return ok;
}

gboolean run_silently(GimpProcedureConfig *config, GimpRunMode mode, const char *title,
                      GimpImage *image, GimpDrawable *drawable, struct job_result *result,
                      GError **error)
{
    g_autoptr(GPtrArray) models = checkpoints_find_all();
    struct settings settings;
    struct job job = { 0 };
    struct order order;

    settings_read(&settings, config);
    const struct checkpoint *const model = checkpoints_choose(models, settings.model, error);
    const gboolean ok = model && job_plan(&job, &settings, image, drawable, model, error) &&
                        job_order(&job, &settings, &order, error) &&
                        run_order(&job, &order, mode, title, result, error);
    job_clear(&job);
    settings_clear(&settings);
    return ok;
}
