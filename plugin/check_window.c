/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check.h"

#include <glib/gi18n.h>
#include <libgimp/gimpui.h>

struct window {
    GtkTextBuffer *text;
    gboolean works, done;
};

static void try_engine(GTask *task, gpointer source, gpointer data, GCancellable *cancel)
{
    struct window *const w = data;

    (void)source;
    (void)cancel;
    g_task_return_pointer(task, check_engine(&w->works), g_free);
}

static void append(GtkTextBuffer *text, const char *line)
{
    GtkTextIter end;

    gtk_text_buffer_get_end_iter(text, &end);
    gtk_text_buffer_insert(text, &end, line, -1);
}

static void on_tried(GObject *source, GAsyncResult *result, gpointer data)
{
    struct window *const w = data;
    g_autofree char *line = g_task_propagate_pointer(G_TASK(result), NULL);
    GtkTextIter from, end;

    (void)source;
    /* in place of the line that says it is being tried */
    gtk_text_buffer_get_end_iter(w->text, &end);
    from = end;
    gtk_text_iter_set_line_offset(&from, 0);
    gtk_text_buffer_delete(w->text, &from, &end);
    append(w->text, line);
    w->done = TRUE;
}

static char *text_of(GtkTextBuffer *text)
{
    GtkTextIter start, end;

    gtk_text_buffer_get_bounds(text, &start, &end);
    return gtk_text_buffer_get_text(text, &start, &end, FALSE);
}

static GtkWidget *view_new(GtkTextBuffer *text)
{
    GtkWidget *const view = gtk_text_view_new_with_buffer(text);
    GtkWidget *const scrolled = gtk_scrolled_window_new(NULL, NULL);

    gtk_text_view_set_editable(GTK_TEXT_VIEW(view), FALSE);
    gtk_text_view_set_cursor_visible(GTK_TEXT_VIEW(view), FALSE);
    gtk_text_view_set_accepts_tab(GTK_TEXT_VIEW(view), FALSE);
    gtk_text_view_set_wrap_mode(GTK_TEXT_VIEW(view), GTK_WRAP_WORD_CHAR);
    gtk_text_view_set_left_margin(GTK_TEXT_VIEW(view), 6);
    gtk_text_view_set_right_margin(GTK_TEXT_VIEW(view), 6);
    gtk_text_view_set_top_margin(GTK_TEXT_VIEW(view), 6);
    atk_object_set_name(gtk_widget_get_accessible(view), _("Report"));
    gtk_scrolled_window_set_shadow_type(GTK_SCROLLED_WINDOW(scrolled), GTK_SHADOW_IN);
    gtk_container_add(GTK_CONTAINER(scrolled), view);
    gtk_container_set_border_width(GTK_CONTAINER(scrolled), 12);
    gtk_widget_set_size_request(scrolled, 640, 360);
    return scrolled;
}

char *check_window_run(gboolean *works)
{
    enum { COPY = 1 };
    struct window w = { gtk_text_buffer_new(NULL), FALSE, FALSE };

    gimp_ui_init("ebru");
    g_autofree char *facts = check_facts();
    GtkWidget *const window =
        gimp_dialog_new(_("Check Setup"), "ebru-check", NULL, 0, NULL, NULL, _("C_opy"), COPY,
                        _("_Close"), GTK_RESPONSE_CLOSE, NULL);
    append(w.text, facts);
    append(w.text, _("The engine is making a picture…"));
    gtk_box_pack_start(GTK_BOX(gtk_dialog_get_content_area(GTK_DIALOG(window))), view_new(w.text),
                       TRUE, TRUE, 0);
    gtk_dialog_set_default_response(GTK_DIALOG(window), GTK_RESPONSE_CLOSE);
    gtk_widget_show_all(window);
    g_autoptr(GTask) task = g_task_new(NULL, NULL, on_tried, &w);
    g_task_set_task_data(task, &w, NULL);
    g_task_run_in_thread(task, try_engine);
    while (gimp_dialog_run(GIMP_DIALOG(window)) == COPY) {
        g_autofree char *text = text_of(w.text);
        gtk_clipboard_set_text(gtk_clipboard_get(GDK_SELECTION_CLIPBOARD), text, -1);
    }
    gtk_widget_hide(window);
    while (!w.done) /* the thread has a second at most left */
        gtk_main_iteration();
    char *const text = text_of(w.text);
    *works = w.works;
    gtk_widget_destroy(window);
    g_object_unref(w.text);
    return text;
}
