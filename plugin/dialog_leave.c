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

/* History, Models and the like go with it: nothing that is pressed there would do anything. */
static void close_others(GtkWindow *window)
{
    g_autoptr(GList) all = gtk_window_list_toplevels();

    for (GList *l = all; l; l = l->next)
        if (gtk_window_get_transient_for(l->data) == window)
            gtk_widget_destroy(l->data);
}

static void go_on_hidden(struct dialog *d)
{
    d->hidden = TRUE;
    close_others(GTK_WINDOW(d->window));
    results_end_compare(&d->results);
    queue_set_paused(d->queue, FALSE);
    queue_finish_all(d->queue, TRUE);
    gtk_widget_hide(GTK_WIDGET(d->window));
    gimp_progress_init(d->title);
    g_timeout_add(100, is_ready, d);
    gtk_main();
    gimp_progress_end();
}

/* Generate Again may bring a job while the question is open: then it is asked once more before all
 * is stopped. */
static enum closing ask(struct dialog *d)
{
    enum closing answer = CLOSING_STOP;
    int jobs, drafts;

    do {
        jobs = queue_unfinished(d->queue);
        drafts = queue_drafts(d->queue);
        if (jobs || drafts)
            answer = closing_ask(GTK_WINDOW(d->window), jobs, drafts);
    } while (answer == CLOSING_STOP && queue_unfinished(d->queue) > jobs);
    return answer;
}

/* Whether the window may go. */
gboolean dialog_leave(struct dialog *d)
{
    const enum closing answer = ask(d);

    if (answer == CLOSING_GO_ON)
        go_on_hidden(d);
    else if (answer == CLOSING_STOP)
        queue_stop_all(d->queue);
    return answer != CLOSING_CANCEL;
}

void dialog_keep_size(struct dialog *d)
{
    if (d->hidden)
        return;
    store_keep_window("width", form_width(&d->form));
    store_keep_window("height", form_height(&d->form));
}
