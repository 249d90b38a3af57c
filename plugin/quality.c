/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "quality.h"

#include "message.h"

#include <glib/gi18n.h>

static const struct {
    const char *name;
    int steps;
} qualities[QUALITIES] = {
    { N_("Draft"), 8 }, { N_("Normal"), 20 }, { N_("Fine"), 30 }, { N_("Custom"), 0 }
};

static int steps_of(GtkWidget *quality)
{
    int steps;

    g_object_get(g_object_get_data(G_OBJECT(quality), "config"), "steps", &steps, NULL);
    return steps;
}

int quality_steps(GtkWidget *quality, int i)
{
    return qualities[i].steps ? qualities[i].steps : steps_of(quality);
}

static void show_quality(GtkWidget *quality)
{
    const int steps = steps_of(quality);
    int row = QUALITIES - 1;

    for (int i = 0; i < QUALITIES - 1; i++)
        if (qualities[i].steps == steps)
            row = i;
    if (gtk_combo_box_get_active(GTK_COMBO_BOX(quality)) != row)
        gtk_combo_box_set_active(GTK_COMBO_BOX(quality), row);
}

static void choose_quality(GtkWidget *quality)
{
    const int row = gtk_combo_box_get_active(GTK_COMBO_BOX(quality));

    if (row >= 0 && qualities[row].steps && qualities[row].steps != steps_of(quality))
        g_object_set(g_object_get_data(G_OBJECT(quality), "config"), "steps", qualities[row].steps,
                     NULL);
}

static char *time_text(double seconds, gboolean drafts)
{
    g_autofree char *time = seconds > 0 ? message_about(seconds) : NULL;

    if (!time)
        return g_strdup(seconds < 0 ? _("measuring…") : "");
    return drafts ? g_strdup_printf(_("drafts: %s"), time) : g_steal_pointer(&time);
}

void quality_set_times(GtkWidget *quality, const double seconds[QUALITIES], gboolean drafts)
{
    GtkListStore *const store = GTK_LIST_STORE(gtk_combo_box_get_model(GTK_COMBO_BOX(quality)));
    GtkTreeIter iter;

    for (int i = 0; i < QUALITIES; i++) {
        const int steps = quality_steps(quality, i);
        g_autofree char *time = time_text(seconds[i], drafts);
        g_autofree char *text = g_strdup_printf(
            ngettext("%s, %d step", "%s, %d steps", (gulong)steps), _(qualities[i].name), steps);
        gtk_tree_model_iter_nth_child(GTK_TREE_MODEL(store), &iter, NULL, i);
        gtk_list_store_set(store, &iter, 0, text, 1, time, -1);
        if (i == gtk_combo_box_get_active(GTK_COMBO_BOX(quality)))
            atk_object_set_description(gtk_widget_get_accessible(quality), time);
    }
}

static void add_column(GtkWidget *combo, int column, gboolean wide)
{
    GtkCellRenderer *const cell = gtk_cell_renderer_text_new();

    g_object_set(cell, "ellipsize", wide ? PANGO_ELLIPSIZE_MIDDLE : PANGO_ELLIPSIZE_NONE, "xalign",
                 wide ? 0.0 : 1.0, NULL);
    gtk_cell_layout_pack_start(GTK_CELL_LAYOUT(combo), cell, wide);
    gtk_cell_layout_set_attributes(GTK_CELL_LAYOUT(combo), cell, "text", column, NULL);
}

/* Two columns of text: what it is, and a remark at the right. */
static GtkWidget *list_new(void)
{
    g_autoptr(GtkListStore) store = gtk_list_store_new(2, G_TYPE_STRING, G_TYPE_STRING);
    GtkWidget *const combo = gtk_combo_box_new_with_model(GTK_TREE_MODEL(store));

    add_column(combo, 0, TRUE);
    add_column(combo, 1, FALSE);
    return combo;
}

GtkWidget *quality_new(GimpProcedureConfig *config)
{
    GtkWidget *const combo = list_new();
    GtkListStore *const store = GTK_LIST_STORE(gtk_combo_box_get_model(GTK_COMBO_BOX(combo)));

    g_object_set_data(G_OBJECT(combo), "config", config);
    for (int i = 0; i < QUALITIES; i++)
        gtk_list_store_insert_with_values(store, NULL, -1, 0, "", -1);
    quality_set_times(combo, (const double[QUALITIES]){ 0 }, FALSE);
    show_quality(combo);
    g_signal_connect(combo, "changed", G_CALLBACK(choose_quality), NULL);
    g_signal_connect_object(config, "notify::steps", G_CALLBACK(show_quality), combo,
                            G_CONNECT_SWAPPED);
    gtk_widget_set_tooltip_text(combo, g_param_spec_get_blurb(g_object_class_find_property(
                                           G_OBJECT_GET_CLASS(config), "steps")));
    return combo;
}
