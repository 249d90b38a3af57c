/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "help_window.h"

#include "fields.h"
#include "help_page.h"
#include "keys_window.h"
#include "panes.h"

#include <glib/gi18n.h>
#include <string.h>

static const char OPEN[] = "ebru-help"; /* what a parent knows its window by */

enum { KEYS = 1 };

struct window {
    GtkWidget *dialog, *choice, *scrolled;
};

/* --- pages ---------------------------------------------------------------- */

static gboolean follow(void *user, const char *to)
{
    struct window *const w = user;
    g_autofree char *page = g_strndup(to, strcspn(to, "#"));

    if (strstr(to, "://"))
        return FALSE; /* GTK opens it */
    gtk_combo_box_set_active_id(GTK_COMBO_BOX(w->choice), page);
    return TRUE;
}

/* Later: the link that was followed is part of the page that goes. */
static gboolean show_page(gpointer data)
{
    struct window *const w = data;
    GtkWidget *const old = gtk_bin_get_child(GTK_BIN(w->scrolled));
    const char *const page = gtk_combo_box_get_active_id(GTK_COMBO_BOX(w->choice));

    if (old)
        gtk_widget_destroy(old);
    gtk_container_add(GTK_CONTAINER(w->scrolled), help_page_new(page, follow, w));
    gtk_widget_show_all(w->scrolled);
    gtk_adjustment_set_value(gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(w->scrolled)),
                             0);
    gtk_widget_grab_focus(w->scrolled); /* for Page Down */
    return G_SOURCE_REMOVE;
}

static void choose_page(struct window *w)
{
    g_idle_add(show_page, w);
}

/* --- the window ----------------------------------------------------------- */

static GtkWidget *choice_new(struct window *w)
{
    GtkWidget *const row = fields_row_new();
    GtkWidget *const label = gtk_label_new_with_mnemonic(_("_Page:"));

    w->choice = gtk_combo_box_text_new();
    for (int i = 0; help_pages[i]; i++) {
        g_autofree char *title = help_page_title(help_pages[i]);
        gtk_combo_box_text_append(GTK_COMBO_BOX_TEXT(w->choice), help_pages[i], title);
    }
    gtk_label_set_mnemonic_widget(GTK_LABEL(label), w->choice);
    fields_pack(row, label, FALSE);
    fields_pack(row, w->choice, TRUE);
    return row;
}

static void on_response(GtkWidget *dialog, int response, struct window *w)
{
    (void)w;
    if (response == KEYS)
        keys_window_show(GTK_WINDOW(dialog));
    else
        gtk_widget_destroy(dialog);
}

static void on_destroy(struct window *w)
{
    while (g_source_remove_by_user_data(w))
        continue;
    g_free(w);
}

static void forget(GtkWindow *parent)
{
    g_object_set_data(G_OBJECT(parent), OPEN, NULL);
}

static void build(struct window *w, GtkWindow *parent)
{
    enum { WIDTH = 660, HEIGHT = 640, BORDER = 12 };
    GtkWidget *const content = gtk_dialog_get_content_area(GTK_DIALOG(w->dialog));

    gtk_container_set_border_width(GTK_CONTAINER(content), BORDER);
    gtk_box_set_spacing(GTK_BOX(content), BORDER);
    fields_pack(content, choice_new(w), FALSE);
    w->scrolled = gtk_scrolled_window_new(NULL, NULL);
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(w->scrolled), GTK_POLICY_NEVER,
                                   GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_shadow_type(GTK_SCROLLED_WINDOW(w->scrolled), GTK_SHADOW_IN);
    gtk_widget_set_can_focus(w->scrolled, TRUE);
    atk_object_set_name(gtk_widget_get_accessible(w->scrolled), _("Help"));
    fields_pack(content, w->scrolled, TRUE);
    gtk_window_set_default_size(GTK_WINDOW(w->dialog), WIDTH,
                                MIN(HEIGHT, fields_screen().height - 60));
    g_signal_connect_swapped(w->choice, "changed", G_CALLBACK(choose_page), w);
    g_signal_connect(w->dialog, "response", G_CALLBACK(on_response), w);
    g_signal_connect_swapped(w->dialog, "destroy", G_CALLBACK(on_destroy), w);
    g_object_set_data(G_OBJECT(parent), OPEN, w->dialog);
    g_signal_connect_object(w->dialog, "destroy", G_CALLBACK(forget), parent, G_CONNECT_SWAPPED);
    panes_add(GTK_DIALOG(w->dialog), (GtkWidget *[]){ w->choice, w->scrolled }, 2);
    gtk_combo_box_set_active(GTK_COMBO_BOX(w->choice), 0);
    gtk_widget_show_all(w->dialog);
}

void help_window_show(GtkWindow *parent)
{
    GtkWidget *const open = g_object_get_data(G_OBJECT(parent), OPEN);

    if (open) {
        gtk_window_present(GTK_WINDOW(open));
        return;
    }
    struct window *const w = g_new0(struct window, 1);
    w->dialog =
        gtk_dialog_new_with_buttons(_("Help"), parent, GTK_DIALOG_DESTROY_WITH_PARENT, _("_Keys"),
                                    KEYS, _("_Close"), GTK_RESPONSE_CLOSE, NULL);
    build(w, parent);
}
