/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "panes.h"

#include <gdk/gdkkeysyms.h>

static gboolean is_in(GtkWidget *widget, GtkWidget *pane)
{
    return widget && (widget == pane || gtk_widget_is_ancestor(widget, pane));
}

static gboolean enter(GtkWidget *pane)
{
    if (!gtk_widget_get_mapped(pane))
        return FALSE;
    if (!gtk_widget_get_can_focus(pane))
        return gtk_widget_child_focus(pane, GTK_DIR_TAB_FORWARD);
    gtk_widget_grab_focus(pane);
    return TRUE;
}

static gboolean on_key(GtkWidget *window, const GdkEventKey *event, const GPtrArray *panes)
{
    const int n = (int)panes->len, step = event->state & GDK_SHIFT_MASK ? n - 1 : 1;
    GtkWidget *const focus = gtk_window_get_focus(GTK_WINDOW(window));
    int from = n - 1;

    if (event->keyval != GDK_KEY_F6)
        return FALSE;
    for (int i = 0; i < n; i++)
        if (is_in(focus, panes->pdata[i]))
            from = i;
    for (int i = 1; i < n; i++)
        if (enter(panes->pdata[(from + i * step) % n]))
            break;
    return TRUE;
}

static void forget(gpointer panes, GClosure *closure)
{
    (void)closure;
    g_ptr_array_unref(panes);
}

void panes_add(GtkDialog *window, GtkWidget *const *panes, int n)
{
    GPtrArray *const all = g_ptr_array_new();
    GtkWidget *const close = gtk_dialog_get_widget_for_response(window, GTK_RESPONSE_CLOSE);

    for (int i = 0; i < n; i++)
        g_ptr_array_add(all, panes[i]);
    g_ptr_array_add(all, gtk_widget_get_parent(close));
    g_signal_connect_data(window, "key-press-event", G_CALLBACK(on_key), all, forget, 0);
}
