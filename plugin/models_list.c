/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models_list.h"

#include "fields.h"

#include <glib/gi18n.h>
#include <string.h>

enum { NAME, FAMILY, PRECISION, SIZE, MEMORY, LICENCE, SHA256, SIDE, USED, PATH, WIDTH, HEIGHT };
enum { SHOWN = PATH, COLUMNS = HEIGHT + 1, DIGITS = 10 };

/* --- what a cell says ----------------------------------------------------- */

static char *text_of(GtkTreeModel *model, GtkTreeIter *iter, int column)
{
    gint64 number;
    int width, height;
    char *text;

    switch (column) {
    case SIZE:
    case MEMORY:
        gtk_tree_model_get(model, iter, column, &number, -1);
        return g_format_size((guint64)number);
    case SIDE:
        gtk_tree_model_get(model, iter, WIDTH, &width, HEIGHT, &height, -1);
        return g_strdup_printf(_("%d × %d px"), width, height);
    case USED:
        gtk_tree_model_get(model, iter, column, &number, -1);
        if (number) {
            g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(number);
            return g_date_time_format(time, "%x");
        }
        return g_strdup(_("never"));
    case SHA256:
        gtk_tree_model_get(model, iter, column, &text, -1);
        if (text && strlen(text) > DIGITS)
            text[DIGITS] = 0;
        return text;
    default:
        gtk_tree_model_get(model, iter, column, &text, -1);
        return text;
    }
}

static void show_cell(GtkTreeViewColumn *column, GtkCellRenderer *cell, GtkTreeModel *model,
                      GtkTreeIter *iter, gpointer data)
{
    g_autofree char *text = text_of(model, iter, GPOINTER_TO_INT(data));

    (void)column;
    g_object_set(cell, "text", text, NULL);
}

/* --- rows ----------------------------------------------------------------- */

void models_list_begin(struct models_list *l)
{
    gtk_tree_view_set_model(GTK_TREE_VIEW(l->view), NULL);
    gtk_list_store_clear(l->store);
}

void models_list_add(struct models_list *l, const struct models_row *r)
{
    gtk_list_store_insert_with_values(
        l->store, NULL, -1, NAME, r->name, FAMILY, r->family, PRECISION, r->precision, SIZE,
        r->size, MEMORY, r->memory, LICENCE, r->licence ? r->licence : _("not known"), SHA256,
        r->sha256 ? r->sha256 : "", SIDE, (gint64)r->width * r->height, USED, r->used, PATH,
        r->path, WIDTH, r->width, HEIGHT, r->height, -1);
}

static gboolean find_path(GtkTreeModel *model, const char *wanted, GtkTreeIter *iter)
{
    for (gboolean more = gtk_tree_model_get_iter_first(model, iter); more;
         more = gtk_tree_model_iter_next(model, iter)) {
        g_autofree char *path = NULL;
        gtk_tree_model_get(model, iter, PATH, &path, -1);
        if (!strcmp(path, wanted))
            return TRUE;
    }
    return FALSE;
}

void models_list_end(struct models_list *l, const char *selected)
{
    GtkTreeIter iter;

    gtk_tree_view_set_model(GTK_TREE_VIEW(l->view), l->sorted);
    gtk_tree_view_set_search_column(GTK_TREE_VIEW(l->view), -1);
    if (!(selected && find_path(l->sorted, selected, &iter)) &&
        !gtk_tree_model_get_iter_first(l->sorted, &iter))
        return;
    g_autoptr(GtkTreePath) place = gtk_tree_model_get_path(l->sorted, &iter);
    gtk_tree_view_set_cursor(GTK_TREE_VIEW(l->view), place, NULL, FALSE);
    gtk_tree_view_scroll_to_cell(GTK_TREE_VIEW(l->view), place, NULL, FALSE, 0, 0);
}

char *models_list_selected(struct models_list *l)
{
    GtkTreeSelection *const selection = gtk_tree_view_get_selection(GTK_TREE_VIEW(l->view));
    GtkTreeModel *model;
    GtkTreeIter iter;
    char *path = NULL;

    if (gtk_tree_selection_get_selected(selection, &model, &iter))
        gtk_tree_model_get(model, &iter, PATH, &path, -1);
    return path;
}

