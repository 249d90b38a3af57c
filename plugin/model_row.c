/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model_row.h"

#include "fields.h"

#include <glib/gi18n.h>
#include <string.h>

enum { NAME, PATH, WEIGHT, COLUMNS };

enum {
    MANY = 12, /* from here on there is a field to search */
    ROWS = 260 /* px: the height of the list */
};

struct row {
    GimpProcedureConfig *config;
    GPtrArray *models; /* of the dialog */
    GtkWidget *choice, *name;
    GtkWidget *popover, *search, *view;
    GtkTreeStore *store;
};

const char *model_row_name(const struct checkpoint *c)
{
    return c->starter ? _("Ebru starter (256 px textures and landscapes)") : c->info.name;
}

/* --- the list ------------------------------------------------------------- */

static gboolean fits(const struct checkpoint *c, const char *text)
{
    return g_str_match_string(text, model_row_name(c), TRUE) ||
           g_str_match_string(text, c->info.family, TRUE);
}

/* The row of a family, which is made when it is the first of it. */
static void find_family(struct row *r, const char *family, GtkTreeIter *iter)
{
    GtkTreeModel *const model = GTK_TREE_MODEL(r->store);
    gboolean more = gtk_tree_model_get_iter_first(model, iter);

    while (more) {
        g_autofree char *name = NULL;
        gtk_tree_model_get(model, iter, NAME, &name, -1);
        if (!strcmp(name, family))
            return;
        more = gtk_tree_model_iter_next(model, iter);
    }
    gtk_tree_store_insert_with_values(r->store, iter, NULL, -1, NAME, family, WEIGHT,
                                      PANGO_WEIGHT_BOLD, -1);
}

static void fill(struct row *r)
{
    const char *const text = gtk_entry_get_text(GTK_ENTRY(r->search));
    GtkTreeIter family;

    gtk_tree_view_set_model(GTK_TREE_VIEW(r->view), NULL);
    gtk_tree_store_clear(r->store);
    for (guint i = 0; r->models && i < r->models->len; i++) {
        const struct checkpoint *const c = r->models->pdata[i];
        if (*text && !fits(c, text))
            continue;
        find_family(r, c->info.family, &family);
        gtk_tree_store_insert_with_values(r->store, NULL, &family, -1, NAME, model_row_name(c),
                                          PATH, c->path, WEIGHT, PANGO_WEIGHT_NORMAL, -1);
    }
    gtk_tree_view_set_model(GTK_TREE_VIEW(r->view), GTK_TREE_MODEL(r->store));
    gtk_tree_view_expand_all(GTK_TREE_VIEW(r->view));
}

/* Families are no choice. */
static gboolean may_select(GtkTreeSelection *selection, GtkTreeModel *model, GtkTreePath *path,
                           gboolean selected, gpointer data)
{
    (void)selection;
    (void)model;
    (void)selected;
    (void)data;
    return gtk_tree_path_get_depth(path) > 1;
}

static void choose(struct row *r, GtkTreeIter *iter)
{
    g_autofree char *path = NULL;

    gtk_tree_model_get(GTK_TREE_MODEL(r->store), iter, PATH, &path, -1);
    if (!path)
        return;
    gtk_popover_popdown(GTK_POPOVER(r->popover));
    g_object_set(r->config, "model", path, NULL);
}

static void on_activated(GtkTreeView *view, GtkTreePath *path, GtkTreeViewColumn *column,
                         struct row *r)
{
    GtkTreeIter iter;

    (void)view;
    (void)column;
    if (gtk_tree_model_get_iter(GTK_TREE_MODEL(r->store), &iter, path))
        choose(r, &iter);
}

/* Return in the field takes the first that was found. */
static void on_search_activated(struct row *r)
{
    GtkTreeIter family, iter;

    fill(r); /* the list follows the field a moment later */
    if (gtk_tree_model_get_iter_first(GTK_TREE_MODEL(r->store), &family) &&
        gtk_tree_model_iter_children(GTK_TREE_MODEL(r->store), &iter, &family))
        choose(r, &iter);
}

