/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prompt.h"

enum { MARGIN = 6 };

static int height_of(GtkWidget *view, int lines)
{
    g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout(view, "Ay");
    int height;

    pango_layout_get_pixel_size(layout, NULL, &height);
    return lines * height + 2 * MARGIN;
}

static void show_hint(GtkTextBuffer *buffer, GtkWidget *hint)
{
    gtk_widget_set_visible(hint, gtk_text_buffer_get_char_count(buffer) == 0);
}

static GtkWidget *hint_new(const char *text)
{
    GtkWidget *const hint = gtk_label_new(text);

    gtk_label_set_ellipsize(GTK_LABEL(hint), PANGO_ELLIPSIZE_END);
    gtk_label_set_xalign(GTK_LABEL(hint), 0);
    gtk_widget_set_halign(hint, GTK_ALIGN_START);
    gtk_widget_set_valign(hint, GTK_ALIGN_START);
    gtk_widget_set_margin_start(hint, MARGIN + 1);
    gtk_widget_set_margin_top(hint, MARGIN + 1);
    gtk_style_context_add_class(gtk_widget_get_style_context(hint), GTK_STYLE_CLASS_DIM_LABEL);
    gtk_widget_set_no_show_all(hint, TRUE);
    return hint;
}

void prompt_set_hint(GtkWidget *view, const char *hint)
{
    gtk_label_set_text(GTK_LABEL(g_object_get_data(G_OBJECT(view), "hint")), hint);
    gtk_widget_set_tooltip_text(view, hint);
}

GtkWidget *prompt_new(GimpProcedureConfig *config, const char *name, const char *title,
                      const char *hint, int lines, GtkWidget **view)
{
    GtkTextBuffer *const buffer = gimp_prop_text_buffer_new(G_OBJECT(config), name, -1);
    GtkWidget *const text = gtk_text_view_new_with_buffer(buffer);
    GtkWidget *const scrolled = gtk_scrolled_window_new(NULL, NULL);
    GtkWidget *const overlay = gtk_overlay_new();
    GtkWidget *const label = hint_new(hint);
    GtkTextView *const t = GTK_TEXT_VIEW(text);

    gtk_text_view_set_wrap_mode(t, GTK_WRAP_WORD_CHAR);
    gtk_text_view_set_accepts_tab(t, FALSE);
    gtk_text_view_set_left_margin(t, MARGIN);
    gtk_text_view_set_right_margin(t, MARGIN);
    gtk_text_view_set_top_margin(t, MARGIN);
    gtk_text_view_set_bottom_margin(t, MARGIN);
    atk_object_set_name(gtk_widget_get_accessible(text), title);
    g_object_set_data(G_OBJECT(text), "hint", label);
    prompt_set_hint(text, hint);
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER,
                                   GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_shadow_type(GTK_SCROLLED_WINDOW(scrolled), GTK_SHADOW_IN);
    gtk_scrolled_window_set_min_content_height(GTK_SCROLLED_WINDOW(scrolled),
                                               height_of(text, lines));
    gtk_container_add(GTK_CONTAINER(scrolled), text);
    gtk_container_add(GTK_CONTAINER(overlay), scrolled);
    gtk_overlay_add_overlay(GTK_OVERLAY(overlay), label);
    gtk_overlay_set_overlay_pass_through(GTK_OVERLAY(overlay), label, TRUE);
    g_signal_connect_object(buffer, "changed", G_CALLBACK(show_hint), label, 0);
    show_hint(buffer, label);
    g_object_unref(buffer);
    *view = text;
    return overlay;
}
