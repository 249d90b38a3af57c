/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "details.h"

#include "report.h"

#include <glib/gi18n.h>

enum { GAP = 6, BORDER = 12 };

struct details {
    char *with, *without; /* the prompt */
    GtkTextBuffer *text;
    GtkToggleButton *prompt;
};

static char *report(const struct entry *e, gboolean prompt)
{
    return report_of(e->job.model, e->job.sha256, e->error, prompt ? e->prompt : NULL);
}

static void copy(GtkWidget *near, const char *text)
{
    gtk_clipboard_set_text(gtk_widget_get_clipboard(near, GDK_SELECTION_CLIPBOARD), text, -1);
}

void details_copy(GtkWidget *near, const struct entry *e)
{
    g_autofree char *text = report(e, FALSE);

    copy(near, text);
}

/* --- the window ----------------------------------------------------------- */

static void details_free(gpointer data)
{
    struct details *const d = data;

    g_free(d->with);
    g_free(d->without);
    g_free(d);
}

static const char *shown(const struct details *d)
{
    return gtk_toggle_button_get_active(d->prompt) ? d->with : d->without;
}

static void show(struct details *d)
{
    gtk_text_buffer_set_text(d->text, shown(d), -1);
}

static void on_response(GtkWidget *window, int response, const struct details *d)
{
    if (response == GTK_RESPONSE_APPLY)
        copy(window, shown(d));
    else
        gtk_widget_destroy(window);
}

static GtkWidget *view_new(struct details *d)
{
    GtkWidget *const scrolled = gtk_scrolled_window_new(NULL, NULL), *view = gtk_text_view_new();

    d->text = gtk_text_view_get_buffer(GTK_TEXT_VIEW(view));
    gtk_text_view_set_editable(GTK_TEXT_VIEW(view), FALSE);
    gtk_text_view_set_wrap_mode(GTK_TEXT_VIEW(view), GTK_WRAP_WORD_CHAR);
    gtk_text_view_set_accepts_tab(GTK_TEXT_VIEW(view), FALSE);
    atk_object_set_name(gtk_widget_get_accessible(view), _("Report"));
    gtk_scrolled_window_set_min_content_width(GTK_SCROLLED_WINDOW(scrolled), 420);
    gtk_scrolled_window_set_min_content_height(GTK_SCROLLED_WINDOW(scrolled), 160);
    gtk_scrolled_window_set_shadow_type(GTK_SCROLLED_WINDOW(scrolled), GTK_SHADOW_IN);
    gtk_container_add(GTK_CONTAINER(scrolled), view);
    return scrolled;
}

void details_show(GtkWindow *parent, const struct entry *e)
{
    GtkWidget *const window = gtk_dialog_new_with_buttons(
        _("Details"), parent, GTK_DIALOG_DESTROY_WITH_PARENT, _("_Copy Report"), GTK_RESPONSE_APPLY,
        _("_Close"), GTK_RESPONSE_CLOSE, NULL);
    GtkWidget *const content = gtk_dialog_get_content_area(GTK_DIALOG(window));
    GtkWidget *const prompt = gtk_check_button_new_with_mnemonic(_("With the _prompt"));
    struct details *const d = g_new0(struct details, 1);

    d->with = report(e, TRUE);
    d->without = report(e, FALSE);
    d->prompt = GTK_TOGGLE_BUTTON(prompt);
    g_object_set_data_full(G_OBJECT(window), "details", d, details_free);
    gtk_container_set_border_width(GTK_CONTAINER(content), BORDER);
    gtk_box_set_spacing(GTK_BOX(content), GAP);
    gtk_box_pack_start(GTK_BOX(content), view_new(d), TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(content), prompt, FALSE, FALSE, 0);
    gtk_dialog_set_default_response(GTK_DIALOG(window), GTK_RESPONSE_CLOSE);
    g_signal_connect_swapped(prompt, "toggled", G_CALLBACK(show), d);
    g_signal_connect(window, "response", G_CALLBACK(on_response), d);
    show(d);
    gtk_widget_show_all(window);
}
