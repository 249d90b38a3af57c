/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "album_window.h"

#include "album_keep.h"
#include "album_list.h"
#include "panes.h"
#include "recipe_view.h"

#include <gdk/gdkkeysyms.h>
#include <glib/gi18n.h>
#include <libgimp/gimpui.h>

enum { GAP = 6, BORDER = 12, USE = 1, AGAIN = 2 };
static const char OPEN[] = "ebru-history"; /* what a parent knows its window by */

struct window {
    GtkWidget *dialog, *search, *picture, *recipe, *status, *remove, *clear;
    struct album_list list;
    struct album *album;
    struct album_events events;
    gboolean filling;
};

/* --- what is shown --------------------------------------------------------- */

static void show_chosen(struct window *w)
{
    int row;
    const int i = w->filling ? -1 : album_list_chosen(&w->list, &row);

    if (w->filling)
        return;
    gtk_widget_set_sensitive(w->remove, i >= 0);
    gtk_dialog_set_response_sensitive(GTK_DIALOG(w->dialog), USE, i >= 0);
    gtk_dialog_set_response_sensitive(GTK_DIALOG(w->dialog), AGAIN, i >= 0);
    if (i < 0) {
        gtk_image_clear(GTK_IMAGE(w->picture));
        recipe_view_show(w->recipe, NULL, NULL);
        return;
    }
    g_autofree char *path = album_thumbnail(w->album, i);
    g_autoptr(GdkPixbuf) pixbuf = gdk_pixbuf_new_from_file(path, NULL);
    g_autofree char *recipe = album_recipe(w->album, i);
    g_auto(GStrv) missing = w->events.missing(w->events.user, recipe);
    gtk_image_set_from_pixbuf(GTK_IMAGE(w->picture), pixbuf);
    recipe_view_show(w->recipe, recipe, missing);
}

static void say_how_many(struct window *w)
{
    const int all = album_count(w->album), shown = album_list_count(&w->list);
    g_autofree char *size = g_format_size(album_bytes(w->album));
    g_autofree char *text =
        !all ? g_strdup(_("Nothing is remembered yet."))
        : shown == all
            ? g_strdup_printf(ngettext("%'d picture, %s", "%'d pictures, %s", (gulong)all), all,
                              size)
            : g_strdup_printf(_("%'d of %'d"), shown, all);

    gtk_label_set_text(GTK_LABEL(w->status), text);
    gtk_widget_set_sensitive(w->clear, all > 0);
}

/* at: the row that is chosen then. */
static void fill(struct window *w, int at)
{
    g_autofree char *folded = g_utf8_casefold(gtk_entry_get_text(GTK_ENTRY(w->search)), -1);
    g_auto(GStrv) words = g_strsplit(folded, " ", -1);

    w->filling = TRUE;
    album_list_fill(&w->list, w->album, *folded ? words : NULL, at);
    w->filling = FALSE;
    say_how_many(w);
    show_chosen(w);
}

static void on_search(struct window *w)
{
    fill(w, 0);
}

/* The album as it is on disk now. */
static void read_again(struct window *w, int at)
{
    struct album *const old = w->album;

    w->album = album_open();
    fill(w, at);
    album_free(old);
}

/* --- what is done ----------------------------------------------------------- */

static void remove_chosen(struct window *w)
{
    int row;
    const int i = album_list_chosen(&w->list, &row);

    if (i < 0)
        return;
    album_remove(album_id(w->album, i));
    read_again(w, row);
}

static void on_clear_answered(GtkDialog *box, int response, struct window *w)
{
    gtk_widget_destroy(GTK_WIDGET(box));
    if (response != GTK_RESPONSE_ACCEPT)
        return;
    album_clear();
    read_again(w, 0);
}

static void clear(struct window *w)
{
    const int n = album_count(w->album);
    GtkWidget *const box = gtk_message_dialog_new(
        GTK_WINDOW(w->dialog), GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
        GTK_MESSAGE_QUESTION, GTK_BUTTONS_NONE,
        ngettext("Forget %d picture?", "Forget %d pictures?", (gulong)n), n);

    gtk_message_dialog_format_secondary_text(
        GTK_MESSAGE_DIALOG(box), _("Layers and files keep their settings. This cannot be undone."));
    gtk_dialog_add_buttons(GTK_DIALOG(box), _("_Cancel"), GTK_RESPONSE_CANCEL, _("_Forget All"),
                           GTK_RESPONSE_ACCEPT, NULL);
    gtk_dialog_set_default_response(GTK_DIALOG(box), GTK_RESPONSE_CANCEL);
    g_signal_connect(box, "response", G_CALLBACK(on_clear_answered), w);
    gtk_widget_show(box);
}

