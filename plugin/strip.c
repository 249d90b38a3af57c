/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strip.h"

#include <gdk/gdkkeysyms.h>

/* By how many pictures an arrow leads on; 0: it is no arrow. */
static int arrow_step(GtkFlowBox *strip, guint key)
{
    int columns = 0, y = 0;
    GtkFlowBoxChild *child;

    while ((child = gtk_flow_box_get_child_at_index(strip, columns))) {
        GtkAllocation at;
        gtk_widget_get_allocation(GTK_WIDGET(child), &at);
        if (columns && at.y != y)
            break;
        y = at.y;
        columns++;
    }
    return key == GDK_KEY_Left || key == GDK_KEY_KP_Left     ? -1
           : key == GDK_KEY_Right || key == GDK_KEY_KP_Right ? 1
           : key == GDK_KEY_Up || key == GDK_KEY_KP_Up       ? -columns
           : key == GDK_KEY_Down || key == GDK_KEY_KP_Down   ? columns
                                                             : 0;
}

gboolean strip_on_arrow(GtkFlowBox *strip, const GdkEventKey *event)
{
    GtkWidget *const child = gtk_container_get_focus_child(GTK_CONTAINER(strip));
    const int step = arrow_step(strip, event->keyval);

    if (!child || !step || event->state & (GDK_SHIFT_MASK | GDK_MOD1_MASK))
        return FALSE;
    const int to = gtk_flow_box_child_get_index(GTK_FLOW_BOX_CHILD(child)) + step;
    GtkFlowBoxChild *const next = to < 0 ? NULL : gtk_flow_box_get_child_at_index(strip, to);
    if (!next)
        return TRUE;
    gtk_widget_grab_focus(GTK_WIDGET(next));
    if (!(event->state & GDK_CONTROL_MASK)) {
        gtk_flow_box_unselect_all(strip);
        gtk_flow_box_select_child(strip, next);
    }
    return TRUE;
}
