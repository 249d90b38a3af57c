/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models_window.h"

#include "convert_row.h"
#include "fields.h"
#include "models_sums.h"
#include "models_window_parts.h"
#include "panes.h"

#include <glib/gi18n.h>
#include <libgimp/gimpui.h>

void models_window_say(struct models_window *w, const char *text)
{
    gtk_label_set_text(GTK_LABEL(w->status), text);
    gtk_widget_set_visible(w->status, *text != 0);
}

void models_window_free_when_done(struct models_window *w)
{
    if (!w->closed || w->threads)
        return;
    models_list_clear(&w->list);
    g_clear_pointer(&w->catalogue, g_ptr_array_unref);
    g_queue_clear_full(&w->verifies, g_free);
    g_free(w->meant);
    g_free(w->trashed);
    g_free(w->source);
    g_free(w);
}

/* --- the window ----------------------------------------------------------- */

static GtkWidget *buttons_new(struct models_window *w)
{
    static const struct {
        const char *label;
        void (*press)(struct models_window *w);
        gboolean for_one;
    } buttons[] = {
        { N_("_Add File…"), models_window_add_file, FALSE },
        { N_("Add _Folder…"), models_window_add_folder, FALSE },
        { N_("_Other Programs…"), models_window_use_others, FALSE },
        { N_("_Download…"), models_window_download, FALSE },
        { N_("_Verify"), models_window_verify, TRUE },
        { N_("Convert to _8-bit"), models_window_convert_selected, TRUE },
        { N_("_Remove from List"), models_window_remove, TRUE },
        { N_("Move to _Trash…"), models_window_trash, TRUE },
    };
    GtkWidget *const column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
    int n = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(buttons); i++) {
        GtkWidget *const b = gtk_button_new_with_mnemonic(_(buttons[i].label));
        g_signal_connect_swapped(b, "clicked", G_CALLBACK(buttons[i].press), w);
        gtk_box_pack_start(GTK_BOX(column), b, FALSE, FALSE, 0);
        if (!buttons[i].for_one)
            continue;
        if (n == 0)
            gtk_widget_set_margin_top(b, 12);
        if (buttons[i].press == models_window_convert_selected)
            w->convert = b;
        w->for_one[n++] = b;
    }
    return column;
}

static GtkWidget *text_new(gboolean selectable)
{
    GtkWidget *const label = gtk_label_new(NULL);

    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_line_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_line_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
    gtk_label_set_selectable(GTK_LABEL(label), selectable);
    return label;
}

static void fill_window(struct models_window *w, GtkBox *box)
{
    GtkWidget *const row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);

    gtk_box_set_spacing(box, 6);
    gtk_container_set_border_width(GTK_CONTAINER(box), 12);
    banner_build(&w->banner, models_window_banner_pressed, w);
    gtk_box_pack_start(box, w->banner.root, FALSE, FALSE, 0);
    models_list_build(&w->list);
    gtk_box_pack_start(GTK_BOX(row), w->list.root, TRUE, TRUE, 0);
    w->buttons = buttons_new(w);
    gtk_box_pack_start(GTK_BOX(row), w->buttons, FALSE, FALSE, 0);
    gtk_box_pack_start(box, row, TRUE, TRUE, 0);
    w->details = text_new(TRUE);
    w->status = text_new(FALSE);
    w->bar = gtk_progress_bar_new();
    gtk_progress_bar_set_show_text(GTK_PROGRESS_BAR(w->bar), TRUE);
    atk_object_set_name(gtk_widget_get_accessible(w->bar), _("Progress"));
    gtk_box_pack_start(box, w->details, FALSE, FALSE, 0);
    w->making = convert_row_new(models_window_converted, w);
    gtk_box_pack_start(box, w->bar, FALSE, FALSE, 0);
    gtk_box_pack_start(box, w->making, FALSE, FALSE, 0);
    gtk_box_pack_start(box, w->status, FALSE, FALSE, 0);
    gtk_widget_show_all(GTK_WIDGET(box));
    gtk_widget_hide(w->bar);
    gtk_widget_hide(w->status);
}

static void on_response(GtkDialog *dialog, int response, struct models_window *w)
{
    g_autofree char *path = response == MODELS_WINDOW_USE ? models_list_selected(&w->list) : NULL;

    if (path && w->changed)
        w->changed(w->user, path);
    gtk_widget_destroy(GTK_WIDGET(dialog));
}

static void on_row_activated(struct models_window *w)
{
    if (w->changed)
        gtk_dialog_response(GTK_DIALOG(w->dialog), MODELS_WINDOW_USE);
}

static void on_destroy(struct models_window *w)
{
    while (g_source_remove_by_user_data(w))
        continue;
    if (w->sum)
        sum_stop(w->sum);
    w->closed = TRUE;
    models_window_free_when_done(w);
}

/* Wide enough for all columns, if the screen is. */
static void set_size(GtkWindow *window)
{
    enum { WIDE = 1260, HIGH = 440, MARGIN = 40 };

    gtk_window_set_default_size(window, MIN(WIDE, fields_screen().width - MARGIN), HIGH);
}

static struct models_window *open_window(GtkWindow *parent, const char *current,
                                         void (*changed)(void *user, const char *path), void *user)
{
    struct models_window *const w = g_new0(struct models_window, 1);

    w->changed = changed;
    w->user = user;
    w->dialog = gimp_dialog_new(_("Models"), "ebru-models", parent ? GTK_WIDGET(parent) : NULL,
                                GTK_DIALOG_DESTROY_WITH_PARENT, NULL, NULL, _("_Close"),
                                GTK_RESPONSE_CLOSE, NULL);
    if (changed)
        gtk_dialog_add_button(GTK_DIALOG(w->dialog), _("_Use This Model"), MODELS_WINDOW_USE);
    fill_window(w, GTK_BOX(gtk_dialog_get_content_area(GTK_DIALOG(w->dialog))));
    set_size(GTK_WINDOW(w->dialog));
    g_signal_connect(w->dialog, "response", G_CALLBACK(on_response), w);
    g_signal_connect_swapped(w->dialog, "destroy", G_CALLBACK(on_destroy), w);
    g_signal_connect_swapped(w->list.view, "row-activated", G_CALLBACK(on_row_activated), w);
    g_signal_connect_swapped(w->list.view, "cursor-changed", G_CALLBACK(models_window_selected), w);
    panes_add(GTK_DIALOG(w->dialog),
              (GtkWidget *[]){ w->banner.root, w->list.search, w->list.view, w->buttons }, 4);
    models_window_fill(w, current);
    models_window_selected(w);
    gtk_widget_show(w->dialog);
    gtk_widget_grab_focus(w->list.view);
    return w;
}

void models_window_open(GtkWindow *parent, const char *current,
                        void (*changed)(void *user, const char *path), void *user)
{
    open_window(parent, current, changed, user);
}

void models_window_convert(GtkWindow *parent, const char *path,
                           void (*changed)(void *user, const char *path), void *user)
{
    struct models_window *const w = open_window(parent, path, changed, user);

    w->use_copy = TRUE;
    models_window_begin_conversion(w, path);
}

void models_window_run(void)
{
    gimp_ui_init("ebru");
    g_signal_connect(open_window(NULL, NULL, NULL, NULL)->dialog, "destroy",
                     G_CALLBACK(gtk_main_quit), NULL);
    gtk_main();
}