/* --- opening it ----------------------------------------------------------- */

static void select_path(struct row *r, const char *wanted)
{
    GtkTreeModel *const model = GTK_TREE_MODEL(r->store);
    GtkTreeIter family, iter;

    for (gboolean f = gtk_tree_model_get_iter_first(model, &family); f;
         f = gtk_tree_model_iter_next(model, &family))
        for (gboolean m = gtk_tree_model_iter_children(model, &iter, &family); m;
             m = gtk_tree_model_iter_next(model, &iter)) {
            g_autofree char *path = NULL;
            gtk_tree_model_get(model, &iter, PATH, &path, -1);
            if (g_strcmp0(path, wanted))
                continue;
            g_autoptr(GtkTreePath) place = gtk_tree_model_get_path(model, &iter);
            gtk_tree_view_set_cursor(GTK_TREE_VIEW(r->view), place, NULL, FALSE);
            gtk_tree_view_scroll_to_cell(GTK_TREE_VIEW(r->view), place, NULL, TRUE, 0.5f, 0);
        }
}

static void on_open(struct row *r)
{
    const gboolean many = r->models && r->models->len > MANY;
    g_autofree char *path = NULL;

    gtk_widget_set_size_request(r->view, gtk_widget_get_allocated_width(r->choice), -1);
    gtk_widget_set_visible(r->search, many);
    gtk_entry_set_text(GTK_ENTRY(r->search), "");
    fill(r);
    path = g_strdup(g_object_get_data(G_OBJECT(r->choice), "path"));
    select_path(r, path);
    gtk_widget_grab_focus(many ? r->search : r->view);
}

/* --- the button ----------------------------------------------------------- */

/* c: NULL: none, and `none` says why. */
static void show(struct row *r, const struct checkpoint *c, const char *none)
{
    const char *const name = c ? model_row_name(c) : none;

    gtk_label_set_text(GTK_LABEL(r->name), name);
    atk_object_set_name(gtk_widget_get_accessible(r->choice), name);
    gtk_widget_set_tooltip_text(r->choice, c ? c->path : NULL);
    gtk_widget_set_sensitive(r->choice, c != NULL);
    g_object_set_data_full(G_OBJECT(r->choice), "path", g_strdup(c ? c->path : NULL), g_free);
}

static void show_chosen(struct row *r, const struct checkpoint *c)
{
    show(r, c, _("No model yet"));
}

static void on_setting(struct row *r)
{
    g_autofree char *model = NULL;

    if (!r->models)
        return;
    g_object_get(r->config, "model", &model, NULL);
    const struct checkpoint *const c = checkpoints_choose(r->models, model, NULL);
    show_chosen(r, c ? c : checkpoints_choose(r->models, "", NULL));
}

void model_row_fill(GtkWidget *choice, GPtrArray *models, const struct checkpoint *chosen)
{
    struct row *const r = g_object_get_data(G_OBJECT(choice), "row");

    r->models = models;
    show_chosen(r, chosen);
}

void model_row_wait(GtkWidget *choice)
{
    struct row *const r = g_object_get_data(G_OBJECT(choice), "row");

    r->models = NULL;
    show(r, NULL, _("Looking for models…"));
}

