/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text_view.h"

GtkWidget *text_view_new(const char *title, int width, int height, GtkTextBuffer **text)
{
    enum { MARGIN = 6 };
    GtkWidget *const scrolled = gtk_scrolled_window_new(NULL, NULL), *view = gtk_text_view_new();

    *text = gtk_text_view_get_buffer(GTK_TEXT_VIEW(view));
    gtk_text_view_set_editable(GTK_TEXT_VIEW(view), FALSE);
    gtk_text_view_set_accepts_tab(GTK_TEXT_VIEW(view), FALSE);
    gtk_text_view_set_wrap_mode(GTK_TEXT_VIEW(view), GTK_WRAP_WORD_CHAR);
    gtk_text_view_set_left_margin(GTK_TEXT_VIEW(view), MARGIN);
    gtk_text_view_set_right_margin(GTK_TEXT_VIEW(view), MARGIN);
    gtk_text_view_set_top_margin(GTK_TEXT_VIEW(view), MARGIN);
    atk_object_set_name(gtk_widget_get_accessible(view), title);
    gtk_scrolled_window_set_min_content_width(GTK_SCROLLED_WINDOW(scrolled), width);
    gtk_scrolled_window_set_min_content_height(GTK_SCROLLED_WINDOW(scrolled), height);
    gtk_scrolled_window_set_shadow_type(GTK_SCROLLED_WINDOW(scrolled), GTK_SHADOW_IN);
    gtk_container_add(GTK_CONTAINER(scrolled), view);
    return scrolled;
}

char *text_view_read(GtkTextBuffer *text)
{
    GtkTextIter start, end;

    gtk_text_buffer_get_bounds(text, &start, &end);
    return gtk_text_buffer_get_text(text, &start, &end, FALSE);
}

void text_view_copy(GtkWidget *near, const char *text)
{
    gtk_clipboard_set_text(gtk_widget_get_clipboard(near, GDK_SELECTION_CLIPBOARD), text, -1);
}
