/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keys_window.h"

#include "fields.h"

#include <glib/gi18n.h>

static const struct {
    const char *keys, *what;
} table[] = {
    { N_("Ctrl+Return, Shift+Return"), N_("Generate") },
    { N_("Ctrl+R"), N_("Generate with a new seed") },
    { N_("Ctrl+."), N_("Stop; with Shift, take what there is") },
    { N_("Ctrl+L"), N_("To the prompt") },
    { N_("Ctrl+H"), N_("Find a prompt of before") },
    { N_("Ctrl+Shift+H"), N_("History of pictures") },
    { N_("Ctrl+Space"), N_("Complete the word, list or style") },
    { N_("Ctrl+Up, Ctrl+Down"), N_("More or less weight for the word or the selection") },
    { N_("Alt+Left, Alt+Right"), N_("Move the words between two commas") },
    { N_("Ctrl+Z, Ctrl+Shift+Z"), N_("Undo and redo in the prompt") },
    { N_("Ctrl+,"), N_("Preferences") },
    { N_("F1"), N_("Help") },
    { N_("Ctrl+?"), N_("These keys") },
    { N_("F6, Shift+F6"), N_("From the prompt to the results, the queue, the buttons, and back") },
    { N_("Arrows, in the results"), N_("Show another variant in the image") },
    { N_("Return, in the results"), N_("Keep the variant; of drafts, make the rest") },
    { N_("Space, in the results"), N_("Before and after") },
    { N_("Delete, in the results"), N_("Discard the variant") },
    { N_("Alt+Up, Alt+Down, in the queue"), N_("Make a job earlier or later") },
    { N_("Delete, in the queue"), N_("Remove the job") },
    { N_("Escape"), N_("Close a list, leave the results, close the window") },
};

static void add_label(GtkGrid *grid, const char *text, int column, int row)
{
    GtkWidget *const label = gtk_label_new(text);

    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_yalign(GTK_LABEL(label), 0);
    gtk_label_set_line_wrap(GTK_LABEL(label), TRUE);
    /* both, so that the height which GTK asks for, that of the least width, is the one needed */
    gtk_label_set_width_chars(GTK_LABEL(label), column ? 44 : 26);
    gtk_label_set_max_width_chars(GTK_LABEL(label), column ? 44 : 26);
    gtk_grid_attach(grid, label, column, row, 1, 1);
}

void keys_window_show(GtkWindow *parent)
{
    enum { AROUND = 160 }; /* px: title, button and what the desktop has */
    GtkWidget *const window = gtk_dialog_new_with_buttons(
        _("Keys"), parent, GTK_DIALOG_DESTROY_WITH_PARENT, _("_Close"), GTK_RESPONSE_CLOSE, NULL);
    GtkWidget *const scrolled = gtk_scrolled_window_new(NULL, NULL), *grid = gtk_grid_new();

    gtk_grid_set_column_spacing(GTK_GRID(grid), 18);
    gtk_grid_set_row_spacing(GTK_GRID(grid), 6);
    gtk_container_set_border_width(GTK_CONTAINER(grid), 12);
    for (int i = 0; i < (int)G_N_ELEMENTS(table); i++) {
        add_label(GTK_GRID(grid), _(table[i].keys), 0, i);
        add_label(GTK_GRID(grid), _(table[i].what), 1, i);
    }
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER,
                                   GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_propagate_natural_height(GTK_SCROLLED_WINDOW(scrolled), TRUE);
    gtk_scrolled_window_set_max_content_height(GTK_SCROLLED_WINDOW(scrolled),
                                               fields_screen().height - AROUND);
    gtk_container_add(GTK_CONTAINER(scrolled), grid);
    gtk_box_pack_start(GTK_BOX(gtk_dialog_get_content_area(GTK_DIALOG(window))), scrolled, TRUE,
                       TRUE, 0);
    g_signal_connect(window, "response", G_CALLBACK(gtk_widget_destroy), NULL);
    gtk_widget_show_all(window);
}
