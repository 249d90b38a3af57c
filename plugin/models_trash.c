/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models_trash.h"

#include "checksum.h"

#include <glib/gi18n.h>

struct question {
    char *path;
    void (*done)(void *user, const GError *error);
    void *user;
};

static void question_free(gpointer data)
{
    struct question *const q = data;

    g_free(q->path);
    g_free(q);
}

static void on_answered(GtkWidget *box, int response, const struct question *q)
{
    g_autoptr(GFile) file = g_file_new_for_path(q->path);
    const struct question asked = *q;
    GError *error = NULL;

    gtk_widget_destroy(box); /* and the question with it */
    if (response != GTK_RESPONSE_ACCEPT)
        return;
    g_file_trash(file, NULL, &error);
    asked.done(asked.user, error);
    g_clear_error(&error);
}

void models_trash_ask(GtkWindow *parent, const char *path,
                      void (*done)(void *user, const GError *error), void *user)
{
    struct question *const q = g_new(struct question, 1);
    g_autofree char *file = g_path_get_basename(path);
    g_autofree char *size = g_format_size((guint64)checksum_size(path));
    GtkWidget *const box = gtk_message_dialog_new(
        parent, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT, GTK_MESSAGE_QUESTION,
        GTK_BUTTONS_NONE, _("Move “%s” (%s) to the trash?"), file, size);

    *q = (struct question){ g_strdup(path), done, user };
    gtk_message_dialog_format_secondary_text(
        GTK_MESSAGE_DIALOG(box),
        _("Other programs that use the file lose it too. “Remove from List” leaves it alone."));
    gtk_dialog_add_buttons(GTK_DIALOG(box), _("_Cancel"), GTK_RESPONSE_CANCEL, _("Move to _Trash"),
                           GTK_RESPONSE_ACCEPT, NULL);
    gtk_dialog_set_default_response(GTK_DIALOG(box), GTK_RESPONSE_CANCEL);
    g_object_set_data_full(G_OBJECT(box), "question", q, question_free);
    g_signal_connect(box, "response", G_CALLBACK(on_answered), q);
    gtk_widget_show(box);
}
