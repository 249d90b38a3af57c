/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dialog_parts.h"

#include "help_window.h"
#include "keys.h"
#include "keys_window.h"
#include "prompt_search.h"

#include <gdk/gdkkeysyms.h>

static gboolean in_strip(struct dialog *d)
{
    GtkWidget *const focus = gtk_window_get_focus(GTK_WINDOW(d->window));

    return focus && gtk_widget_is_ancestor(focus, d->results.strip);
}

/* Escape leaves the strip, closes an idle window, and does not throw away minutes of work. */
void dialog_on_escape(GtkDialog *window, struct dialog *d)
{
    const gboolean strip = in_strip(d);

    if (strip)
        gtk_widget_grab_focus(d->form.prompt);
    if (strip || queue_unfinished(d->queue))
        g_signal_stop_emission_by_name(window, "close");
}

static void press_generate(struct dialog *d)
{
    if (gtk_widget_get_sensitive(d->generate))
        gtk_dialog_response(GTK_DIALOG(d->window), GTK_RESPONSE_OK);
}

/* A seed that is kept is not lost for a press that does nothing. */
static void press_with_new_seed(struct dialog *d)
{
    if (gtk_widget_get_sensitive(d->generate))
        g_object_set(d->config, "seed", -1.0, NULL);
    press_generate(d);
}

/* --- F6 ------------------------------------------------------------------- */

enum { FIELDS, STRIP, QUEUE, BUTTONS, PANES };

/* Where the keyboard comes into a pane; NULL: there is nothing in it. */
static GtkWidget *way_into(struct dialog *d, int pane)
{
    if (pane == FIELDS)
        return d->form.prompt;
    if (pane == STRIP)
        return GTK_WIDGET(gtk_flow_box_get_child_at_index(GTK_FLOW_BOX(d->results.strip), 0));
    if (pane == QUEUE)
        return GTK_WIDGET(gtk_list_box_get_row_at_index(GTK_LIST_BOX(d->rows.list), 0));
    return gtk_widget_get_sensitive(d->generate) ? d->generate : d->close;
}

static int pane_of(struct dialog *d, GtkWidget *focus)
{
    GtkWidget *const panes[] = { d->form.fields, d->results.root, d->rows.root };

    for (int i = 0; focus && i < (int)G_N_ELEMENTS(panes); i++)
        if (gtk_widget_is_ancestor(focus, panes[i]))
            return i;
    return BUTTONS;
}

/* From the prompt to the pictures, the queue, the buttons, and round again; step -1: back. */
static void next_pane(struct dialog *d, int step)
{
    const int from = pane_of(d, gtk_window_get_focus(GTK_WINDOW(d->window)));

    for (int i = 1; i < PANES; i++) {
        GtkWidget *const way = way_into(d, (from + PANES + step * i) % PANES);
        if (!way || !gtk_widget_get_mapped(way))
            continue;
        gtk_widget_grab_focus(way);
        return;
    }
}

/* --- all keys ------------------------------------------------------------- */

static gboolean on_control_key(struct dialog *d, const GdkEventKey *event)
{
    switch (keys_value(event)) {
    case GDK_KEY_period:
        dialog_stop(d, EBRU_STOP);
        return TRUE;
    case GDK_KEY_colon:
    case GDK_KEY_greater:
        dialog_stop(d, EBRU_FINISH);
        return TRUE;
    case GDK_KEY_r:
        press_with_new_seed(d);
        return TRUE;
    case GDK_KEY_l:
        gtk_widget_grab_focus(d->form.prompt);
        return TRUE;
    case GDK_KEY_comma:
        dialog_show_preferences(d);
        return TRUE;
    case GDK_KEY_question:
        keys_window_show(GTK_WINDOW(d->window));
        return TRUE;
    case GDK_KEY_h:
        prompt_search_open(d->form.prompt);
        return TRUE;
    case GDK_KEY_H:
        dialog_show_history(d);
        return TRUE;
    default:
        return FALSE;
    }
}

gboolean dialog_on_key(GtkWidget *window, GdkEventKey *event, struct dialog *d)
{
    const gboolean enter = event->keyval == GDK_KEY_Return || event->keyval == GDK_KEY_KP_Enter;

    if (enter && (event->state & (GDK_CONTROL_MASK | GDK_SHIFT_MASK))) {
        press_generate(d);
        return TRUE;
    }
    if (event->keyval == GDK_KEY_F1) {
        help_window_show(GTK_WINDOW(window));
        return TRUE;
    }
    if (event->keyval == GDK_KEY_F6) {
        next_pane(d, event->state & GDK_SHIFT_MASK ? -1 : 1);
        return TRUE;
    }
    return event->state & GDK_CONTROL_MASK && on_control_key(d, event);
}
