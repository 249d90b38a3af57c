/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check.h"

#include "text_view.h"

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

char *check_window_run(gboolean *works)
{
    enum { COPY = 1, WIDTH = 640, HEIGHT = 360, BORDER = 12 };
    struct window w = { 0 };

    gimp_ui_init("ebru");
    g_autofree char *facts = check_facts();
    GtkWidget *const window =
        gimp_dialog_new(_("Check Setup"), "ebru-check", NULL, 0, NULL, NULL, _("C_opy"), COPY,
                        _("_Close"), GTK_RESPONSE_CLOSE, NULL);
    GtkWidget *const view = text_view_new(_("Report"), WIDTH, HEIGHT, &w.text);
    append(w.text, facts);
    append(w.text, _("The engine is making a picture…"));
    gtk_container_set_border_width(GTK_CONTAINER(view), BORDER);
    gtk_box_pack_start(GTK_BOX(gtk_dialog_get_content_area(GTK_DIALOG(window))), view, TRUE, TRUE,
                       0);
    gtk_dialog_set_default_response(GTK_DIALOG(window), GTK_RESPONSE_CLOSE);
    gtk_widget_show_all(window);
    g_autoptr(GTask) task = g_task_new(NULL, NULL, on_tried, &w);
    g_task_set_task_data(task, &w, NULL);
    g_task_run_in_thread(task, try_engine);
    while (gimp_dialog_run(GIMP_DIALOG(window)) == COPY) {
        g_autofree char *text = text_view_read(w.text);
        text_view_copy(window, text);
    }
    gtk_widget_hide(window);
    while (!w.done) /* the thread has a second at most left */
        gtk_main_iteration();
    char *const text = text_view_read(w.text);
    *works = w.works;
    gtk_widget_destroy(window);
    return text;
}
