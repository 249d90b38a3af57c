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

static void new_seed(struct dialog *d)
{
    g_object_set(d->config, "seed", -1.0, NULL);
}

/* F6: from the prompt to the pictures, to the button, and round again. */
static void next_pane(struct dialog *d)
{
    GtkWidget *const focus = gtk_window_get_focus(GTK_WINDOW(d->window));
    GtkFlowBoxChild *const first =
        gtk_flow_box_get_child_at_index(GTK_FLOW_BOX(d->results.strip), 0);

    if (in_strip(d))
        gtk_widget_grab_focus(d->generate);
    else if (focus && gtk_widget_is_ancestor(focus, d->form.fields) && first &&
             gtk_widget_get_mapped(GTK_WIDGET(first)))
        gtk_widget_grab_focus(GTK_WIDGET(first));
    else if (focus && gtk_widget_is_ancestor(focus, d->form.fields))
        gtk_widget_grab_focus(d->generate);
    else
        gtk_widget_grab_focus(d->form.prompt);
}

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
        new_seed(d);
        gtk_dialog_response(GTK_DIALOG(d->window), GTK_RESPONSE_OK);
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
        if (gtk_widget_get_sensitive(d->generate))
            gtk_dialog_response(GTK_DIALOG(window), GTK_RESPONSE_OK);
        return TRUE;
    }
    if (event->keyval == GDK_KEY_F1) {
        help_window_show(GTK_WINDOW(window));
        return TRUE;
    }
    if (event->keyval == GDK_KEY_F6) {
        next_pane(d);
        return TRUE;
    }
    return event->state & GDK_CONTROL_MASK && on_control_key(d, event);
}
