/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "album_list.h"

#include "fields.h"

#include <glib/gi18n.h>

enum { THUMB = 64, GAP = 6, MOST_IN_MEMORY = 400 };

/* --- cells ---------------------------------------------------------------- */

static int picture_in(GtkTreeModel *model, GtkTreeIter *iter)
{
    int i;

    gtk_tree_model_get(model, iter, 0, &i, -1);
    return i;
}

static GdkPixbuf *thumbnail(struct album_list *l, int i)
{
    const char *const id = album_id(l->album, i);
    GdkPixbuf *pixbuf = g_hash_table_lookup(l->thumbnails, id);

    if (pixbuf)
        return pixbuf;
    if (g_hash_table_size(l->thumbnails) >= MOST_IN_MEMORY)
        g_hash_table_remove_all(l->thumbnails);
    g_autofree char *path = album_thumbnail(l->album, i);
    pixbuf = gdk_pixbuf_new_from_file_at_size(path, THUMB, THUMB, NULL);
    if (pixbuf)
        g_hash_table_insert(l->thumbnails, g_strdup(id), pixbuf);
    return pixbuf;
}

static void show_thumbnail(GtkTreeViewColumn *column, GtkCellRenderer *cell, GtkTreeModel *model,
                           GtkTreeIter *iter, gpointer list)
{
    (void)column;
    g_object_set(cell, "pixbuf", thumbnail(list, picture_in(model, iter)), NULL);
}

static void show_text(GtkTreeViewColumn *column, GtkCellRenderer *cell, GtkTreeModel *model,
                      GtkTreeIter *iter, gpointer list)
{
    const struct album_list *const l = list;
    const int i = picture_in(model, iter);
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(album_time(l->album, i));
    g_autofree char *when = time ? g_date_time_format(time, "%x, %H:%M") : g_strdup("");
    g_autofree char *prompt = g_strdelimit(g_strdup(album_prompt(l->album, i)), "\n\r\t", ' ');
    g_autofree char *markup = g_markup_printf_escaped("%s\n<small>%s</small>", prompt, when);

    (void)column;
    g_object_set(cell, "markup", markup, NULL);
}

/* --- rows ----------------------------------------------------------------- */

void album_list_fill(struct album_list *l, struct album *album, char **words, int at)
{
    GtkTreeView *const view = GTK_TREE_VIEW(l->view);

    gtk_tree_view_set_model(view, NULL);
    gtk_list_store_clear(l->store);
    l->album = album;
    for (int i = 0; i < album_count(album); i++)
        if (!words || album_has_words(album, i, words))
            gtk_list_store_insert_with_values(l->store, NULL, -1, 0, i, -1);
    gtk_tree_view_set_model(view, GTK_TREE_MODEL(l->store));
    const int last = album_list_count(l) - 1;
    if (last < 0)
        return;
    GtkTreePath *const path = gtk_tree_path_new_from_indices(MIN(at, last), -1);
    gtk_tree_view_set_cursor(view, path, NULL, FALSE);
    gtk_tree_path_free(path);
}

int album_list_count(const struct album_list *l)
{
    return gtk_tree_model_iter_n_children(GTK_TREE_MODEL(l->store), NULL);
}

int album_list_chosen(const struct album_list *l, int *row)
{
    GtkTreeSelection *const selection = gtk_tree_view_get_selection(GTK_TREE_VIEW(l->view));
    GtkTreeModel *model;
    GtkTreeIter iter;

    *row = -1;
    if (!gtk_tree_selection_get_selected(selection, &model, &iter))
        return -1;
    GtkTreePath *const path = gtk_tree_model_get_path(model, &iter);
    *row = gtk_tree_path_get_indices(path)[0];
    gtk_tree_path_free(path);
    return picture_in(model, &iter);
}

/* --- making it ------------------------------------------------------------ */

static void add_column(struct album_list *l, GtkCellRenderer *cell, GtkTreeCellDataFunc show,
                       gboolean wide)
{
    GtkTreeViewColumn *const column = gtk_tree_view_column_new();

    gtk_tree_view_column_pack_start(column, cell, TRUE);
    gtk_tree_view_column_set_cell_data_func(column, cell, show, l, NULL);
    /* all rows have the height of the first: no other is looked at before it is seen */
    gtk_tree_view_column_set_sizing(column, GTK_TREE_VIEW_COLUMN_FIXED);
    gtk_tree_view_column_set_fixed_width(column, THUMB + 2 * GAP);
    gtk_tree_view_column_set_expand(column, wide);
    gtk_tree_view_append_column(GTK_TREE_VIEW(l->view), column);
}

void album_list_build(struct album_list *l)
{
    enum { WIDTH = 300, HEIGHT = 300 };
    GtkCellRenderer *const picture = gtk_cell_renderer_pixbuf_new();
    GtkCellRenderer *const text = gtk_cell_renderer_text_new();

    l->store = gtk_list_store_new(1, G_TYPE_INT);
    l->thumbnails = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
    l->view = gtk_tree_view_new();
    gtk_cell_renderer_set_fixed_size(picture, THUMB + GAP, THUMB + GAP);
    g_object_set(text, "ellipsize", PANGO_ELLIPSIZE_END, NULL);
    add_column(l, picture, show_thumbnail, FALSE);
    add_column(l, text, show_text, TRUE);
    gtk_tree_view_set_fixed_height_mode(GTK_TREE_VIEW(l->view), TRUE);
    gtk_tree_view_set_headers_visible(GTK_TREE_VIEW(l->view), FALSE);
    gtk_tree_view_set_enable_search(GTK_TREE_VIEW(l->view), FALSE);
    fields_mark_chosen(l->view);
    atk_object_set_name(gtk_widget_get_accessible(l->view), _("Pictures"));
    l->root = gtk_scrolled_window_new(NULL, NULL);
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(l->root), GTK_POLICY_NEVER,
                                   GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_shadow_type(GTK_SCROLLED_WINDOW(l->root), GTK_SHADOW_IN);
    gtk_widget_set_size_request(l->root, WIDTH, HEIGHT);
    gtk_container_add(GTK_CONTAINER(l->root), l->view);
}

void album_list_clear(struct album_list *l)
{
    g_object_unref(l->store);
    g_hash_table_unref(l->thumbnails);
}