static void on_remember(GtkToggleButton *box, gpointer user)
{
    (void)user;
    album_set_keeps(gtk_toggle_button_get_active(box));
}

static void on_row_activated(struct window *w)
{
    gtk_dialog_response(GTK_DIALOG(w->dialog), USE);
}

static gboolean on_list_key(struct window *w, GdkEventKey *event)
{
    if (event->keyval != GDK_KEY_Delete)
        return FALSE;
    remove_chosen(w);
    return TRUE;
}

static gboolean on_search_key(struct window *w, GdkEventKey *event)
{
    if (event->keyval != GDK_KEY_Down)
        return FALSE;
    gtk_widget_grab_focus(w->list.view);
    return TRUE;
}

static void on_response(GtkDialog *dialog, int response, struct window *w)
{
    int row;
    const int i = album_list_chosen(&w->list, &row);
    g_autofree char *recipe =
        i >= 0 && (response == USE || response == AGAIN) ? album_recipe(w->album, i) : NULL;
    const struct album_events events = w->events;

    gtk_widget_destroy(GTK_WIDGET(dialog));
    if (recipe)
        events.use(events.user, recipe, response == AGAIN);
}

/* --- the window ------------------------------------------------------------- */

static GtkWidget *button_new(struct window *w, GtkWidget *row, const char *label,
                             void (*press)(struct window *w))
{
    GtkWidget *const b = gtk_button_new_with_mnemonic(label);

    g_signal_connect_swapped(b, "clicked", G_CALLBACK(press), w);
    gtk_box_pack_end(GTK_BOX(row), b, FALSE, FALSE, 0);
    return b;
}

static GtkWidget *left_new(struct window *w)
{
    GtkWidget *const column = gtk_box_new(GTK_ORIENTATION_VERTICAL, GAP);
    GtkWidget *const row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, GAP);

    w->search = gtk_search_entry_new();
    gtk_entry_set_placeholder_text(GTK_ENTRY(w->search), _("Words of the prompt"));
    atk_object_set_name(gtk_widget_get_accessible(w->search), _("Search"));
    g_signal_connect_swapped(w->search, "search-changed", G_CALLBACK(on_search), w);
    g_signal_connect_swapped(w->search, "key-press-event", G_CALLBACK(on_search_key), w);
    album_list_build(&w->list);
    g_signal_connect_swapped(w->list.view, "row-activated", G_CALLBACK(on_row_activated), w);
    g_signal_connect_swapped(w->list.view, "key-press-event", G_CALLBACK(on_list_key), w);
    g_signal_connect_swapped(gtk_tree_view_get_selection(GTK_TREE_VIEW(w->list.view)), "changed",
                             G_CALLBACK(show_chosen), w);
    w->status = gtk_label_new(NULL);
    gtk_label_set_xalign(GTK_LABEL(w->status), 0);
    gtk_box_pack_start(GTK_BOX(row), w->status, TRUE, TRUE, 0);
    w->clear = button_new(w, row, _("Cl_ear…"), clear);
    w->remove = button_new(w, row, _("_Remove"), remove_chosen);
    gtk_box_pack_start(GTK_BOX(column), w->search, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(column), w->list.root, TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(column), row, FALSE, FALSE, 0);
    return column;
}

static GtkWidget *right_new(struct window *w)
{
    enum { SIDE = 256 };
    GtkWidget *const column = gtk_box_new(GTK_ORIENTATION_VERTICAL, GAP);

    w->picture = gtk_image_new();
    gtk_widget_set_size_request(w->picture, SIDE, SIDE);
    atk_object_set_name(gtk_widget_get_accessible(w->picture), _("Preview"));
    w->recipe = recipe_view_new();
    gtk_box_pack_start(GTK_BOX(column), w->picture, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(column), w->recipe, TRUE, TRUE, 0);
    return column;
}

