/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "details.h"

#include "report.h"
#include "text_view.h"

#include <glib/gi18n.h>

enum { GAP = 6, BORDER = 12, WIDTH = 420, HEIGHT = 160 };

struct details {
    char *with, *without; /* the prompt */
    GtkTextBuffer *text;
    GtkToggleButton *prompt;
};

static char *report(const struct entry *e, gboolean prompt)
{
    return report_of(e->job.model, e->job.sha256, e->error, e->fault.message,
                     prompt ? e->prompt : NULL);
}

void details_copy(GtkWidget *near, const struct entry *e)
{
    g_autofree char *text = report(e, FALSE);

    text_view_copy(near, text);
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
        text_view_copy(window, shown(d));
    else
        gtk_widget_destroy(window);
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
    gtk_box_pack_start(GTK_BOX(content), text_view_new(_("Report"), WIDTH, HEIGHT, &d->text), TRUE,
                       TRUE, 0);
    gtk_box_pack_start(GTK_BOX(content), prompt, FALSE, FALSE, 0);
    gtk_dialog_set_default_response(GTK_DIALOG(window), GTK_RESPONSE_CLOSE);
    g_signal_connect_swapped(prompt, "toggled", G_CALLBACK(show), d);
    g_signal_connect(window, "response", G_CALLBACK(on_response), d);
    show(d);
    gtk_widget_show_all(window);
}
