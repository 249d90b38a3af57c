/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dialog_parts.h"

#include "preferences_window.h"

#include <glib/gi18n.h>

/* The model is opened in another way now. */
static void on_changed(void *user)
{
    struct dialog *const d = user;

    preferences_apply(d->config);
    dialog_model_changed(d);
}

void dialog_show_preferences(struct dialog *d)
{
    preferences_window_open(GTK_WINDOW(d->window), on_changed, d);
}

/* The row of libgimp's buttons for saved settings; NULL: this libgimp has none. */
static GtkWidget *row_of_settings(GtkWidget *content)
{
    g_autoptr(GList) children = gtk_container_get_children(GTK_CONTAINER(content));

    for (GList *child = children; child; child = child->next)
        if (GTK_IS_BUTTON_BOX(child->data))
            return child->data;
    return NULL;
}

void dialog_add_preferences(struct dialog *d)
{
    GtkWidget *const content = gtk_dialog_get_content_area(GTK_DIALOG(d->window));
    GtkWidget *const row = row_of_settings(content);
    GtkWidget *const button = gtk_button_new_with_mnemonic(_("Preferences…"));

    g_signal_connect_swapped(button, "clicked", G_CALLBACK(dialog_show_preferences), d);
    gtk_container_add(GTK_CONTAINER(row ? row : gtk_widget_get_parent(d->generate)), button);
    if (row) /* a third as wide as the longest of these would widen the window */
        gtk_button_box_set_child_non_homogeneous(GTK_BUTTON_BOX(row), button, TRUE);
    gtk_widget_set_tooltip_text(
        button, _("Threads, another VAE, the preview, what exported files tell (Ctrl+,)"));
    gtk_widget_show(button);
}
