/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "question.h"

static void hide(struct question *q)
{
    q->kind = QUESTION_NONE;
    gtk_widget_hide(q->root);
}

static void on_response(GtkInfoBar *bar, int response, struct question *q)
{
    const enum question_kind kind = q->kind;

    (void)bar;
    hide(q);
    q->answered(q->user, kind, response == GTK_RESPONSE_YES);
}

void question_build(struct question *q,
                    void (*answered)(void *user, enum question_kind kind, gboolean yes), void *user)
{
    GtkWidget *const bar = gtk_info_bar_new(), *text = gtk_label_new(NULL);

    *q = (struct question){ .root = bar, .text = text, .answered = answered, .user = user };
    gtk_info_bar_set_message_type(GTK_INFO_BAR(bar), GTK_MESSAGE_QUESTION);
    gtk_label_set_line_wrap(GTK_LABEL(text), TRUE);
    gtk_label_set_width_chars(GTK_LABEL(text), 24);
    gtk_label_set_max_width_chars(GTK_LABEL(text), 36);
    gtk_label_set_xalign(GTK_LABEL(text), 0);
    gtk_box_pack_start(GTK_BOX(gtk_info_bar_get_content_area(GTK_INFO_BAR(bar))), text, TRUE, TRUE,
                       0);
    q->yes = gtk_info_bar_add_button(GTK_INFO_BAR(bar), "", GTK_RESPONSE_YES);
    q->no = gtk_info_bar_add_button(GTK_INFO_BAR(bar), "", GTK_RESPONSE_NO);
    gtk_widget_set_valign(q->yes, GTK_ALIGN_CENTER);
    gtk_widget_set_valign(q->no, GTK_ALIGN_CENTER);
    g_signal_connect(bar, "response", G_CALLBACK(on_response), q);
    gtk_widget_show_all(bar);
    gtk_widget_set_no_show_all(bar, TRUE);
    hide(q);
}

void question_ask(struct question *q, enum question_kind kind, const char *text, const char *yes,
                  const char *no)
{
    q->kind = kind;
    gtk_label_set_text(GTK_LABEL(q->text), text);
    gtk_button_set_label(GTK_BUTTON(q->yes), yes);
    gtk_button_set_label(GTK_BUTTON(q->no), no ? no : "");
    gtk_widget_set_visible(q->no, no != NULL);
    gtk_widget_show(q->root);
}

void question_drop(struct question *q, enum question_kind kind)
{
    if (q->kind == kind)
        hide(q);
}
