/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "closing.h"

#include <glib/gi18n.h>

enum closing closing_ask(GtkWindow *window, int jobs)
{
    GtkWidget *const ask = gtk_message_dialog_new(
        window, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT, GTK_MESSAGE_QUESTION,
        GTK_BUTTONS_NONE, ngettext("%d job is waiting.", "%d jobs are waiting.", (gulong)jobs),
        jobs);

    gtk_message_dialog_format_secondary_text(
        GTK_MESSAGE_DIALOG(ask), _("In the background the results arrive in the image as soon as "
                                   "they are ready. When all is "
                                   "stopped, jobs that have not begun are offered the next time."));
    gtk_dialog_add_buttons(GTK_DIALOG(ask), _("_Cancel"), CLOSING_CANCEL, _("_Stop All"),
                           CLOSING_STOP, _("_Keep Running in Background"), CLOSING_GO_ON, NULL);
    gtk_dialog_set_default_response(GTK_DIALOG(ask), CLOSING_GO_ON);
    const int answer = gtk_dialog_run(GTK_DIALOG(ask));
    gtk_widget_destroy(ask);
    return answer > 0 ? (enum closing)answer : CLOSING_CANCEL;
}
