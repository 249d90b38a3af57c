/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "closing.h"

#include <glib/gi18n.h>

static char *what_is_left(int jobs, int drafts)
{
    g_autofree char *waiting =
        g_strdup_printf(ngettext("%d job is waiting.", "%d jobs are waiting.", (gulong)jobs), jobs);
    g_autofree char *undecided = g_strdup_printf(
        ngettext("%d draft is not finished.", "%d drafts are not finished.", (gulong)drafts),
        drafts);

    return g_strdup_printf("%s%s%s", jobs ? waiting : "", jobs && drafts ? " " : "",
                           drafts ? undecided : "");
}

static char *what_becomes(int jobs, int drafts)
{
    const char *const of_jobs = _("In the background the results arrive in the image as soon as "
                                  "they are ready. When all is "
                                  "stopped, jobs that have not begun are offered the next time.");
    const char *const of_drafts =
        _("In the background all drafts are finished and arrive in the image; else they are lost.");

    return g_strdup_printf("%s%s%s", jobs ? of_jobs : "", jobs && drafts ? "\n" : "",
                           drafts ? of_drafts : "");
}

enum closing closing_ask(GtkWindow *window, int jobs, int drafts)
{
    g_autofree char *text = what_is_left(jobs, drafts), *more = what_becomes(jobs, drafts);
    GtkWidget *const ask =
        gtk_message_dialog_new(window, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                               GTK_MESSAGE_QUESTION, GTK_BUTTONS_NONE, "%s", text);

    gtk_message_dialog_format_secondary_text(GTK_MESSAGE_DIALOG(ask), "%s", more);
    gtk_dialog_add_buttons(GTK_DIALOG(ask), _("_Cancel"), CLOSING_CANCEL,
                           jobs ? _("_Stop All") : _("_Discard"), CLOSING_STOP,
                           jobs ? _("_Keep Running in Background") : _("_Finish in Background"),
                           CLOSING_GO_ON, NULL);
    gtk_dialog_set_default_response(GTK_DIALOG(ask), CLOSING_GO_ON);
    const int answer = gtk_dialog_run(GTK_DIALOG(ask));
    gtk_widget_destroy(ask);
    return answer > 0 ? (enum closing)answer : CLOSING_CANCEL;
}