static GtkWidget *view_new(struct row *r)
{
    GtkCellRenderer *const cell = gtk_cell_renderer_text_new();

    r->store = gtk_tree_store_new(COLUMNS, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_INT);
    r->view = gtk_tree_view_new();
    fields_mark_chosen(r->view);
    g_object_set(cell, "ellipsize", PANGO_ELLIPSIZE_MIDDLE, NULL);
    gtk_tree_view_insert_column_with_attributes(GTK_TREE_VIEW(r->view), -1, NULL, cell, "text",
                                                NAME, "weight", WEIGHT, NULL);
    gtk_tree_view_set_headers_visible(GTK_TREE_VIEW(r->view), FALSE);
    gtk_tree_view_set_show_expanders(GTK_TREE_VIEW(r->view), FALSE);
    gtk_tree_view_set_level_indentation(GTK_TREE_VIEW(r->view), 12);
    gtk_tree_view_set_activate_on_single_click(GTK_TREE_VIEW(r->view), TRUE);
    gtk_tree_view_set_enable_search(GTK_TREE_VIEW(r->view), FALSE);
    gtk_tree_selection_set_select_function(gtk_tree_view_get_selection(GTK_TREE_VIEW(r->view)),
                                           may_select, NULL, NULL);
    atk_object_set_name(gtk_widget_get_accessible(r->view), _("Models"));
    g_signal_connect(r->view, "row-activated", G_CALLBACK(on_activated), r);
    return fields_scrolled_new(r->view, ROWS);
}

static GtkWidget *popover_new(struct row *r)
{
    GtkWidget *const box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
    GtkWidget *const popover = gtk_popover_new(NULL);

    r->search = gtk_search_entry_new();
    gtk_entry_set_placeholder_text(GTK_ENTRY(r->search), _("Search"));
    atk_object_set_name(gtk_widget_get_accessible(r->search), _("Search"));
    gtk_widget_set_no_show_all(r->search, TRUE);
    g_signal_connect_swapped(r->search, "search-changed", G_CALLBACK(fill), r);
    g_signal_connect_swapped(r->search, "activate", G_CALLBACK(on_search_activated), r);
    gtk_box_pack_start(GTK_BOX(box), r->search, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(box), view_new(r), TRUE, TRUE, 0);
    gtk_container_set_border_width(GTK_CONTAINER(box), 6);
    gtk_container_add(GTK_CONTAINER(popover), box);
    gtk_widget_show_all(box);
    g_signal_connect_swapped(popover, "map", G_CALLBACK(on_open), r);
    return popover;
}

static GtkWidget *choice_new(struct row *r)
{
    GtkWidget *const button = gtk_menu_button_new();
    GtkWidget *const box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
    GtkWidget *const arrow = gtk_image_new_from_icon_name("pan-down-symbolic", GTK_ICON_SIZE_MENU);

    r->name = gtk_label_new(NULL);
    gtk_label_set_ellipsize(GTK_LABEL(r->name), PANGO_ELLIPSIZE_MIDDLE);
    gtk_label_set_xalign(GTK_LABEL(r->name), 0);
    gtk_box_pack_start(GTK_BOX(box), r->name, TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(box), arrow, FALSE, FALSE, 0);
    gtk_container_add(GTK_CONTAINER(button), box);
    gtk_menu_button_set_popover(GTK_MENU_BUTTON(button), r->popover);
    return button;
}

static void on_destroy(struct row *r)
{
    g_signal_handlers_disconnect_by_data(r->config, r);
}

static void row_free(gpointer data)
{
    struct row *const r = data;

    g_object_unref(r->store);
    g_free(r);
}

GtkWidget *model_row_new(GimpProcedureConfig *config, GtkWidget **choice, GtkWidget **more)
{
    GtkWidget *const box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
    struct row *const r = g_new0(struct row, 1);

    r->config = config;
    r->popover = popover_new(r);
    r->choice = *choice = choice_new(r);
    g_object_set_data_full(G_OBJECT(*choice), "row", r, row_free);
    *more = gtk_button_new_with_label("…");
    gtk_widget_set_tooltip_text(*more, _("Add, download, check and remove models"));
    atk_object_set_name(gtk_widget_get_accessible(*more), _("Models…"));
    gtk_box_pack_start(GTK_BOX(box), *choice, TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(box), *more, FALSE, FALSE, 0);
    g_signal_connect_swapped(config, "notify::model", G_CALLBACK(on_setting), r);
    g_signal_connect_swapped(*choice, "destroy", G_CALLBACK(on_destroy), r);
    return box;
}