static void fill_window(struct window *w, GtkBox *content)
{
    GtkWidget *const row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, BORDER);
    GtkWidget *const remember = gtk_check_button_new_with_mnemonic(_("Remember _what I make"));

    gtk_container_set_border_width(GTK_CONTAINER(content), BORDER);
    gtk_box_set_spacing(content, GAP);
    gtk_box_pack_start(GTK_BOX(row), left_new(w), TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(row), right_new(w), TRUE, TRUE, 0);
    gtk_box_pack_start(content, row, TRUE, TRUE, 0);
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(remember), album_keeps());
    gtk_widget_set_tooltip_text(
        remember, _("On this computer alone: each picture in small, and its settings. The oldest "
                    "go when it becomes more than 500 MB."));
    g_signal_connect(remember, "toggled", G_CALLBACK(on_remember), NULL);
    gtk_box_pack_start(content, remember, FALSE, FALSE, 0);
    gtk_widget_show_all(GTK_WIDGET(content));
}

/* Before its widgets go: they tell nothing any more. */
static void on_destroy(struct window *w)
{
    g_signal_handlers_disconnect_by_data(gtk_tree_view_get_selection(GTK_TREE_VIEW(w->list.view)),
                                         w);
    g_signal_handlers_disconnect_by_data(w->search, w);
    album_list_clear(&w->list);
    album_free(w->album);
    g_free(w);
}

static GtkWidget *open_window(GtkWindow *parent, const struct album_events *events)
{
    enum { WIDTH = 800, HEIGHT = 600 };
    struct window *const w = g_new0(struct window, 1);

    w->events = *events;
    w->album = album_open();
    w->dialog = gimp_dialog_new(_("History"), "ebru-history", parent ? GTK_WIDGET(parent) : NULL,
                                GTK_DIALOG_DESTROY_WITH_PARENT, NULL, NULL, _("_Close"),
                                GTK_RESPONSE_CLOSE, NULL);
    if (parent)
        gtk_dialog_add_button(GTK_DIALOG(w->dialog), _("Generate _Again"), AGAIN);
    gtk_dialog_add_button(GTK_DIALOG(w->dialog), _("_Use These Settings"), USE);
    fill_window(w, GTK_BOX(gtk_dialog_get_content_area(GTK_DIALOG(w->dialog))));
    gtk_window_set_default_size(GTK_WINDOW(w->dialog), WIDTH, HEIGHT);
    g_signal_connect(w->dialog, "response", G_CALLBACK(on_response), w);
    g_signal_connect_swapped(w->dialog, "destroy", G_CALLBACK(on_destroy), w);
    panes_add(GTK_DIALOG(w->dialog), (GtkWidget *[]){ w->search, w->list.view, w->recipe }, 3);
    fill(w, 0);
    gtk_widget_show(w->dialog);
    gtk_widget_grab_focus(w->list.view);
    return w->dialog;
}

static void forget(GObject *parent)
{
    g_object_set_data(parent, OPEN, NULL);
}

void album_window_open(GtkWindow *parent, const struct album_events *events)
{
    GtkWidget *const open = g_object_get_data(G_OBJECT(parent), OPEN);

    if (open) {
        gtk_window_present(GTK_WINDOW(open));
        return;
    }
    GtkWidget *const new = open_window(parent, events);
    g_object_set_data(G_OBJECT(parent), OPEN, new);
    g_signal_connect_swapped(new, "destroy", G_CALLBACK(forget), parent);
}

/* --- by itself -------------------------------------------------------------- */

struct alone {
    char **(*missing)(void *user, const char *recipe);
    void *user;
    char *chosen;
};

static char **missing_alone(void *data, const char *recipe)
{
    const struct alone *const a = data;

    return a->missing(a->user, recipe);
}

static void use_alone(void *data, const char *recipe, gboolean again)
{
    struct alone *const a = data;

    (void)again;
    a->chosen = g_strdup(recipe);
}

char *album_window_run(char **(*missing)(void *user, const char *recipe), void *user)
{
    struct alone alone = { missing, user, NULL };
    const struct album_events events = { missing_alone, use_alone, &alone };

    gimp_ui_init("ebru");
    g_signal_connect(open_window(NULL, &events), "destroy", G_CALLBACK(gtk_main_quit), NULL);
    gtk_main();
    return alone.chosen;
}
