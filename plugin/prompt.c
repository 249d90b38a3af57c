/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prompt.h"

#include "prompt_keys.h"
#include "prompt_popup.h"

#include <string.h>

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

/* --- the text ------------------------------------------------------------- */

static GtkTextBuffer *buffer_of(GtkWidget *view)
{
    return gtk_text_view_get_buffer(GTK_TEXT_VIEW(view));
}

char *prompt_text(GtkWidget *view)
{
    GtkTextIter start, end;

    gtk_text_buffer_get_bounds(buffer_of(view), &start, &end);
    return gtk_text_buffer_get_text(buffer_of(view), &start, &end, FALSE);
}

static gsize byte_of(const char *text, const GtkTextIter *iter)
{
    return (gsize)(g_utf8_offset_to_pointer(text, gtk_text_iter_get_offset(iter)) - text);
}

struct span prompt_chosen(GtkWidget *view)
{
    g_autofree char *text = prompt_text(view);
    GtkTextIter start, end;

    gtk_text_buffer_get_selection_bounds(buffer_of(view), &start, &end);
    return (struct span){ byte_of(text, &start), byte_of(text, &end) };
}

static void iter_at(GtkWidget *view, const char *text, gsize byte, GtkTextIter *iter)
{
    gtk_text_buffer_get_iter_at_offset(buffer_of(view), iter,
                                       (int)g_utf8_pointer_to_offset(text, text + byte));
}

void prompt_change(GtkWidget *view, const struct edit *edit)
{
    GtkTextBuffer *const buffer = buffer_of(view);
    g_autofree char *before = prompt_text(view);
    g_autofree char *after = edit_apply(edit, before);
    GtkTextIter start, end;

    gtk_text_buffer_begin_user_action(buffer);
    iter_at(view, before, edit->gone.from, &start);
    iter_at(view, before, edit->gone.to, &end);
    gtk_text_buffer_delete(buffer, &start, &end);
    gtk_text_buffer_insert(buffer, &start, edit->text, -1);
    iter_at(view, after, edit->chosen.from, &start);
    iter_at(view, after, edit->chosen.to, &end);
    gtk_text_buffer_select_range(buffer, &end, &start);
    gtk_text_buffer_end_user_action(buffer);
    gtk_text_view_scroll_mark_onscreen(GTK_TEXT_VIEW(view), gtk_text_buffer_get_insert(buffer));
}

void prompt_set_text(GtkWidget *view, const char *text)
{
    g_autofree char *old = prompt_text(view);
    const gsize end = strlen(text);
    const struct edit all = { { 0, strlen(old) }, (char *)text, { end, end } };

    prompt_change(view, &all);
}

/* --- the field ------------------------------------------------------------ */

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
    prompt_keys_add(text);
    prompt_popup_add(text, config);
    *view = text;
    return overlay;
}
