/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models.h"

#include "checkpoints.h"
#include "message.h"
#include "models_index.h"
#include "store.h"

#include <glib/gi18n.h>
#include <libgimp/gimpui.h>
#include <string.h>

enum { NAME, FAMILY, PRECISION, SIZE, MEMORY, SIDE, SUM, PATH, COLUMNS };

struct window {
    GtkWidget *dialog, *view, *bar;
    GtkListStore *store;
    gboolean verifying, stop;
};

/* --- the list ------------------------------------------------------------- */

static void add_row(struct window *w, struct models_index *index, const struct checkpoint *c)
{
    g_autofree char *size = g_format_size((guint64)c->info.bytes);
    g_autofree char *memory = g_format_size((guint64)models_memory(&c->info));
    g_autofree char *side = g_strdup_printf(_("%d × %d px"), c->info.width, c->info.height);
    const char *const sha256 = models_index_sha256(index, c->path);
    g_autofree char *sum = g_strndup(sha256 ? sha256 : "", 10);

    gtk_list_store_insert_with_values(w->store, NULL, -1, NAME, c->info.name, FAMILY,
                                      c->info.family, PRECISION, c->info.precision, SIZE, size,
                                      MEMORY, memory, SIDE, side, SUM, sum, PATH, c->path, -1);
}

static void fill(struct window *w)
{
    g_autoptr(GPtrArray) models = checkpoints_find_all();
    struct models_index *const index = models_index_open();

    gtk_list_store_clear(w->store);
    for (guint i = 0; i < models->len; i++)
        add_row(w, index, models->pdata[i]);
    models_index_close(index);
}

static char *selected(struct window *w)
{
    GtkTreeSelection *const selection = gtk_tree_view_get_selection(GTK_TREE_VIEW(w->view));
    GtkTreeIter iter;
    char *path = NULL;

    if (gtk_tree_selection_get_selected(selection, NULL, &iter))
        gtk_tree_model_get(GTK_TREE_MODEL(w->store), &iter, PATH, &path, -1);
    return path;
}

static void show_error(struct window *w, GError *error)
{
    GtkWidget *const box =
        gtk_message_dialog_new(GTK_WINDOW(w->dialog), GTK_DIALOG_MODAL, GTK_MESSAGE_WARNING,
                               GTK_BUTTONS_CLOSE, "%s", error->message);

    gtk_dialog_run(GTK_DIALOG(box));
    gtk_widget_destroy(box);
    g_error_free(error);
}

/* --- the buttons ---------------------------------------------------------- */

static void add_path(struct window *w, const char *path)
{
    GError *error = NULL;
    g_autofree char *report = models_do("add", path, &error);

    if (error)
        show_error(w, error);
    fill(w);
}

static void choose(struct window *w, GtkFileChooserAction action, const char *title)
{
    GtkWidget *const chooser =
        gtk_file_chooser_dialog_new(title, GTK_WINDOW(w->dialog), action, _("_Cancel"),
                                    GTK_RESPONSE_CANCEL, _("_Add"), GTK_RESPONSE_ACCEPT, NULL);
    g_autofree char *path = NULL;

    if (gtk_dialog_run(GTK_DIALOG(chooser)) == GTK_RESPONSE_ACCEPT)
        path = gtk_file_chooser_get_filename(GTK_FILE_CHOOSER(chooser));
    gtk_widget_destroy(chooser);
    if (path)
        add_path(w, path);
}

static void add_file(struct window *w)
{
    choose(w, GTK_FILE_CHOOSER_ACTION_OPEN, _("Add a Model File"));
}

static void add_folder(struct window *w)
{
    choose(w, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _("Add a Folder with Models"));
}

static void use_others(struct window *w)
{
    g_auto(GStrv) places = models_places();

    if (!*places)
        show_error(w, g_error_new_literal(EBRU_PLUGIN_ERROR, EBRU_NO_FILE,
                                          _("No folder with models of another program was found. "
                                            "Add it with “Add Folder…”.")));
    for (char **place = places; *place; place++)
        add_path(w, *place);
}

static gboolean show_fraction(void *user, double fraction)
{
    struct window *const w = user;

    gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(w->bar), fraction);
    while (gtk_events_pending())
        gtk_main_iteration();
    return !w->stop;
}