char *models_list_beside(struct models_list *l)
{
    GtkTreeSelection *const selection = gtk_tree_view_get_selection(GTK_TREE_VIEW(l->view));
    GtkTreeModel *model;
    GtkTreeIter iter, next;
    char *path = NULL;

    if (!gtk_tree_selection_get_selected(selection, &model, &iter))
        return NULL;
    next = iter;
    if (!gtk_tree_model_iter_next(model, &next)) {
        next = iter;
        if (!gtk_tree_model_iter_previous(model, &next))
            return NULL;
    }
    gtk_tree_model_get(model, &next, PATH, &path, -1);
    return path;
}

void models_list_set_sha256(struct models_list *l, const char *path, const char *sha256)
{
    GtkTreeIter iter;

    if (find_path(GTK_TREE_MODEL(l->store), path, &iter))
        gtk_list_store_set(l->store, &iter, SHA256, sha256, -1);
    /* else the model keeps the width that the sum needs now, and the last column is cut */
    gtk_tree_view_columns_autosize(GTK_TREE_VIEW(l->view));
}

/* --- searching ------------------------------------------------------------ */

static gboolean is_shown(GtkTreeModel *model, GtkTreeIter *iter, gpointer data)
{
    const struct models_list *const l = data;
    const char *const wanted = gtk_entry_get_text(GTK_ENTRY(l->search));
    g_autofree char *name = NULL, *family = NULL;

    if (!*wanted)
        return TRUE;
    gtk_tree_model_get(model, iter, NAME, &name, FAMILY, &family, -1);
    return (name && g_str_match_string(wanted, name, TRUE)) ||
           (family && g_str_match_string(wanted, family, TRUE));
}

/* --- building ------------------------------------------------------------- */

static void add_columns(GtkTreeView *view)
{
    static const char *const titles[SHOWN] = { N_("Model"),   N_("Family"),   N_("Precision"),
                                               N_("Size"),    N_("Memory"),   N_("Licence"),
                                               N_("SHA-256"), N_("Made for"), N_("Last used") };

    for (int i = 0; i < SHOWN; i++) {
        GtkCellRenderer *const cell = gtk_cell_renderer_text_new();
        GtkTreeViewColumn *const column =
            gtk_tree_view_column_new_with_attributes(_(titles[i]), cell, NULL);
        gtk_tree_view_column_set_cell_data_func(column, cell, show_cell, GINT_TO_POINTER(i), NULL);
        gtk_tree_view_column_set_resizable(column, TRUE);
        gtk_tree_view_column_set_sort_column_id(column, i);
        gtk_tree_view_column_set_expand(column, i == NAME);
        if (i == NAME || i == LICENCE) {
            g_object_set(cell, "ellipsize", PANGO_ELLIPSIZE_MIDDLE, NULL);
            gtk_tree_view_column_set_min_width(column, i == NAME ? 160 : 100);
        }
        gtk_tree_view_append_column(view, column);
    }
}

void models_list_build(struct models_list *l)
{
    GtkWidget *const scrolled = gtk_scrolled_window_new(NULL, NULL);

    l->root = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
    l->store =
        gtk_list_store_new(COLUMNS, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_INT64,
                           G_TYPE_INT64, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_INT64, G_TYPE_INT64,
                           G_TYPE_STRING, G_TYPE_INT, G_TYPE_INT);
    l->filter = gtk_tree_model_filter_new(GTK_TREE_MODEL(l->store), NULL);
    l->sorted = gtk_tree_model_sort_new_with_model(l->filter);
    l->search = gtk_search_entry_new();
    gtk_tree_model_filter_set_visible_func(GTK_TREE_MODEL_FILTER(l->filter), is_shown, l, NULL);
    g_signal_connect_swapped(l->search, "search-changed",
                             G_CALLBACK(gtk_tree_model_filter_refilter), l->filter);
    gtk_entry_set_placeholder_text(GTK_ENTRY(l->search), _("Search"));
    atk_object_set_name(gtk_widget_get_accessible(l->search), _("Search"));
    l->view = gtk_tree_view_new();
    fields_mark_chosen(l->view);
    add_columns(GTK_TREE_VIEW(l->view));
    atk_object_set_name(gtk_widget_get_accessible(l->view), _("Models"));
    gtk_scrolled_window_set_shadow_type(GTK_SCROLLED_WINDOW(scrolled), GTK_SHADOW_IN);
    gtk_container_add(GTK_CONTAINER(scrolled), l->view);
    gtk_box_pack_start(GTK_BOX(l->root), l->search, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(l->root), scrolled, TRUE, TRUE, 0);
}

void models_list_clear(struct models_list *l)
{
    g_clear_object(&l->sorted);
    g_clear_object(&l->filter);
    g_clear_object(&l->store);
}
