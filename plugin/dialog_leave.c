/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dialog_parts.h"

#include "closing.h"
#include "store.h"

#include <glib/gi18n.h>

static gboolean is_ready(gpointer data)
{
    struct dialog *const d = data;

    if (queue_unfinished(d->queue))
        return G_SOURCE_CONTINUE;
    gtk_main_quit();
    return G_SOURCE_REMOVE;
}

static void go_on_hidden(struct dialog *d)
{
    d->hidden = TRUE;
    results_end_compare(&d->results);
    queue_set_paused(d->queue, FALSE);
    queue_finish_all(d->queue, TRUE);
    gtk_widget_hide(GTK_WIDGET(d->window));
    gimp_progress_init(d->title);
    g_timeout_add(100, is_ready, d);
    gtk_main();
    gimp_progress_end();
}

/* Whether the window may go. */
gboolean dialog_leave(struct dialog *d)
{
    const int jobs = queue_unfinished(d->queue), drafts = queue_drafts(d->queue);

    switch (jobs || drafts ? closing_ask(GTK_WINDOW(d->window), jobs, drafts) : CLOSING_STOP) {
    case CLOSING_GO_ON:
        go_on_hidden(d);
        return TRUE;
    case CLOSING_STOP:
        queue_stop_all(d->queue);
        return TRUE;
    default:
        return FALSE;
    }
}

void dialog_keep_size(struct dialog *d)
{
    if (d->hidden)
        return;
    store_keep_window("width", form_width(&d->form));
    store_keep_window("height", form_height(&d->form));
}
