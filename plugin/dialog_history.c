/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dialog_parts.h"

#include "album_window.h"
#include "recall.h"

#include <math.h>

static char **missing(void *user, const char *recipe)
{
    const struct dialog *const d = user;

    return recall_missing(recipe, d->config, d->models);
}

static void use(void *user, const char *recipe, gboolean again)
{
    struct dialog *const d = user;
    g_autofree char *before = NULL, *model = NULL;

    g_object_get(d->config, "model", &before, NULL);
    g_object_freeze_notify(G_OBJECT(d->config)); /* one new model, not two */
    g_object_set(d->config, "style", "", NULL);  /* it is in the prompt */
    recall_apply(recipe, d->config, d->models);
    d->guidance = d->width = d->height = NAN; /* no model is to change them */
    g_object_get(d->config, "model", &model, NULL);
    if (!checkpoints_choose(d->models, model, NULL))
        g_object_set(d->config, "model", before, NULL);
    if (again)
        g_object_set(d->config, "seed", -1.0, NULL);
    d->recalling = TRUE;
    g_object_thaw_notify(G_OBJECT(d->config));
    d->recalling = FALSE;
    gtk_window_present(GTK_WINDOW(d->window));
    gtk_widget_grab_focus(d->form.prompt);
    if (again)
        dialog_generate(d);
}

void dialog_show_history(struct dialog *d)
{
    const struct album_events events = { missing, use, d };

    album_window_open(GTK_WINDOW(d->window), &events);
}
