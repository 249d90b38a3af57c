/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe_view.h"

#include "fields.h"
#include "infotext.h"
#include "text_view.h"

#include <glib/gi18n.h>
#include <libgimp/gimpui.h>

enum { GAP = 6, BORDER = 12 };

struct view {
    GtkWidget *root, *pages, *missing, *area, *copy;
    GtkTextBuffer *text, *json;
};

static void copy(struct view *v)
{
    const int page = gtk_notebook_get_current_page(GTK_NOTEBOOK(v->pages));
    g_autofree char *text = text_view_read(page ? v->json : v->text);

    text_view_copy(v->root, text);
}

static GtkTextBuffer *add_page(struct view *v, const char *label, const char *title)
{
    enum { WIDTH = 360, HEIGHT = 160 };
    GtkTextBuffer *text;
    GtkWidget *const page = text_view_new(title, WIDTH, HEIGHT, &text);

    /* the notebook has a frame of its own */
    gtk_scrolled_window_set_shadow_type(GTK_SCROLLED_WINDOW(page), GTK_SHADOW_NONE);
    gtk_notebook_append_page(GTK_NOTEBOOK(v->pages), page, gtk_label_new(label));
    return text;
}

static GtkWidget *missing_new(void)
{
    GtkWidget *const label = gtk_label_new(NULL);

    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_line_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_max_width_chars(GTK_LABEL(label), 50);
    gtk_label_set_selectable(GTK_LABEL(label), TRUE);
    return label;
}

/* Another program may write any number of fields: the window has to stay within the screen. */
static GtkWidget *area_new(GtkWidget *missing)
{
    enum { MOST = 120 };
    GtkWidget *const area = fields_scrolled_new(missing, MOST);

    gtk_widget_show_all(area);
    gtk_widget_set_no_show_all(area, TRUE);
    return area;
}

GtkWidget *recipe_view_new(void)
{
    struct view *const v = g_new0(struct view, 1);

    v->root = gtk_box_new(GTK_ORIENTATION_VERTICAL, GAP);
    v->missing = missing_new();
    v->area = area_new(v->missing);
    v->pages = gtk_notebook_new();
    v->text = add_page(v, _("Text"), _("Settings as text"));
    v->json = add_page(v, _("JSON"), _("Settings as JSON"));
    v->copy = gtk_button_new_with_mnemonic(_("Cop_y"));
    gtk_widget_set_tooltip_text(v->copy, _("Copy all of the text that is shown"));
    g_signal_connect_swapped(v->copy, "clicked", G_CALLBACK(copy), v);
    gtk_widget_show(v->copy);
    gtk_notebook_set_action_widget(GTK_NOTEBOOK(v->pages), v->copy, GTK_PACK_END);
    gtk_box_pack_start(GTK_BOX(v->root), v->area, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(v->root), v->pages, TRUE, TRUE, 0);
    g_object_set_data_full(G_OBJECT(v->root), "view", v, g_free);
    recipe_view_show(v->root, NULL, NULL);
    return v->root;
}

void recipe_view_show(GtkWidget *view, const char *recipe, char **missing)
{
    struct view *const v = g_object_get_data(G_OBJECT(view), "view");
    g_autofree char *text = recipe ? infotext_write(recipe) : g_strdup("");
    g_autofree char *lines = missing ? g_strjoinv("\n", missing) : g_strdup("");

    gtk_text_buffer_set_text(v->text, text, -1);
    gtk_text_buffer_set_text(v->json, recipe ? recipe : "", -1);
    gtk_label_set_text(GTK_LABEL(v->missing), lines);
    gtk_widget_set_visible(v->area, *lines != 0);
    gtk_widget_set_sensitive(v->copy, recipe != NULL);
}

gboolean recipe_view_ask(const char *title, const char *recipe, char **missing)
{
    enum { WIDTH = 480, HEIGHT = 360 };

    gimp_ui_init("ebru");
    GtkWidget *const window =
        gtk_dialog_new_with_buttons(title, NULL, 0, _("_Close"), GTK_RESPONSE_CLOSE,
                                    _("_Use These Settings"), GTK_RESPONSE_OK, NULL);
    GtkWidget *const content = gtk_dialog_get_content_area(GTK_DIALOG(window));
    GtkWidget *const view = recipe_view_new();

    gtk_container_set_border_width(GTK_CONTAINER(content), BORDER);
    gtk_box_set_spacing(GTK_BOX(content), GAP);
    gtk_box_pack_start(GTK_BOX(content), view, TRUE, TRUE, 0);
    recipe_view_show(view, recipe, missing);
    gtk_window_set_default_size(GTK_WINDOW(window), WIDTH, HEIGHT);
    gtk_dialog_set_default_response(GTK_DIALOG(window), GTK_RESPONSE_OK);
    gtk_widget_show_all(window);
    gtk_widget_grab_focus(gtk_dialog_get_widget_for_response(GTK_DIALOG(window), GTK_RESPONSE_OK));
    const gboolean wanted = gtk_dialog_run(GTK_DIALOG(window)) == GTK_RESPONSE_OK;
    gtk_widget_destroy(window);
    return wanted;
}