static void verify(struct window *w)
{
    g_autofree char *path = selected(w);
    GError *error = NULL;

    if (!path || w->verifying)
        return;
    w->verifying = TRUE;
    gtk_widget_show(w->bar);
    g_autofree char *sum = models_checksum(path, show_fraction, w, &error);
    gtk_widget_hide(w->bar);
    w->verifying = FALSE;
    if (!sum) {
        if (!w->stop)
            show_error(w, error);
        return;
    }
    struct models_index *const index = models_index_open();
    models_index_keep_sha256(index, path, sum);
    models_index_close(index);
    fill(w);
}

static void remove_model(struct window *w)
{
    g_autofree char *path = selected(w);

    if (!path)
        return;
    store_remove_model(path);
    fill(w);
}

static void trash(struct window *w)
{
    g_autofree char *path = selected(w);
    g_autoptr(GFile) file = path ? g_file_new_for_path(path) : NULL;
    GError *error = NULL;

    if (file && !g_file_trash(file, NULL, &error))
        show_error(w, error);
    fill(w);
}

/* --- the window ----------------------------------------------------------- */

static GtkWidget *list_new(struct window *w)
{
    static const char *const titles[] = { N_("Model"),  N_("Family"),   N_("Precision"), N_("Size"),
                                          N_("Memory"), N_("Made for"), N_("SHA-256") };
    GtkWidget *const scrolled = gtk_scrolled_window_new(NULL, NULL);

    w->store =
        gtk_list_store_new(COLUMNS, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING,
                           G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
    w->view = gtk_tree_view_new_with_model(GTK_TREE_MODEL(w->store));
    for (int i = 0; i < PATH; i++) {
        gtk_tree_view_insert_column_with_attributes(GTK_TREE_VIEW(w->view), -1, _(titles[i]),
                                                    gtk_cell_renderer_text_new(), "text", i, NULL);
        gtk_tree_view_column_set_resizable(gtk_tree_view_get_column(GTK_TREE_VIEW(w->view), i),
                                           TRUE);
    }
    gtk_tree_view_set_tooltip_column(GTK_TREE_VIEW(w->view), PATH);
    gtk_tree_view_set_search_column(GTK_TREE_VIEW(w->view), NAME);
    atk_object_set_name(gtk_widget_get_accessible(w->view), _("Models"));
    gtk_container_add(GTK_CONTAINER(scrolled), w->view);
    gtk_widget_set_size_request(scrolled, 640, 260);
    return scrolled;
}

static GtkWidget *buttons_new(struct window *w)
{
    static const struct {
        const char *label;
        void (*press)(struct window *w);
    } buttons[] = {
        { N_("_Add File…"), add_file },
        { N_("Add _Folder…"), add_folder },
        { N_("_Other Programs"), use_others },
        { N_("_Verify"), verify },
        { N_("_Remove from List"), remove_model },
        { N_("Move to _Trash"), trash },
    };
    GtkWidget *const row = gtk_button_box_new(GTK_ORIENTATION_HORIZONTAL);

    gtk_button_box_set_layout(GTK_BUTTON_BOX(row), GTK_BUTTONBOX_START);
    for (size_t i = 0; i < G_N_ELEMENTS(buttons); i++) {
        GtkWidget *const b = gtk_button_new_with_mnemonic(_(buttons[i].label));
        g_signal_connect_swapped(b, "clicked", G_CALLBACK(buttons[i].press), w);
        gtk_container_add(GTK_CONTAINER(row), b);
    }
    return row;
}

void models_window_run(void)
{
    struct window w = { 0 };

    gimp_ui_init("ebru");
    w.dialog = gimp_dialog_new(_("Models"), "ebru-models", NULL, 0, NULL, NULL, _("_Close"),
                               GTK_RESPONSE_CLOSE, NULL);
    GtkBox *const box = GTK_BOX(gtk_dialog_get_content_area(GTK_DIALOG(w.dialog)));
    gtk_box_set_spacing(box, 6);
    gtk_container_set_border_width(GTK_CONTAINER(box), 12);
    gtk_box_pack_start(box, list_new(&w), TRUE, TRUE, 0);
    gtk_box_pack_start(box, buttons_new(&w), FALSE, FALSE, 0);
    w.bar = gtk_progress_bar_new();
    atk_object_set_name(gtk_widget_get_accessible(w.bar), _("Progress"));
    gtk_widget_set_no_show_all(w.bar, TRUE);
    gtk_box_pack_start(box, w.bar, FALSE, FALSE, 0);
    fill(&w);
    gtk_widget_show_all(w.dialog);
    gimp_dialog_run(GIMP_DIALOG(w.dialog));
    w.stop = TRUE;
    gtk_widget_destroy(w.dialog);
    g_object_unref(w.store);
}
