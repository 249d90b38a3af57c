/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "convert_row.h"

#include "message.h"
#include "models_convert.h"

#include <glib/gi18n.h>

struct row {
    GtkWidget *root, *bar;
    struct conversion *conversion; /* NULL: none */
    guint timer;
    void (*done)(void *user, const char *copy, const GError *error);
    void *user;
};

static void end(struct row *r)
{
    GError *error = NULL;
    g_autofree char *copy = conversion_end(r->conversion, &error);

    r->conversion = NULL;
    gtk_widget_hide(r->root);
    if (g_error_matches(error, EBRU_PLUGIN_ERROR, EBRU_CANCELLED))
        g_clear_error(&error);
    r->done(r->user, copy, error);
    g_clear_error(&error);
}

static gboolean look(gpointer data)
{
    struct row *const r = data;
    GtkProgressBar *const bar = GTK_PROGRESS_BAR(r->bar);

    if (conversion_is_done(r->conversion)) {
        r->timer = 0;
        end(r); /* perhaps the window goes now, and the row with it */
        return G_SOURCE_REMOVE;
    }
    const double fraction = conversion_fraction(r->conversion);
    g_autofree char *file = g_path_get_basename(conversion_path(r->conversion));
    g_autofree char *text = g_strdup_printf(_("8-bit copy of “%s”: %.0f %%"), file, 100 * fraction);
    gtk_progress_bar_set_fraction(bar, fraction);
    gtk_progress_bar_set_text(bar, text);
    return G_SOURCE_CONTINUE;
}

gboolean convert_row_begin(GtkWidget *root, const char *path)
{
    struct row *const r = g_object_get_data(G_OBJECT(root), "row");

    if (r->conversion)
        return FALSE;
    r->conversion = conversion_begin(path);
    r->timer = g_timeout_add(100, look, r);
    gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(r->bar), 0);
    gtk_progress_bar_set_text(GTK_PROGRESS_BAR(r->bar), "");
    gtk_widget_show(root);
    return TRUE;
}

static void stop(struct row *r)
{
    if (r->conversion)
        conversion_stop(r->conversion);
}

static void on_destroy(struct row *r)
{
    if (r->timer)
        g_source_remove(r->timer);
    r->timer = 0;
    stop(r);
    if (r->conversion)
        g_free(conversion_end(r->conversion, NULL));
    r->conversion = NULL;
}

GtkWidget *convert_row_new(void (*done)(void *user, const char *copy, const GError *error),
                           void *user)
{
    struct row *const r = g_new0(struct row, 1);
    GtkWidget *const button = gtk_button_new_with_mnemonic(_("_Stop"));

    *r = (struct row){ .root = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6),
                       .bar = gtk_progress_bar_new(),
                       .done = done,
                       .user = user };
    gtk_progress_bar_set_show_text(GTK_PROGRESS_BAR(r->bar), TRUE);
    gtk_progress_bar_set_ellipsize(GTK_PROGRESS_BAR(r->bar), PANGO_ELLIPSIZE_MIDDLE);
    gtk_widget_set_valign(r->bar, GTK_ALIGN_CENTER);
    atk_object_set_name(gtk_widget_get_accessible(r->bar), _("Progress"));
    gtk_box_pack_start(GTK_BOX(r->root), r->bar, TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(r->root), button, FALSE, FALSE, 0);
    g_signal_connect_swapped(button, "clicked", G_CALLBACK(stop), r);
    g_signal_connect_swapped(r->root, "destroy", G_CALLBACK(on_destroy), r);
    g_object_set_data_full(G_OBJECT(r->root), "row", r, g_free);
    gtk_widget_show_all(r->root);
    gtk_widget_hide(r->root);
    gtk_widget_set_no_show_all(r->root, TRUE);
    return r->root;
}
