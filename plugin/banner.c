/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "banner.h"

static void show(struct banner *b, enum banner_action action, const char *text, const char *label)
{
    b->action = action;
    b->greeting = b->advice = FALSE;
    gtk_widget_set_visible(b->root, action != BANNER_NONE);
    if (action == BANNER_NONE)
        return;
    gtk_label_set_text(GTK_LABEL(b->text), text);
    gtk_button_set_label(GTK_BUTTON(b->button), label);
    gtk_widget_set_visible(b->button, *label != 0);
    gtk_info_bar_set_message_type(GTK_INFO_BAR(b->root), action == BANNER_ADD_MODEL ||
                                                                 action == BANNER_GO_ON ||
                                                                 action >= BANNER_USE_SIZE
                                                             ? GTK_MESSAGE_INFO
                                                             : GTK_MESSAGE_WARNING);
}

void banner_show(struct banner *b, enum banner_action action, const char *text)
{
    show(b, action, text, message_action_label(action));
}

void banner_greet(struct banner *b, enum banner_action action, const char *text)
{
    banner_show(b, action, text);
    b->greeting = TRUE;
}

void banner_hide(struct banner *b)
{
    show(b, BANNER_NONE, NULL, NULL);
}

void banner_advise(struct banner *b, enum banner_action action, const char *text, const char *label)
{
    if (b->action != BANNER_NONE && !b->advice && !(b->greeting && action != BANNER_NONE))
        return;
    show(b, action, text, label);
    b->advice = TRUE;
}

static void on_clicked(struct banner *b)
{
    const enum banner_action action = b->action;

    if (action == BANNER_KNOWN)
        b->known |= b->topic;
    banner_hide(b);
    b->pressed(b->user, action);
}

void banner_build(struct banner *b, void (*pressed)(void *user, enum banner_action action),
                  void *user)
{
    GtkWidget *const bar = gtk_info_bar_new(), *text = gtk_label_new(NULL);

    *b = (struct banner){ .root = bar, .text = text, .pressed = pressed, .user = user };
    gtk_label_set_line_wrap(GTK_LABEL(text), TRUE);
    gtk_label_set_line_wrap_mode(GTK_LABEL(text), PANGO_WRAP_WORD_CHAR);
    gtk_label_set_width_chars(GTK_LABEL(text), 30);
    gtk_label_set_max_width_chars(GTK_LABEL(text), 44);
    gtk_label_set_selectable(GTK_LABEL(text), TRUE);
    gtk_label_set_xalign(GTK_LABEL(text), 0);
    gtk_box_pack_start(GTK_BOX(gtk_info_bar_get_content_area(GTK_INFO_BAR(bar))), text, TRUE, TRUE,
                       0);
    b->button = gtk_info_bar_add_button(GTK_INFO_BAR(bar), "", GTK_RESPONSE_ACCEPT);
    gtk_widget_set_valign(b->button, GTK_ALIGN_CENTER);
    g_signal_connect_swapped(b->button, "clicked", G_CALLBACK(on_clicked), b);
    gtk_widget_show_all(bar);
    gtk_widget_set_visible(bar, FALSE);
    gtk_widget_set_no_show_all(bar, TRUE);
}
